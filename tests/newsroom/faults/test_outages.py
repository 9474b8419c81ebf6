"""While the database or the cache is away: 503 with a page that helps, one line in the log, and reading goes on."""

import http.client
import io
import json
import re
import sqlite3
import statistics
import subprocess
import threading
import time
from contextlib import contextmanager, nullcontext
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import RequestFactory

from newsroom.faults import outages, writers
from newsroom.logs.logs import OneTeller
from tests.conftest import database_url
from tests.newsroom.guard.forwarder import Forwarder
from tests.servers import PASSWORD, Server, free_port, wait_until

PAGES = ["/", "/get-help/", "/news/", "/inquiries/", "/inquiries/mailbox/", "/newsletter/", "/search/?q=x", "/admin/login/",
    "/feeds/news.rss", "/nowhere/"]  # fmt: skip


class Site(Server):
    """A running demo whose database a test can take away, lock, and give back."""

    def __init__(self, **values):
        super().__init__(database_url(), copy_of="tables", WATCH_EVERY="2", **values)
        self.wire = None
        if database_url():
            found = urlsplit(self.env["DATABASE_URL"])
            self.wire = Forwarder(found.hostname, found.port or 5432)
            user = found.netloc.rpartition("@")[0]
            self.direct = self.env["DATABASE_URL"]
            self.env["DATABASE_URL"] = found._replace(netloc=f"{user}@127.0.0.1:{self.wire.port}").geturl()

    def ask(self, path, form=None, source="127.0.0.1"):
        """Return status, headers and text of an address."""
        connection = http.client.HTTPConnection(
            urlsplit(self.url).netloc, timeout=60, source_address=(source, 0)
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        if form is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, urlencode(form), kind)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, response.headers, text

    @contextmanager
    def without_database(self):
        """Take the database away: its file is not there for processes that start now, its server refuses."""
        if self.wire:
            self.wire.cut()
        else:
            for path in self.data_dir.glob("newsroom.sqlite3*"):
                path.rename(path.with_name(f"away-{path.name}"))
            self.restart_web_workers()
        try:
            yield
        finally:
            if self.wire:
                self.wire.mend()
            else:
                for path in self.data_dir.glob("newsroom.sqlite3*"):
                    path.unlink()
                for path in self.data_dir.glob("away-*"):
                    path.rename(path.with_name(path.name.removeprefix("away-")))

    def restart_web_workers(self):
        web = [
            p
            for p in psutil.Process(self.process.pid).children(recursive=True)
            if "newsroom.server" in " ".join(p.cmdline())
        ]
        for process in web:
            if process.ppid() != self.process.pid and process.children() == []:
                process.kill()
        wait_until(self.answers)

    def answers(self):
        try:
            return self.get("/healthz")[0]
        except OSError:
            return False

    @contextmanager
    def locked(self):
        """Let nobody write meanwhile."""
        if self.wire:
            import psycopg

            with psycopg.connect(self.direct) as holder:
                tables = [
                    row[0]
                    for row in holder.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                ]
                for table in tables:
                    holder.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
                yield
            return
        holder = sqlite3.connect(self.data_dir / "newsroom.sqlite3", timeout=20, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")
            holder.close()


@pytest.fixture(scope="module")
def site():
    running = Site()
    running.start("serve")
    yield running
    running.remove()
    if running.wire:
        running.wire.cut()


def lines_about(site, words):
    return [line for line in site.lines if words in line]


def test_without_its_database_it_helps_and_comes_back_by_itself(site):
    sheet = re.search(r'href="(/static/css/plain\.[^"]+)"', site.ask("/nowhere/%00")[2])[1]
    before = len(site.lines)
    with site.without_database():
        for path in PAGES * 3:
            status, headers, text = site.ask(path)
            assert status == 503, path
            assert int(headers["Retry-After"]) > 0
            assert headers["Cache-Control"] == "no-store"
            assert "112" in text and "can’t be read either" in text
        assert site.ask(sheet)[0] == 200
        assert site.ask("/newsletter/", {"address": "ann@example.org"})[0] == 503
        assert site.ask("/admin/login/", {"username": "editor", "password": PASSWORD})[0] in {403, 503}
        status, headers, _ = site.ask("/inquiries/", {"message": "What I typed", "nonce": "x"})
        assert status == 503 and int(headers["Retry-After"]) > 0
        wait_until(lambda: site.ask("/healthz")[0] == 503, 5)  # which looks once a second
        time.sleep(6)  # the worker meets it too
    wait_until(lambda: site.ask("/get-help/")[0] == 200, 15)
    time.sleep(1)
    new = "".join(site.lines[before:])
    assert "Traceback" not in new, new
    wait_until(lambda: lines_about(site, "database: Well again"))
    new = "".join(site.lines[before:])
    assert new.count("database: ") == 2, new  # it begins and ends, whoever meets it
    assert len(site.lines) - before < 6, new


def test_twelve_sign_ups_during_a_write_lock_stop_no_reading(site):
    answers, before = [], len(site.lines)

    def sign_up(number):
        address = f"127.0.{number + 10}.1"
        answers.append(site.ask("/newsletter/", {"address": f"a{number}@host{number}.example"}, address))

    with site.locked():
        senders = [threading.Thread(target=sign_up, args=[number]) for number in range(12)]
        for sender in senders:
            sender.start()
        time.sleep(1)
        taken = []
        until = time.monotonic() + 5
        while time.monotonic() < until:
            began = time.monotonic()
            assert site.ask("/get-help/")[0] == 200
            taken.append(time.monotonic() - began)
        refused = list(answers)
    for sender in senders:
        sender.join()
    assert statistics.median(taken) < 0.5 and max(taken) < 3
    assert {status for status, _, _ in answers} <= {302, 503}
    assert len(refused) >= 4  # half of the threads of two processes may wait
    for status, headers, text in refused:
        assert (status, int(headers["Retry-After"]) > 0) == (503, True)
        assert "nothing of it was stored" in text
        assert re.search(r'<textarea name="address" hidden[^>]*>\na\d+@host\d+\.example</textarea>', text)
    assert len(answers) - len(refused) >= 2, "those who could wait were served"
    assert "Traceback" not in "".join(site.lines[before:])
    assert len(site.lines) - before <= 6


@pytest.mark.skipif(not database_url(), reason="SQLite has no server that hangs")
def test_a_server_that_hangs_is_answered_for(site):
    for _ in range(8):  # both processes have made it
        site.ask("/")
    site.wire.hold()
    answers = []
    asking = [threading.Thread(target=lambda: answers.append(site.ask("/search/?q=x"))) for _ in range(20)]
    try:
        for thread in asking:
            thread.start()
        time.sleep(1)
        began = time.monotonic()
        assert site.ask("/healthz")[0] == 503
        status, _headers, text = site.ask("/healthz/state")
        assert (status, "database" in json.loads(text)["failing"]) == (503, True)
        assert time.monotonic() - began < 7, "2 s each, while every thread hangs"
        status, _headers, text = site.ask("/")
        assert (status, time.monotonic() - began < 8) == (200, True), "the page cache asks no thread"
        assert "kept pages" in site.ask("/healthz")[2]
        time.sleep(25 - (time.monotonic() - began))
        told = list(answers)
    finally:
        site.wire.release()
    for thread in asking:
        thread.join()
    assert len(told) >= 20 - 8 and {status for status, _, _ in told} == {503}
    assert all(int(headers["Retry-After"]) > 0 for _, headers, _ in told)
    wait_until(lambda: site.ask("/get-help/")[0] == 200)


@pytest.mark.skipif(not database_url(), reason="SQLite has no server that hangs")
@pytest.mark.parametrize("act", ["execute", "commit"])
def test_a_thread_that_waits_for_a_server_that_hangs_comes_back(monkeypatch, act):
    import psycopg

    monkeypatch.setattr(writers, "LONGEST_SILENCE", 0.3)
    found = urlsplit(database_url())
    wire = Forwarder(found.hostname, found.port or 5432)
    try:
        user = found.netloc.rpartition("@")[0]
        connection = psycopg.connect(found._replace(netloc=f"{user}@127.0.0.1:{wire.port}").geturl())
        writers.answer_in_time(connection)
        writers.answer_in_time(connection)
        connection.execute("SELECT 1")
        wire.hold()
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 2") if act == "execute" else connection.commit()
        assert time.monotonic() - began < 5 and connection.closed
    finally:
        wire.release()
        wire.cut()


@pytest.mark.parametrize("held", [0, 1])
def test_a_burst_of_sign_ups_is_served_whole_without_a_lock_and_with_one_of_a_second(site, held):
    answers = []

    def sign_up(number):
        address = f"127.{held + 1}.{number + 10}.1"
        answers.append(
            site.ask("/newsletter/", {"address": f"b{number}@b{held}{number}.example"}, address)[0]
        )

    senders = [threading.Thread(target=sign_up, args=[number]) for number in range(24)]
    with site.locked() if held else nullcontext():
        for sender in senders:
            sender.start()
        time.sleep(held)
    for sender in senders:
        sender.join()
    assert answers == [302] * 24


def test_pages_do_without_redis(tmp_path):
    port = free_port()
    command = [
        "redis-server",
        "--port",
        str(port),
        "--save",
        "",
        "--dir",
        str(tmp_path),
        "--bind",
        "127.0.0.1",
    ]
    try:
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        pytest.skip("Redis is missing: `apt-get install redis-server` brings it.")
    site = Site(CACHE_URL=f"redis://127.0.0.1:{port}/0")
    try:
        site.start("serve")
        assert site.ask("/resources/?kind=law")[0] == 200
        redis.kill()
        redis.wait()
        before = len(site.lines)
        for path in ["/", "/get-help/", "/resources/?kind=report", "/feeds/news.rss", "/newsletter/"] * 4:
            assert site.ask(path)[0] == 200, path
        assert site.ask("/newsletter/", {"address": "ann@example.org"})[0] == 302
        time.sleep(6)
        new = "".join(site.lines[before:])
        assert "Traceback" not in new and new.count("cache: It can’t be used") == 1
        assert len(site.lines) - before == 1, new
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(lambda: site.ask("/feeds/news.rss")[0] and lines_about(site, "cache: Well again"))
    finally:
        redis.kill()
        site.remove()


def test_a_fault_of_ours_is_no_outage():
    import psycopg

    missing = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        missing.execute("SELECT * FROM nowhere")
    error = OperationalError("no such table")
    error.__cause__ = caught.value
    assert outages.reason_of(error) == ""
    assert outages.reason_of(ProgrammingError("no such table")) == ""
    assert outages.reason_of(ValueError()) == "" and outages.reason_of(None) == ""
    locked = OperationalError("lock")
    locked.__cause__ = psycopg.errors.LockNotAvailable()
    assert outages.note(locked) is outages.WRITING


def test_a_file_that_is_no_database_is_an_outage(tmp_path):
    (tmp_path / "x").write_bytes(b"no database at all, whatever its name says" * 50)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        sqlite3.connect(tmp_path / "x").execute("SELECT * FROM nowhere")
    error = OperationalError()
    error.__cause__ = caught.value
    assert outages.note(error) is outages.DATABASE


def test_it_says_once_that_a_part_is_away_and_once_that_it_is_back(caplog, monkeypatch):
    state = outages.Availability("part")
    for _ in range(50):
        state.begin("nobody knows")
    state.end()
    state.end()
    told = [record for record in caplog.records if OneTeller().filter(record)]
    monkeypatch.setenv("NEWSROOM_WATCHED", "1")
    while_watched = [record.getMessage() for record in caplog.records if OneTeller().filter(record)]
    assert while_watched == ["The part could not be used for some seconds."]  # too short for the watch
    assert [record.getMessage().split(".")[0] for record in told] == [
        "The part can't be used: nobody knows", "The part can be used again, after 0 s",
    ]  # fmt: skip


def test_half_of_the_threads_may_wait_and_a_crowd_without_a_lock_passes():
    gate = writers.Gate(4)
    inside, release = threading.Semaphore(0), threading.Event()

    def wait():
        with gate.passing():
            inside.release()
            release.wait(10)

    waiting = [threading.Thread(target=wait) for _ in range(2)]
    for thread in waiting:
        thread.start()
        inside.acquire(timeout=5)
    began = time.monotonic()
    for _ in range(10):
        with pytest.raises(writers.TooManyWrite), gate.passing():
            pass
    assert time.monotonic() - began < writers.STUCK_AFTER + 0.5  # together, not each
    begun = gate.passing(has_begun=True)
    with begun, pytest.raises(writers.TooManyWrite), gate.passing(has_begun=True):  # the fourth thread reads
        pass
    release.set()
    for thread in waiting:
        thread.join()
    with gate.passing():
        pass


def test_a_crowd_is_not_refused_while_it_moves():
    gate, stays, passed, refused = writers.Gate(4), threading.Event(), [], []

    def starve():
        with gate.passing():
            stays.wait(30)

    def pass_again_and_again():
        until = time.monotonic() + writers.STUCK_AFTER + 1
        while time.monotonic() < until:
            try:
                with gate.passing():
                    passed.append(time.sleep(0.05))
            except writers.TooManyWrite as error:
                refused.append(error)

    starving = threading.Thread(target=starve)
    starving.start()
    crowd = [threading.Thread(target=pass_again_and_again) for _ in range(3)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    stays.set()
    starving.join()
    assert passed and refused == []


@pytest.mark.skipif(bool(database_url()), reason="PostgreSQL queues for its locks")
@pytest.mark.django_db
def test_who_waits_longest_for_sqlite_has_the_same_chance_as_who_comes(tmp_path):
    path = str(tmp_path / "lock.sqlite3")
    holds, ended = [], threading.Event()
    own = connection.copy(alias="waiter")
    own.settings_dict = {**connection.settings_dict, "NAME": path}
    own.connect()

    def hold_again_and_again():
        holder = sqlite3.connect(path, timeout=20, isolation_level=None)
        while not ended.is_set():
            holder.execute("BEGIN IMMEDIATE")
            holds.append(time.monotonic())
            time.sleep(0.2)
            holder.execute("ROLLBACK")
            time.sleep(0.04)
        holder.close()

    busy = threading.Thread(target=hold_again_and_again)
    busy.start()
    waited = []
    try:
        with own.execute_wrapper(writers.through(None, lambda _wrote: None)), own.cursor() as cursor:
            for _ in range(8):
                time.sleep(0.1)
                before = len(holds)
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute("ROLLBACK")
                waited.append(len(holds) - before)
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    finally:
        ended.set()
        busy.join()
        own.close()
    assert sum(waited) <= 4, "it passes at the first gap, but for a slow machine"


@pytest.mark.skipif(not database_url(), reason="SQLite has one lock for all")
@pytest.mark.django_db(transaction=True)
def test_who_holds_the_lock_that_others_wait_for_is_not_refused_for_their_sake():
    gate, begun, failed = writers.Gate(4), threading.Semaphore(0), []

    def count(first=False):
        try:
            with connection.execute_wrapper(writers.through(gate, lambda _wrote: None)), transaction.atomic():
                Group.objects.create(name="counted by all")
                if first:
                    begun.release()
                    wait_until(lambda: len(gate._waiting) == 2)
                Group.objects.filter(name="counted by all").delete()
        except OperationalError as error:
            failed.append(error)
            begun.release()
        finally:
            connection.close()

    holder = threading.Thread(target=count, args=[True])
    holder.start()
    begun.acquire()
    others = [threading.Thread(target=count) for _ in range(2)]
    for other in others:
        other.start()
    for thread in [holder, *others]:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("state", [outages.WRITING, outages.DATABASE])
@pytest.mark.parametrize("path", ["/newsletter/", "/newsletter/manage/", "/admin/articles/article/add/"])
def test_what_was_typed_stands_in_the_page_of_an_outage(state, path):
    request = RequestFactory().post(path, {"address": 'a"<b>@example.org', "topics": ["1", "2"]})
    page = outages.page(state, request)
    text = page.content.decode()
    assert (page.status_code, page.headers["Cache-Control"]) == (503, "no-store")
    assert "\na&quot;&lt;b&gt;@example.org</textarea>" in text
    assert text.count('name="topics"') == 2
    assert '<form class="form" method="post" action=""' in text


@pytest.mark.parametrize(
    "request_",
    [
        RequestFactory().get("/newsletter/?address=kept@example.org"),
        RequestFactory().post("/admin/login/", {"username": "kept", "password": "kept"}),
        RequestFactory().post("/admin/login/", {"username": "kept", "New_Password": "kept"}),
        RequestFactory().post("/admin/inquiries/inquiry/", {"desk_code": "kept", "desk_asked": "GET"}),
        RequestFactory().post("/inquiries/mailbox/", {"receipt": "kept words", "message": "more of it"}),
        RequestFactory().post("/newsletter/", {"a": "kept"}, headers={"Origin": "https://elsewhere.example"}),
        RequestFactory().post("/newsletter/", {"a": "kept", "file": io.BytesIO(b"kept")}),
        RequestFactory().post("/newsletter/hooks/mailgun/", b'{"kept": 1}', content_type="application/json"),
        RequestFactory().post("/newsletter/", b"kept", content_type="multipart/form-data; boundary="),
    ],
)
def test_a_password_a_file_and_a_foreign_form_are_not_given_back(request_):
    assert "kept" not in outages.page(outages.WRITING, request_).content.decode()
