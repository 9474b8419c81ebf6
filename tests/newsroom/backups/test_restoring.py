"""A backup that is put back: every row and file as it was, all or nothing, and nothing served in between."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsroom.filestore.away import MARKER
from tests.conftest import database_url
from tests.newsroom.backups.sites import back_up, files_of, key_file, make_site, rows_of, run, sql
from tests.servers import ROOT, Server

# What a restore itself writes: that it happened, that the site is paused, and what the worker counts by.
WRITTEN_BY_IT = {
    "backups_backuprun", "backups_putback", "outbox_pause", "outbox_clock", "django_session", "throttle_counter",
    "throttle_secret", "throttle_parcel", "django_migrations", "filestore_store", "backups_owner",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a site with a backup; .backup is its path, .files what it held."""
    made = make_site(tmp_path_factory.mktemp("site"))
    try:
        made.backup = back_up(made)
        made.files = files_of(made)
        yield made
    finally:
        made.remove()


@pytest.fixture
def clean(site):
    """Return a site without anything, under the same key."""
    made = Server(database_url(), **{name: site.env[name] for name in ("BACKUP_KEY_FILE", "BACKUP_TO")})
    yield made
    made.remove()


def test_every_row_and_file_is_back_in_a_clean_place_and_the_site_is_paused(site, clean):
    done = clean.manage("restore", str(site.backup), "--yes")
    assert done.returncode == 0, done.stderr
    assert "There is now: nothing." in done.stdout
    assert "resume" in done.stdout.splitlines()[-1]
    assert files_of(clean) == site.files
    assert len(site.files) == 6
    before, after = rows_of(site), rows_of(clean)
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= WRITTEN_BY_IT
    assert sql(clean, "SELECT sealed FROM inquiries_inquiry") == [("SEALED-WORDS",)]
    assert sql(clean, "SELECT count(*) FROM outbox_pause") == [(1,)]
    assert not (clean.data_dir / "restore").exists()
    assert run(clean, "from newsroom.backups import presence; print(presence.is_settled())").strip() == "True"
    assert clean.manage("check_search").returncode == 0


def test_a_site_that_is_there_is_replaced_whole_and_only_after_a_yes(site):
    other = make_site(site.backup.parent.parent, BACKUP_KEY_FILE=site.env["BACKUP_KEY_FILE"])
    try:
        run(other, "from articles.models import Topic; Topic.objects.create(name='Other', slug='other')")
        files = files_of(other)
        refused = other.manage("restore", str(site.backup))
        assert refused.returncode == 1 and "--yes" in refused.stderr
        assert files_of(other) == files
        done = other.manage("restore", str(site.backup), "--yes", "--without-inquiries")
        assert done.returncode == 0, done.stderr
        assert "1 inquiries" in done.stdout
        assert files_of(other) == site.files
        assert sql(other, "SELECT slug FROM articles_topic") == [("prevention",)]
        assert sql(other, "SELECT count(*) FROM inquiries_inquiry") == [(0,)]
    finally:
        other.remove()


def damage(path, how):
    """Change a copy of a backup."""
    content = bytearray(path.read_bytes())
    if how == "flipped":
        content[len(content) // 2] ^= 1
    if how == "cut":
        del content[len(content) * 2 // 3 :]
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("flipped", "is damaged"),
        ("cut", "is cut"),
        ("without its part", "inquiries.tar is not beside it"),
        ("part flipped", "inquiries.tar is damaged"),
        ("of another key", "The key is not the one of this backup"),
    ],
)
def test_it_refuses_in_one_line_before_anything_is_changed(site, tmp_path, how, told):
    copy, part = tmp_path / site.backup.name, site.backup.with_name(site.backup.stem + ".inquiries.tar")
    copy.write_bytes(site.backup.read_bytes())
    beside = tmp_path / part.name
    beside.write_bytes(part.read_bytes())
    values = {}
    if how == "without its part":
        beside.unlink()
    elif how == "part flipped":
        damage(beside, "flipped")
    elif how == "of another key":
        values["BACKUP_KEY_FILE"] = str(key_file(tmp_path))
    else:
        damage(copy, how)
    before = rows_of(site)
    done = site.manage("restore", str(copy), "--yes", **values)
    assert done.returncode == 1
    assert told in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert files_of(site) == site.files
    assert rows_of(site) == before


