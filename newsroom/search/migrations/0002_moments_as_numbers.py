from django.db import migrations, models


def forget(apps, schema_editor):
    """Empty the index: the worker writes it anew within a minute."""
    for table in ["search_terms", "search_documenttext", "search_document", "search_spelling"]:
        schema_editor.execute(f"DELETE FROM {table}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.RemoveField("document", "public_from"),
        migrations.RemoveField("document", "public_until"),
        migrations.AddField("document", "public_from", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("document", "public_until", models.BigIntegerField(default=0), preserve_default=False),
    ]
