"""After a test that commits the database is as it was made, and what it says of itself still holds."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from articles.models import Article
from newsroom.pagecache import contentversion, triggers

seen = []


def all_rows():
    """Return the rows of each table, but for the content version, which rises with every change."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - {"pagecache_contentversion"})
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
        return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_committed_deleted_and_changed_is_put_back(turn, make_article, make_topic):
    rows = all_rows()
    assert rows["auth_group"] and rows["django_content_type"]
    seen.append(rows)
    assert seen[0] == rows
    before = contentversion.read()
    make_article(topics=[make_topic()])
    assert contentversion.read() != before and not triggers.missing()
    Group.objects.all().delete()
    Permission.objects.all().update(name="Another")
    ContentType.objects.filter(model="topic").delete()
    assert Article.objects.count() == 1