def test_it_takes_the_file_that_was_named_and_deletes_none(site):
    for named, told in [
        (f"/mistyped/{site.backup.name}", "/mistyped/"),
        (f"s3://key:secret@127.0.0.1/bucket/{site.backup.name}", "name the backup alone"),
    ]:
        done = site.manage("restore", str(named), "--yes")
        assert done.returncode == 1 and told in done.stderr and "secret" not in done.stderr
    folder = site.data_dir / "restore"
    folder.mkdir()
    copy = Path(shutil.copy(site.backup, folder))
    done = site.manage("restore", str(copy), "--yes")
    assert done.returncode == 1 and "move it elsewhere" in done.stderr and copy.exists()
    shutil.rmtree(folder)


def test_it_is_refused_while_the_site_serves_and_the_site_does_not_start_in_between(site):
    site.start("serve")
    try:
        done = site.manage("restore", str(site.backup), "--yes")
        assert done.returncode == 1 and "The site serves" in done.stderr
    finally:
        site.stop()
    mark(site)
    for command in ("serve", "worker"):
        done = site.manage(command)
        assert done.returncode == 1 and "restore --continue" in done.stderr
    done = site.manage("restore", "--continue", "--yes")
    assert done.returncode == 0, done.stderr
    assert site.manage("restore", "--continue", "--yes").returncode == 1


def test_it_leaves_the_files_of_another_database_alone_unless_that_is_said(site, clean, tmp_path):
    """Such as a trial on another machine that has the FILES_URL of the site itself."""
    pictures = tmp_path / "shared" / "media" / "pictures"
    pictures.mkdir(parents=True)
    (pictures / "new.jpg").write_bytes(b"of the site")
    mark = pictures.parent / MARKER
    mark.write_text("b" * 32)
    files = {"FILES_URL": f"file://{tmp_path / 'shared'}"}
    done = clean.manage("restore", str(site.backup), "--yes", **files)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    assert "--take-files" in done.stderr
    assert (pictures / "new.jpg").exists() and mark.read_text() == "b" * 32
    assert not (clean.data_dir / "newsroom.sqlite3").exists()
    done = clean.manage("restore", str(site.backup), "--yes", "--take-files", **files)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in pictures.iterdir()) == [f"{n:032x}" for n in range(3)]
    assert sql(clean, "SELECT token FROM filestore_store") == [(mark.read_text(),)] != [("b" * 32,)]


def mark(site, *values):
    """Leave in the database what a kill leaves after it was replaced."""
    run(site, "from django.db import connection as c; from newsroom.backups.restoring import marker;"
        f"from django.utils import timezone; k = c.cursor();"
        f"[k.execute(*one) for one in marker.writes(timezone.now(), *{values})]")  # fmt: skip


def test_its_files_are_not_forgotten_where_another_machine_goes_on(site):
    mark(site, "id-of-a-backup")
    done = site.manage("restore", "--continue", "--yes")
    assert done.returncode == 1 and "where it began" in done.stderr
    done = site.manage("restore", str(site.backup), "--yes")
    assert done.returncode == 0 and files_of(site) == site.files, done.stderr


