"""`make soak`: backups and restores that are killed at random moments, of a site that others write into."""

import os
import random
import subprocess
import sys
import time

from tests.conftest import database_url
from tests.newsroom.backups.loading import hold, write_load
from tests.newsroom.backups.sites import back_up, files_of, make_site, rows_of
from tests.servers import ROOT, Server

KILLS = int(os.environ.get("SOAK_KILLS", 20))
LONGEST = 4  # seconds of a restore of so small a site


def kill_at_random(site, *arguments):
    """Start a command and kill it without a goodbye; return whether it had ended before."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=site.env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(random.uniform(0.5, LONGEST))
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return ended


def test_backups_killed_at_random_moments_are_whole_or_not_there(tmp_path):
    site = make_site(tmp_path / "site")
    try:
        with write_load(site):
            for _kill in range(KILLS):
                kill_at_random(site, "backup")
            path = back_up(site)
        for one in path.parent.glob("newsroom-*[0-9].tar"):
            done = site.manage("backup", "--verify", str(one))
            assert done.returncode == 0, done.stderr
    finally:
        site.remove()


def test_restores_killed_at_random_moments_leave_the_old_site_or_the_new_one(tmp_path):
    source = make_site(tmp_path / "source")
    target = Server(database_url(), copy_of="tables", BACKUP_KEY_FILE=source.env["BACKUP_KEY_FILE"],
                    BACKUP_TO=source.env["BACKUP_TO"])  # fmt: skip
    outcomes = []
    try:
        with write_load(source):
            path = back_up(source)
        old_rows, old_files = rows_of(target), files_of(target)
        for _kill in range(KILLS):
            kill_at_random(target, "restore", str(path), "--yes")
            is_settled = target.manage(
                "shell",
                "--no-imports",
                "-c",
                "from newsroom.backups import presence; presence.require_settled()",
            )
            is_new = is_settled.returncode != 0 or bool(files_of(target))
            outcomes.append("new" if is_new else "old")
            if is_settled.returncode:
                done = target.manage("restore", "--continue", "--yes")
                assert done.returncode == 0, done.stderr
            if is_new:
                hold(target)
                old_rows, old_files = rows_of(target), files_of(target)
            else:
                assert rows_of(target) == old_rows and files_of(target) == old_files
        print(f"\n{outcomes}")
        done = target.manage("restore", str(path), "--yes")
        assert done.returncode == 0, done.stderr
        hold(target)
    finally:
        target.remove()
        source.remove()
