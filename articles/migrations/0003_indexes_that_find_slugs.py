from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_indexes_of_large_sites'),
        ('pictures', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='article',
            name='article_newest_first',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='article_by_change',
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['state', '-published_at', '-id', 'updated_at'], name='article_newest'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['slug', 'state', 'published_at'], name='article_by_slug'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['slug', 'state', 'published_at'], name='resource_by_slug'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['-published_at', '-id'], name='resource_by_publication'),
        ),
    ]
