"""`manage.py migrate`: one at a time, and all or nothing."""

import subprocess
import sys

import pytest

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
