import unicodedata
from urllib.parse import unquote

from django.db import migrations


def decode(apps, schema_editor):
    """Write former addresses as requests have them: percent-encoded ones were never found."""
    rows = apps.get_model("articles", "FormerAddress").objects
    for row in rows.filter(path__contains="%") | rows.filter(current_path__contains="%"):
        path, current = (unicodedata.normalize("NFC", unquote(one)) for one in (row.path, row.current_path))
        if rows.filter(path=path).exclude(pk=row.pk).exists():
            row.delete()
        else:
            row.path, row.current_path = path, current
            row.save(update_fields=["path", "current_path"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_first_host_of_feeds")]

    operations = [migrations.RunPython(decode, migrations.RunPython.noop, elidable=True)]
