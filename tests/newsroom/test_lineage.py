"""A database that another version made is left alone, in one line that says what to do."""

RECORD = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("articles", "0012_published_pieces_have_a_date")
"""
WHAT_IS_THERE = """
from django.apps import apps
from django.db import connection
print(connection.introspection.table_names(), [model._default_manager.count() for model in apps.get_models()])
"""


def test_it_is_told_in_one_line_and_loses_nothing(make_server):
    site = make_server(copy_of="tables")
    before = site.manage("shell", "--no-imports", "-c", RECORD + WHAT_IS_THERE)
    assert before.returncode == 0, before.stderr
    for command in ["migrate", "demo", "serve"]:
        done = site.manage(command)
        told = done.stderr.strip()
        assert done.returncode == 1, command
        assert told.count("\n") == 0, told
        assert "articles.0012_published_pieces_have_a_date" in told
        assert "set another DATA_DIR or DATABASE_URL" in told
    assert site.manage("shell", "--no-imports", "-c", WHAT_IS_THERE).stdout == before.stdout
