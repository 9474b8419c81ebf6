from django.db import migrations


def keep_more_in_memory(apps, schema_editor):
    """Let FTS5 write hundreds of documents at once, as new tables of terms do."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("INSERT INTO search_terms (search_terms, rank) VALUES ('hashsize', 16777216)")


class Migration(migrations.Migration):
    dependencies = [("search", "0002_moments_as_numbers")]

    operations = [migrations.RunPython(keep_more_in_memory, migrations.RunPython.noop)]
