from django.db import DatabaseError, migrations, models, transaction
from django.db.models import F


def purge_once(apps, schema_editor):
    """Let the worker purge once: what it was doing when the site was stopped is not known."""
    apps.get_model("search", "IndexState").objects.update(removals=F("removals") + 1)


LONG = {"search_documenttext": ["text", "spellings"], "search_terms": ["sequence", "terms"]}
RANKING = ["title_terms", "summary_terms", "frequent_terms"]


def lay_out(apps, schema_editor):
    """Let PostgreSQL keep long columns out of the rows, which are read by the ten thousand, and compress them fast.

    LZ4 takes less than half the time; not every server was built with it.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in LONG:
        schema_editor.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 128)")
    main = ", ".join(f"ALTER COLUMN {column} SET STORAGE MAIN" for column in RANKING)
    schema_editor.execute(f"ALTER TABLE search_documenttext {main}")
    for table, columns in LONG.items():
        changes = ", ".join(f"ALTER COLUMN {column} SET COMPRESSION lz4" for column in columns)
        try:
            with transaction.atomic():
                schema_editor.execute(f"ALTER TABLE {table} {changes}")
        except DatabaseError:
            return


class Migration(migrations.Migration):
    dependencies = [("search", "0003_more_terms_in_memory")]

    operations = [
        migrations.AddField("IndexState", "removals", models.BigIntegerField(default=0)),
        migrations.AddField("IndexState", "purged", models.BigIntegerField(default=0)),
        migrations.RunPython(purge_once, migrations.RunPython.noop),
        migrations.RemoveField("IndexState", "must_purge"),
        migrations.RunPython(lay_out, migrations.RunPython.noop),
    ]
