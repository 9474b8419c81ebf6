"""Releases to upgrade to: today's code with a change, and a site that is full of articles."""

MIGRATION = """
from django.db import migrations, models

def change(apps, schema_editor):
    pass

class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [{operation}]
"""
ADDS = 'migrations.CreateModel("Extra", [("id", models.BigAutoField(primary_key=True))], options={"verbose_name_plural": "extras"})'
CANNOT_BE_UNDONE = "migrations.RunPython(change)"

FILL = """
import datetime, itertools, json, random
from django.core.management import call_command
from articles.dates import PartialDate
from articles.models import Article, Topic
from newsletter.models import Subscriber

source = random.Random(1)
words = "shelter contract border recruiter wages papers court village figures training".split()
first = datetime.datetime(2006, 1, 1, tzinfo=datetime.UTC)
topic = Topic.objects.create(name="Prevention", slug="prevention")
made = (
    Article(title=f"{{source.choice(words)}} {{number}}".capitalize(), slug=f"article-{{number}}",
        dek="One sentence about it.", body_html=f"<p>{{' '.join(source.choices(words, k=200))}}.</p>",
        display_date=PartialDate(2006 + number % 20, 1 + number % 12), state="published",
        published_at=first + datetime.timedelta(minutes=number),
        first_published_at=first + datetime.timedelta(minutes=number))
    for number in range({count})
)
for chunk in itertools.batched(made, 500):
    rows = Article.objects.bulk_create(chunk)
    Article.topics.through.objects.bulk_create(
        Article.topics.through(article_id=row.pk, topic_id=topic.pk) for row in rows)
Subscriber.objects.bulk_create(
    Subscriber(address=f"reader-{{n}}@example.org", address_key=f"reader-{{n}}@example.org", state="confirmed")
    for n in range({count} // 10))
call_command("reindex", "--restart", verbosity=0)
"""

# Every row of every table of a release, a digest a column, but what changes by itself: sessions, counters, the
# worker's state.
ROWS = """
import hashlib, json
from django.apps import apps
from django.db import connection
found = {}
passing = {"outbox_clock", "outbox_beat", "django_migrations", "django_session", "guard_counter",
           "django_content_type", "auth_permission", "auth_group_permissions"}
for model in apps.get_models(include_auto_created=True):
    table = model._meta.db_table
    if model._meta.managed and table not in passing and table in connection.introspection.table_names():
        columns = {field.column: field.attname for field in model._meta.concrete_fields}
        rows = list(model._base_manager.order_by("pk").values_list(*columns.values()))
        digests = [hashlib.sha256(repr(values).encode()).hexdigest() for values in zip(*rows)] or [""] * len(columns)
        found[table] = {"rows": len(rows), **dict(zip(columns, digests))}
print(json.dumps(found))
"""
WRITE = """
from articles.dates import PartialDate
from articles.models import Article
from newsletter.models import Subscriber
article = Article(title="Written since", slug="written-since", dek="One.", body_html="<p>Text.</p>",
                  display_date=PartialDate(2026, 1))
article.publish()
article.save()
Subscriber.objects.filter(address_key="reader-1@example.org").delete()
"""


def of_these(found, rows):
    """Return what a later release holds of the tables and columns that an earlier one knew."""
    return {table: {column: found[table][column] for column in columns} for table, columns in rows.items()}


def with_migration(operation):
    """Return a change that adds a migration with this operation to a release."""

    def change(folder):
        path = folder / "newsroom" / "alerts" / "migrations" / "0002_next.py"
        path.write_text(MIGRATION.format(operation=operation))

    return change


def with_a_broken_page(folder):
    """Add a migration, and let every page fail."""
    with_migration(ADDS)(folder)
    base = folder / "templates" / "base.html"
    base.write_text(base.read_text() + '{% include "not-there.html" %}')


def without_a_web_process(folder):
    """Add a migration, and let the web process fail as it starts."""
    with_migration(ADDS)(folder)
    gateway = folder / "newsroom" / "server" / "gateway.py"
    gateway.write_text(gateway.read_text() + '\nraise RuntimeError("this version does not start")\n')
