"""A running site whose parts a test breaks and mends, one after the other, and what it tells of that."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.newsroom.guard.forwarder import Forwarder
from tests.servers import Server, free_port, wait_until
from tests.smalldisk import full

SETUP = """
from datetime import timedelta
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from newsroom.backups.models import BackupRun
user = User.objects.create_superuser("head", "head@example.org", "harbour-lantern-orchard")
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.create()
for kind in (BackupRun.Kind.BACKUP, BackupRun.Kind.VERIFY):
    BackupRun.objects.create(kind=kind, ok=True, at=timezone.now(), words="made by the test")
print(session.session_key)
"""


class Post:
    """A mail server that takes our password or refuses it, and keeps what it has taken."""

    def __init__(self):
        self.takes_password, self.taken = False, []
        self.port = free_port()
        options = {"auth_required": True, "auth_require_tls": False, "authenticator": self._judge}
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()

    def _judge(self, *_):
        return AuthResult(success=self.takes_password, handled=False)

    async def handle_DATA(self, server, session, envelope):
        self.taken += envelope.rcpt_tos
        return "250 OK"


class Site(Server):
    """A site with mail, Redis, backups and a disk of its own, where there is one."""

    def __init__(self, folder, database_url, every):
        self.post, self.redis_port, self.redis = Post(), free_port(), None
        values = {
            "EMAIL_URL": f"smtp://news:wrong@127.0.0.1:{self.post.port}",
            "BACKUP_TO": str(folder / "backups"),
            "BACKUP_PASSPHRASE": "harbour lantern orchard nine",
            "WATCH_EVERY": str(every),
            "WORKERS": "1",
        }
        if self.start_redis():
            values["CACHE_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"
        super().__init__(database_url, copy_of="tables", data_dir=folder / "data", **values)
        (folder / "backups").mkdir()
        self.direct = self.env.get("DATABASE_URL", "")
        self.wire = None
        if self.direct:
            found = urlsplit(self.direct)
            self.wire = Forwarder(found.hostname, found.port or 5432)
            user = found.netloc.rpartition("@")[0]
            self.env["DATABASE_URL"] = found._replace(netloc=f"{user}@127.0.0.1:{self.wire.port}").geturl()
        self.session = self.manage("shell", "--no-imports", "-c", SETUP).stdout.strip()

    def start_redis(self):
        """Start a Redis of one's own, and return whether there is one."""
        command = ["redis-server", "--port", str(self.redis_port), "--save", "", "--bind", "127.0.0.1"]
        try:
            self.redis = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        except FileNotFoundError:
            return False
        return True

    def sql(self, statement, *values):
        """Run a statement past the site, and return its rows."""
        if self.direct:
            import psycopg

            with psycopg.connect(self.direct, autocommit=True) as connection:
                done = connection.execute(statement.replace("?", "%s"), values)
                return done.fetchall() if done.description else []
        with (
            closing(sqlite3.connect(self.data_dir / "newsroom.sqlite3", timeout=20)) as connection,
            connection,
        ):
            return connection.execute(statement, values).fetchall()

    def ask(self, path, form=None, cookie=""):
        """Return status and text of an address."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=40)
        headers = {"Cookie": f"staff={cookie}"} if cookie else {}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if form else "GET", path, urlencode(form or {}), headers)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def answers(self, path):
        """Return whether the address is served, also where nobody listens."""
        try:
            return self.ask(path)[0] == 200
        except OSError:
            return False

    @property
    def worker(self):
        """Return the process of the worker, or None while it is started again."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # killed, and not yet waited for
                if "worker" in child.cmdline():
                    return child
        return None

    def failing(self):
        """Return status and names of what fails, as monitoring reads it."""
        status, text = self.ask("/healthz/state")
        return status, json.loads(text)["failing"]

    def lines_about(self, name):
        """Return the log lines about a condition."""
        return [line for line in self.lines if f" newsroom.conditions.watch {name}: " in line]

    def hears_of(self, name, within, on_first_page=True):
        """Wait until monitoring, first page and log tell that it fails; visitors get pages meanwhile, or honest errors."""

        def told():
            if not self.lines_about(name):
                return False  # asking costs the site as much as a visitor
            status, names = self.failing()
            if status != 503 or name not in names:
                return False
            return (
                not on_first_page or f">{name.capitalize()}<" in self.ask("/admin/", cookie=self.session)[1]
            )

        wait_until(told, within)
        assert self.ask("/get-help/")[0] in ({200} if on_first_page else {200, 503})
        assert len(self.lines_about(name)) == 1, self.lines_about(name)

    def is_well_again(self, name, within):
        """Wait until monitoring and log tell that it is well again."""
        wait_until(lambda: len(self.lines_about(name)) == 2 and name not in self.failing()[1], within)

    @contextmanager
    def broken(self, what):
        """Break a part meanwhile: disk, cache, database, clock or backup."""
        with getattr(self, f"_without_{what}")():
            yield

    @contextmanager
    def _without_disk(self):
        with full(Path(self.data_dir)):
            yield

    @contextmanager
    def _without_cache(self):
        self.redis.kill()
        self.redis.wait()
        yield
        self.start_redis()

    @contextmanager
    def _without_database(self):
        moved = [] if self.wire else list(self.data_dir.glob("newsroom.sqlite3*"))
        if self.wire:
            self.wire.cut()
        for path in moved:
            path.rename(path.with_name(f"away-{path.name}"))
        yield
        if self.wire:
            self.wire.mend()
        for path in moved:
            path.with_name(f"away-{path.name}").rename(path)

    @contextmanager
    def _without_clock(self):
        """Let the site believe that it was last seen three days ago, as after a jump."""
        ((seen, base),) = self.sql("SELECT seen_at, base_at FROM outbox_clock")
        long_ago = "2026-01-01 00:00:00+00:00" if self.direct else "2026-01-01 00:00:00"
        self.sql("UPDATE outbox_clock SET seen_at = ?, base_at = ?", long_ago, long_ago)
        yield
        self.sql("UPDATE outbox_clock SET seen_at = ?, base_at = ?, stopped_at = NULL", seen, base)

    @contextmanager
    def _without_backup(self):
        ((made,),) = self.sql("SELECT at FROM backups_backuprun WHERE kind = 'backup'")
        self.sql("UPDATE backups_backuprun SET at = '2026-01-01 00:00:00+00:00' WHERE kind = 'backup'")
        yield
        self.sql("UPDATE backups_backuprun SET at = ? WHERE kind = 'backup'", made)

    @contextmanager
    def worker_stopped(self):
        """Stop the worker's process meanwhile, as a hang of the whole process does."""
        process = self.worker
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield process
        finally:
            if process.is_running():
                os.kill(process.pid, signal.SIGCONT)

    def remove(self):
        """End all that was started."""
        try:
            super().remove()
        finally:
            self.post.controller.stop()
            if self.redis is not None:
                self.redis.kill()
                self.redis.wait()
            if self.wire:
                self.wire.cut()
