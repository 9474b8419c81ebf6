"""`make soak`: backups and restores that are killed at random moments, of a site that others write into."""

import os
import random
import subprocess
import sys
import time

from tests.conftest import database_url
from tests.newsroom.backups.loading import hold, write_load
from tests.newsroom.backups.sites import back_up, files_of, make_site, rows_of, run, sql
from tests.servers import ROOT, Server

KILLS = int(os.environ.get("SOAK_KILLS", 20))


def kill_at_random(site, longest, *arguments):
    """Start a command and kill it without a goodbye; return whether it had ended before."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=site.env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(random.uniform(longest / 5, longest))
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return ended


def test_backups_killed_at_random_moments_are_whole_or_not_there(tmp_path):
    site = make_site(tmp_path / "site")
    try:
        with write_load(site):
            for _kill in range(KILLS):
                kill_at_random(site, 5, "backup")
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
        began = time.monotonic()
        assert target.manage("restore", str(path), "--yes").returncode == 0
        longest = time.monotonic() - began
        for number in range(KILLS):
            mark = f"old-{number}"  # what tells the old site from the new one
            run(
                target,
                f"from articles.models import Topic; Topic.objects.create(name='{mark}', slug='{mark}')",
            )
            old_rows, old_files = rows_of(target), files_of(target)
            kill_at_random(target, longest, "restore", str(path), "--yes")
            if (
                run(target, "from newsroom.backups import presence; print(presence.is_settled())").strip()
                == "False"
            ):
                done = target.manage("restore", "--continue", "--yes")
                assert done.returncode == 0, done.stderr
                outcomes.append("finished")
            else:
                is_old = (mark,) in sql(target, "SELECT slug FROM articles_topic")
                outcomes.append("old" if is_old else "new")
                if is_old:
                    assert rows_of(target) == old_rows and files_of(target) == old_files
                    continue
            hold(target)
        print(f"\n{outcomes}")
        done = target.manage("restore", str(path), "--yes")
        assert done.returncode == 0, done.stderr
        hold(target)
    finally:
        target.remove()
        source.remove()
