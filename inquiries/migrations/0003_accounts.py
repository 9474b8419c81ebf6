import hashlib
import json

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from newsroom.guard import encryption

STEP = 256


def let_in_who_reads_today(apps, schema_editor):
    """Open the desk to the officers of today, as their accounts are now."""
    Admission = apps.get_model("inquiries", "Admission")
    users = apps.get_model("auth", "User").objects
    for user in users.filter(groups__name="Inquiry officer", is_active=True, is_staff=True):
        text = json.dumps({"address": user.email})
        Admission.objects.create(
            user=user,
            address_digest=hashlib.sha256(user.email.encode()).hexdigest(),
            password_digest=hashlib.sha256(user.password.encode()).hexdigest(),
            sealed=encryption.encrypt(text.ljust(-(-len(text) // STEP) * STEP)),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0002_sweeps_that_are_killed"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=150)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deeds", models.JSONField(default=list)),
                ("closed", models.BooleanField()),
            ],
            options={"ordering": ["-at", "-pk"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField(editable=False)),
                ("address_digest", models.CharField(blank=True, max_length=64)),
                ("password_digest", models.CharField(blank=True, max_length=64)),
                ("code_digest", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="admission",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False, "default_permissions": ()},
        ),
        migrations.RunPython(let_in_who_reads_today, migrations.RunPython.noop),
    ]
