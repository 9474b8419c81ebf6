import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0003_readers'),
    ]

    operations = [
        migrations.AddField(
            model_name='addresschange',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='import',
            name='total',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='import',
            name='counts',
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
