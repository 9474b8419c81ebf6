"""Backups that are made while the site is written, kept shorter in parts, and looked at again."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.backups import container
from newsroom.backups.keys import parsed
from newsroom.filestore.away import MARKER
from tests.bucketserver import BucketServer
from tests.conftest import database_url
from tests.newsroom.backups.loading import hold, write_load
from tests.newsroom.backups.sites import back_up, folder_of, make_site, run, sql
from tests.servers import ROOT, Server, wait_until


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = make_site(tmp_path_factory.mktemp("site"))
    yield made
    made.remove()


def opened(site, path):
    """Return what a backup holds, by name."""
    (identity,) = parsed(Path(site.env["BACKUP_KEY_FILE"]))
    with container.Front(path).opened(identity) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def test_it_shows_the_site_at_one_moment_though_others_write_on(site):
    with write_load(site) as written:
        before = written()
        path = back_up(site)
        during = written() - before
    assert during > 10  # they were not kept waiting
    clean = Server(database_url(), **{name: site.env[name] for name in ("BACKUP_KEY_FILE", "BACKUP_TO")})
    try:
        done = clean.manage("restore", str(path), "--yes")
        assert done.returncode == 0, done.stderr
        assert before <= hold(clean) <= before + during + 1
    finally:
        clean.remove()


def test_inquiries_and_what_was_deleted_stand_in_no_page_of_the_main_file(site):
    code = (
        "from articles.models import Topic; Topic.objects.create(name='ERASED-NAME', slug='erased').delete()"
    )
    run(site, code)
    path = back_up(site)
    main, part = opened(site, path), opened(site, path.with_name(f"{path.stem}.inquiries.tar"))
    for held, is_there in ((main, False), (part, True)):
        name = "database.dump" if database_url() else "database.sqlite3.gz"
        content = held[name]
        if database_url():
            script = read_dump(content)
            assert (b"SEALED-WORDS" in script) is is_there
        else:
            assert (b"SEALED-WORDS" in gzip.decompress(content)) is is_there
            assert b"ERASED-NAME" not in gzip.decompress(content)
    # No key of the site is inside.
    secret = (site.data_dir / "secrets" / "secret-key").read_bytes()
    assert not any(secret in content for content in (*main.values(), *part.values()))
    assert {name.split("/")[0] for name in main} == {
        "about.json",
        "media",
        "documents",
        name,
        "manifest.json",
    }


def read_dump(content):
    return subprocess.run(["pg_restore", "--file=-"], input=content, capture_output=True, check=True).stdout


def test_it_is_restored_into_scratch_and_compared(site):
    path = back_up(site)
    done = site.manage("backup", "--verify")
    assert done.returncode == 0, done.stderr
    assert path.name in done.stdout and "are as saved" in done.stdout.splitlines()[-1]
    there = site.manage("backup", "--verify", "--to", str(path.parent), BACKUP_TO="")
    assert path.name in there.stdout and "are as saved" in there.stdout, there.stderr
    content = bytearray(path.read_bytes())
    content[-20_000] ^= 1
    path.write_bytes(content)
    done = site.manage("backup", "--verify")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "damaged" in done.stderr
    told = run(site, "from newsroom.backups import state; print(state.verified().problem)")
    assert "damaged" in told
    path.unlink()
    assert not (site.data_dir / "scratch").exists()
    if database_url():
        assert sql(site, "SELECT count(*) FROM pg_database WHERE datname LIKE 'newsroom_verify%'") == [(0,)]


def test_without_a_key_or_a_place_it_refuses_in_one_line(site):
    for values, told in [
        ({"BACKUP_TO": ""}, "--to DIR"),
        ({"BACKUP_TO": str(site.data_dir / "scratch" / "x")}, "take another folder"),
        ({"BACKUP_TO": str(site.data_dir / "media")}, "take another folder"),
        ({"BACKUP_TO": "backups"}, "it must be a folder such as"),
        ({"BACKUP_KEY_FILE": "/nowhere"}, "can't be read"),
        ({"BACKUP_PASSPHRASE": "short"}, "12 or more"),
        ({"BACKUP_KEEP": "7,4"}, "three numbers"),
    ]:
        done = site.manage("backup", **values)
        assert done.returncode and told in done.stderr and len(done.stderr.strip().splitlines()) == 1, (
            done.stderr
        )


def test_the_worker_makes_one_a_night_and_looks_at_it(tmp_path):
    site = make_site(tmp_path / "nightly")
    try:
        site.start("serve")
        wait_until(lambda: sql(site, "SELECT count(*) FROM backups_backuprun WHERE ok") == [(2,)], 60)
        assert sorted(sql(site, "SELECT kind FROM backups_backuprun")) == [("backup",), ("verify",)]
        assert len(list(folder_of(site).glob("newsroom-*.tar"))) == 2
    finally:
        site.remove()


def test_files_and_backups_in_buckets_come_back(tmp_path):
    bucket = BucketServer().start()
    files, backups = bucket.make("files"), bucket.make("backups").replace("?", "/of-our-site?")
    site = make_site(tmp_path / "site", FILES_URL=files)
    try:
        held = set(bucket.names("files"))
        assert len([name for name in held if name.startswith(("media/pictures", "documents"))]) == 6
        done = site.manage("backup", BACKUP_TO=backups)
        assert done.returncode == 0, done.stderr
        done = site.manage("backup", "--verify", BACKUP_TO=backups)
        assert done.returncode == 0 and "are as saved" in done.stdout, done.stderr
        client = bucket.client()
        for name in [name for name in held if name.startswith("documents")]:
            client.delete_object(Bucket="files", Key=name)
        client.put_object(Bucket="files", Key="media/pictures/other/master.jpg", Body=b"x")
        kept = [name.split("/")[-1] for name in bucket.names("backups") if name.endswith(".tar")]
        (name,) = [name for name in kept if "inquiries" not in name]
        done = site.manage("restore", name, "--yes", BACKUP_TO=backups)
        assert done.returncode == 0, done.stderr
        assert {name for name in bucket.names("files") if not name.endswith(MARKER)} == held
        bucket.stop()
        done = site.manage("backup", BACKUP_TO=backups, FILES_URL="")
        assert done.returncode == 1 and "the bucket can't be used" in done.stderr
        assert "se/cret" not in done.stderr and "se%2Fcret" not in done.stderr
    finally:
        bucket.stop()
        site.remove()


def test_killed_it_leaves_nothing_that_passes_for_a_backup(site):
    folder = folder_of(site)
    before = set(folder.glob("newsroom-*"))
    for told in ("Database", "Reading"):
        command = [sys.executable, "manage.py", "backup"]
        process = subprocess.Popen(command, cwd=ROOT, env=site.env, stdout=subprocess.PIPE, text=True)
        assert any(line.startswith(told) for line in process.stdout)
        process.kill()
        process.wait()
        process.stdout.close()
    assert set(folder.glob("newsroom-*")) == before
    assert list(folder.glob(".newsroom-*.part")) and list((site.data_dir / "scratch").iterdir())
    back_up(site)
    assert not list(folder.glob(".newsroom-*.part")) and not (site.data_dir / "scratch").exists()
