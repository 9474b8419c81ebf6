"""`manage.py serve`: one command that starts all, keeps it alive and leaves nothing behind."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager, suppress

import psutil
import pytest

from newsroom.serving import PATIENCE
from tests.conftest import database_url
from tests.servers import ROOT, Server, clean_environment, fetch, free_port, manage, wait_until


@pytest.fixture(scope="module")
def empty_site():
    """Return a site with tables and without content, not started."""
    site = Server(database_url(), copy_of="tables")
    yield site
    site.remove()


@contextmanager
def started(site):
    """Serve a site meanwhile, with its processes at hand."""
    site.lines.clear()
    site.start("serve")
    site.supervisor = psutil.Process(site.process.pid)
    yield site
    site.stop()


@pytest.fixture
def running(empty_site):
    """Return the empty site, started for this test alone: it may end it."""
    with started(empty_site) as site:
        yield site


@pytest.fixture(scope="module")
def standing():
    """Return another empty site that outlives what tests do to it."""
    site = Server(database_url(), copy_of="tables")
    with started(site):
        yield site
    site.remove()


def processes(server, word):
    """Return the processes below the supervisor whose command line holds the word."""
    children = server.supervisor.children(recursive=True)
    found = []
    for process in children:
        with suppress(psutil.Error):  # it has just ended
            if word in " ".join(process.cmdline()):
                found.append(process)
    return found


def alive(family):
    """Return the processes that have not ended."""
    left = []
    for process in family:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return left


def listens(url):
    try:
        return fetch(f"{url}/healthz", timeout=5)[0] == 200
    except OSError:
        return False


def test_it_answers_says_where_and_leaves_nothing_behind_on_sigterm(running):
    assert fetch(f"{running.url}/healthz") == (200, b"ok\n")
    assert f"Newsroom is at {running.url}" in running.output
    # granian, its two workers, and the worker, which starts once pages can be served
    wait_until(lambda: len(running.supervisor.children(recursive=True)) >= 4)
    family = running.supervisor.children(recursive=True)
    assert running.stop() == 0
    assert alive(family) == []
    assert not listens(running.url)
    assert "Traceback" not in running.output


def test_it_stops_on_ctrl_c_as_on_sigterm(running):
    family = running.supervisor.children(recursive=True)
    assert running.stop(signal.SIGINT) == 0
    assert alive(family) == []
    assert "Traceback" not in running.output


def test_nothing_outlives_a_supervisor_that_is_killed(running):
    family = running.supervisor.children(recursive=True)
    running.process.kill()
    running.process.wait()
    wait_until(lambda: not alive(family), 15)
    assert not listens(running.url)


@pytest.mark.parametrize("victim", ["newsroom.server.processes", "manage.py worker", "a web worker"])
def test_it_restarts_a_child_that_is_killed(standing, victim):
    is_grandchild = victim == "a web worker"
    word = "newsroom.server.processes" if is_grandchild else victim

    def victims():
        return [p for p in processes(standing, word) if (p.ppid() != standing.process.pid) == is_grandchild]

    child = wait_until(victims)[0]  # the worker is started once pages can be served
    before = {p.pid for p in processes(standing, word)}
    child.kill()
    wait_until(lambda: {p.pid for p in processes(standing, word)} - before)
    wait_until(lambda: len(processes(standing, word)) == len(before))
    wait_until(lambda: listens(standing.url))


def test_the_worker_beats_where_every_process_can_hear_it(standing):
    code = "from newsroom.outbox import heartbeat; print(heartbeat.age())"
    ages = []

    def beats():
        ages.append(standing.manage("shell", "--no-imports", "-c", code).stdout.strip())
        return ages[-1] not in {"", "None"}  # it starts once pages are served

    wait_until(beats)
    assert 0 <= float(ages[-1]) < 10


def test_it_refuses_a_port_that_is_taken_with_one_line():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        done = manage("demo", env=clean_environment(DEMO="on", PORT=port))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert port in done.stderr
    assert "set PORT to another number" in done.stderr


def test_an_address_of_another_machine_is_told_as_a_matter_of_host(tmp_path):
    values = {"DEMO": "on", "DATA_DIR": str(tmp_path), "HOST": "192.0.2.1", "PORT": str(free_port())}
    done = manage("serve", env=clean_environment(**values))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "Set HOST to an address of this machine" in done.stderr and "PORT" not in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL", "EMAIL_URL", "INQUIRY_KEYS"])
def test_it_refuses_to_start_without_a_setting_with_one_line(tmp_path, missing):
    values = {
        "SECRET_KEY": "kite orchard harbour lantern meadow",
        "SITE_URL": "https://news.example.org",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "INQUIRY_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATA_DIR": str(tmp_path),
    }
    del values[missing]
    done = manage("serve", env=clean_environment(**values))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(missing)


def test_it_refuses_a_database_without_tables_with_one_line(tmp_path):
    done = manage("serve", env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path), PORT=str(free_port())))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "migrate" in done.stderr


@pytest.mark.parametrize(
    "command", [["worker"], ["init_site", "--no-input"], ["recheck"], ["backup", "--to", "/nowhere"]]
)
def test_every_command_refuses_a_database_without_tables_with_one_line(tmp_path, command):
    sqlite3.connect(tmp_path / "newsroom.sqlite3").close()
    values = {"DEMO": "on", "DATA_DIR": str(tmp_path), "BACKUP_PASSPHRASE": "twelve and more of them"}
    done = manage(*command, env=clean_environment(**values), timeout=30)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "migrations are missing. Run `manage.py migrate` first." in done.stderr


def test_the_worker_alone_stops_before_it_would_be_killed(tmp_path):
    env = clean_environment(DEMO="on", DATA_DIR=str(tmp_path))
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=env)
    wait_until((tmp_path / "watch" / "worker.json").exists)
    worker.terminate()
    assert worker.wait(PATIENCE) == 0


@pytest.mark.django_db
def test_a_job_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    from newsroom.outbox import worker

    ran = []
    jobs = [worker.Job("broken", 5, lambda: 1 / 0), worker.Job("sound", 5, lambda: ran.append(1))]
    monkeypatch.setattr(worker, "jobs", lambda: {job.name: job for job in jobs})
    monkeypatch.setattr(worker.pausing, "is_paused", lambda: False)
    worker.run_due(now=100)
    worker.run_due(now=104)
    worker.run_due(now=105)
    assert len(ran) == 2
    assert "broken" in caplog.text


@pytest.mark.django_db
def test_healthz_is_503_only_while_pages_cannot_be_served(client, monkeypatch):
    from newsroom.conditions import database

    assert client.get("/healthz").status_code == 200
    monkeypatch.setattr(database, "_newest", {("articles", "9999_not_there")})
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable\n")


@pytest.mark.django_db
def test_healthz_is_200_while_the_cache_or_the_worker_is_down(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    assert client.get("/healthz").status_code == 200


COUNT = """
import sys
sys.path.insert(0, {root!r})
from newsroom.storage.filecache import LockedFileCache
from django.conf import settings
settings.configure()
cache = LockedFileCache({folder!r}, {{"OPTIONS": {{"MAX_ENTRIES": 10000}}}})
for _ in range(200):
    cache.add("counter", 0, 600)
    cache.incr("counter")
"""


def test_a_counter_in_the_shared_cache_loses_no_count(tmp_path):
    from newsroom.storage.filecache import LockedFileCache

    folder = str(tmp_path / "cache")
    code = COUNT.format(root=str(ROOT), folder=folder)
    counting = [subprocess.Popen([sys.executable, "-c", code], env=dict(os.environ)) for _ in range(4)]
    assert [process.wait(60) for process in counting] == [0, 0, 0, 0]
    assert LockedFileCache(folder, {}).get("counter") == 800