@pytest.mark.parametrize("after", ["Reading the backup", "Replacing the database", "Replacing the files"])
def test_killed_at_any_moment_it_leaves_the_old_site_or_the_new_one(site, clean, after):
    command = [sys.executable, "manage.py", "restore", str(site.backup), "--yes"]
    process = subprocess.Popen(command, cwd=ROOT, env=clean.env, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith(after):
            break
    time.sleep(0.05)
    process.kill()
    process.wait()
    process.stdout.close()
    waits = clean.manage("restore", "--continue", "--yes")
    if waits.returncode:  # the old state: nothing
        assert "No backup waits" in waits.stderr, waits.stderr
        again = clean.manage("restore", str(site.backup), "--yes")
        assert again.returncode == 0, again.stderr
    assert files_of(clean) == site.files
    assert sql(clean, "SELECT slug FROM articles_topic") == [("prevention",)]


def test_it_refuses_what_a_newer_version_made_and_what_another_database_made(site, tmp_path):
    code = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("articles", "0999_from_the_future")
"""
    run(site, code)
    try:
        back_up(site, "--to", str(tmp_path))
        (newer,) = tmp_path.glob("newsroom-*[0-9].tar")
    finally:
        run(site, code.replace("record_applied", "record_unapplied"))
    done = site.manage("restore", str(newer), "--yes")
    assert done.returncode == 1 and "0999_from_the_future" in done.stderr
    if not database_url():
        elsewhere = site.manage(
            "restore", str(site.backup), "--yes", DATABASE_URL="postgres://nobody@127.0.0.1:1/x"
        )
        assert elsewhere.returncode == 1 and len(elsewhere.stderr.strip().splitlines()) == 1


def test_one_of_an_older_version_is_migrated(site, clean, tmp_path):
    assert site.manage("migrate", "outbox", "0002").returncode == 0
    try:
        back_up(site, "--to", str(tmp_path))
    finally:
        assert site.manage("migrate").returncode == 0
    (older,) = tmp_path.glob("newsroom-*[0-9].tar")
    done = clean.manage("restore", str(older), "--yes")
    assert done.returncode == 0, done.stderr
    assert clean.manage("migrate", "--check").returncode == 0


PEOPLE = """
import io
from PIL import Image as Pillow
from inquiries.models import Inquiry
from newsletter.models import Subscriber
from newsroom.pictures.models import Image
for name in ("erased", "left", "stays"):
    Subscriber.objects.create(address=f"{name}@example.org", address_key=f"{name}@example.org", state="confirmed")
file = io.BytesIO()
Pillow.new("RGB", (400, 400), (255, 0, 0)).save(file, "PNG")
file.seek(0)
Image.objects.create_from_upload(file, alt_text="A face", credit="Ann")
Inquiry.objects.create(lookup="r2", sealed="SEALED-WORDS")
"""
ERASE = """
from django.contrib.auth.models import User
from inquiries import retention
from inquiries.models import Inquiry
from newsletter.models import Subscriber
from newsroom.pictures.models import Image
Subscriber.objects.get(address_key="erased@example.org").erase()
Subscriber.objects.get(address_key="left@example.org").unsubscribe()
Image.objects.get().cover([(0, 0, 0.5, 0.5)])
retention.delete(Inquiry.objects.filter(lookup="r2"))
User.objects.filter(username="ann").get().delete()
"""
LOOK = """
from PIL import Image as Pillow
from newsroom.pictures.models import Image
image = Image.objects.get()
from django.core.files.storage import default_storage
print(Pillow.open(default_storage.open(image.path_of("master.jpg"))).convert("RGB").getpixel((50, 50)))
"""


def test_on_a_new_machine_it_brings_back_nobody_who_was_erased_since(tmp_path):
    site = make_site(tmp_path)
    new = Server(database_url(), **{name: site.env[name] for name in ("BACKUP_KEY_FILE", "BACKUP_TO")})
    try:
        run(site, PEOPLE)
        backup = back_up(site)
        run(site, ERASE)
        done = new.manage("restore", str(backup), "--yes")
        assert done.returncode == 0, done.stderr
        assert "Done again, deleted inquiries.inquiry: 1." in done.stdout and "missing" not in done.stdout
        states = sql(new, "SELECT address_key, state FROM newsletter_subscriber ORDER BY address_key")
        assert states == [("left@example.org", "unsubscribed"), ("stays@example.org", "confirmed")]
        assert sql(new, "SELECT lookup FROM inquiries_inquiry") == [("r1",)]
        assert not sql(new, "SELECT 1 FROM auth_user WHERE username = 'ann'")
        assert max(map(int, re.findall(r"\d+", run(new, LOOK)))) < 40  # black, where red was
    finally:
        site.remove()
        new.remove()
