"""`manage.py migrate`: one at a time, and all or nothing."""

import subprocess
import sys

import pytest
from django.db import connection

from tests.servers import ROOT, wait_until

HOLD = """
import time
from newsroom.upgrading import migrating
with migrating.alone("default", print):
    print("held", flush=True)
    time.sleep(600)
"""
TABLES = "from django.db import connection; print(sorted(connection.introspection.table_names()))"
SETTINGS = """
from newsroom.settings import *
MIGRATION_MODULES = {"alerts": "othermigrations"}
"""
INITIAL = """
from importlib import import_module
Migration = import_module("newsroom.alerts.migrations.0001_initial").Migration
"""
GOOD = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [migrations.CreateModel("Extra", [("id", models.BigAutoField(primary_key=True))])]
"""
BAD = """
from django.db import migrations

def fail(apps, schema_editor):
    apps.get_model("alerts", "Extra").objects.create()
    raise ValueError("this one can't be done")

class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_good")]
    operations = [migrations.RunPython(fail)]
"""


def begin(site, *arguments):
    """Start a command beside the test, with its output at hand."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=site.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_of_two_at_once_one_waits_and_then_has_nothing_to_do(make_server):
    site = make_server()
    both = [begin(site, "migrate", "--no-input") for _ in range(2)]
    told = [one.communicate(timeout=180)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert sorted("Applying articles.0001_initial" in text for text in told) == [False, True]
    assert sum("No migrations to apply" in text for text in told) == 1
    assert site.manage("migrate", "--check").returncode == 0


def test_one_that_is_killed_lets_the_next_go_on(make_server):
    site = make_server(copy_of="tables")
    holder = begin(site, "shell", "--no-imports", "-c", HOLD)
    assert holder.stdout.readline() == "held\n"
    waiting = begin(site, "migrate", "--no-input")
    assert waiting.stdout.readline() == "Another process migrates this database; waiting for it.\n"
    # To look at the plan needs no turn.
    assert "No planned migration operations" in site.manage("migrate", "--plan").stdout
    assert waiting.poll() is None
    holder.kill()
    holder.wait()
    assert wait_until(lambda: waiting.poll() is not None, 30) and waiting.returncode == 0
    holder.stdout.close()
    waiting.stdout.close()


@pytest.mark.parametrize("failing", [True, False])
def test_migrations_of_which_one_fails_leave_no_trace(make_server, tmp_path, failing):
    site = make_server(copy_of="tables")
    folder = tmp_path / "othermigrations"
    folder.mkdir()
    (tmp_path / "othersettings.py").write_text(SETTINGS)
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(INITIAL)
    before = site.manage("shell", "--no-imports", "-c", TABLES).stdout
    (folder / "0002_good.py").write_text(GOOD)
    (folder / "0003_bad.py").write_text(BAD.replace("    raise", "    # raise") if not failing else BAD)
    done = site.manage("migrate", PYTHONPATH=str(tmp_path), DJANGO_SETTINGS_MODULE="othersettings")
    after = site.manage("shell", "--no-imports", "-c", TABLES).stdout
    if failing:
        assert done.returncode == 1 and "this one can't be done" in done.stderr
        assert after == before
        assert site.manage("migrate", "--check").returncode == 0
    else:
        assert done.returncode == 0, done.stderr
        assert "alerts_extra" in after


# Undoes migrations of several apps and runs them again: what is rendered before is not rendered while somebody waits.
THERE_AND_BACK = """
from unittest import mock
from django.db import connection
from django.db.migrations.state import StateApps
from newsroom.upgrading import migrating, rendering, schema

def tables():
    there = connection.introspection
    with connection.cursor() as cursor:
        return {
            name: (sorted(map(repr, there.get_table_description(cursor, name))),
                   sorted(map(repr, there.get_constraints(cursor, name).values())))
            for name in there.table_names(cursor)
        }

def nobody_renders():
    return mock.patch.object(StateApps, "render_multiple", side_effect=AssertionError("somebody waits"))

before, applied = tables(), schema.applied()
plan = schema.plan_back([one for one in applied if one[0] not in {"versions", "unsaved", "filestore"}])
rendering.rendered(plan)
with nobody_renders():
    schema.undo(plan, print)
assert len(before) - len(tables()) > 5
rendering.rendered(schema.plan_forward())
with nobody_renders(), migrating.all_or_nothing(connection):
    schema.migrate()
assert schema.applied() == applied
after = tables()
print([name for name in before if before[name] != after.get(name)])
"""
RENAMES = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_good")]
    operations = [migrations.RenameModel("Extra", "Other")]
"""
RENAMED = """
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from newsroom.upgrading import migrating, rendering, schema
with migrating.all_or_nothing(connection):
    schema.migrate()
print(sorted(ContentType.objects.filter(app_label="alerts").values_list("model", flat=True)))
"""

# Writes 30 MB twice, and prints how much of that has left the memory before the transaction ends.
LARGE = """
import pathlib
from django.conf import settings
from django.db import connection
from newsroom.upgrading import migrating
log = pathlib.Path(f"{settings.DATABASES['default']['NAME']}-wal")
with migrating.all_or_nothing(connection), connection.cursor() as cursor:
    before = log.stat().st_size if log.exists() else 0
    cursor.execute("CREATE TABLE large (text)")
    for _ in range(30):
        cursor.execute("INSERT INTO large VALUES (randomblob(1000000))")
    cursor.execute("UPDATE large SET text = randomblob(1000000)")
    print(log.stat().st_size - before)
    cursor.execute("DROP TABLE large")
"""


def test_what_is_rendered_before_is_not_rendered_while_somebody_waits(make_server):
    site = make_server(copy_of="tables")
    done = site.manage("shell", "--no-imports", "-c", THERE_AND_BACK)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    assert site.manage("migrate", "--check").returncode == 0


def test_an_operation_that_is_added_as_migrations_begin_runs_too(make_server, tmp_path):
    site = make_server(copy_of="tables")
    folder = tmp_path / "othermigrations"
    folder.mkdir()
    (tmp_path / "othersettings.py").write_text(SETTINGS)
    for name, text in {"__init__": "", "0001_initial": INITIAL, "0002_good": GOOD}.items():
        (folder / f"{name}.py").write_text(text)
    others = {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "othersettings"}
    assert site.manage("migrate", **others).returncode == 0
    (folder / "0003_renames.py").write_text(RENAMES)
    done = site.manage("shell", "--no-imports", "-c", RENAMED, **others)
    assert (done.returncode, "'other'" in done.stdout, "'extra'" in done.stdout) == (0, True, False), (
        done.stderr
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's server has its own memory.")
def test_a_table_that_is_written_anew_stays_in_memory_until_the_end(make_server):
    done = make_server(copy_of="tables").manage("shell", "--no-imports", "-c", LARGE)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1_000_000
