from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    """Give published articles whose displayed date was emptied the day of their publication: the archive lacks them."""
    rows = apps.get_model("articles", "Article").objects
    for row in rows.filter(state="published", display_date="").exclude(published_at=None).only("published_at"):
        rows.filter(pk=row.pk).update(display_date=timezone.localdate(row.published_at).isoformat())


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_former_addresses_as_asked")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
