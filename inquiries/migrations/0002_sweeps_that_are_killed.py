from django.db import migrations, models


def sweep_once(apps, schema_editor):
    """Let the worker sweep once where something was deleted, or the sweep of it was killed: nobody knows."""
    apps.get_model("inquiries", "Safe").objects.update(deletions=1)


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0001_initial")]

    operations = [
        migrations.AddField("Safe", "deletions", models.BigIntegerField(default=0)),
        migrations.AddField("Safe", "swept", models.BigIntegerField(default=0)),
        migrations.RunPython(sweep_once, migrations.RunPython.noop),
        migrations.RemoveField("Safe", "has_leftovers"),
    ]
