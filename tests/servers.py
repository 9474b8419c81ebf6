"""Starts the real `manage.py demo` for tests: its own folder, port and database."""

import fcntl
import os
import random
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil

from tests import warm

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "harbour-lantern-orchard"
SOON = 1  # s: what is asked for so long after a change shows it, whichever process answers
OURS = [
    "MAIL_PER_MINUTE", "MAIL_PER_MINUTE_AND_DOMAIN", "BOUNCE_ADDRESS", "MAIL_WEBHOOK_SECRET", "OUTBOX_LEASE",
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "SITE_URL", "EMAIL_URL", "INQUIRY_KEYS", "INQUIRY_FROM_EMAIL", "DEBUG", "DEMO", "DEMO_PASSWORD", "PORT", "HOST", "WORKERS", "CACHE_URL", "FILES_URL",
    "BACKUP_TO", "BACKUP_PASSPHRASE", "BACKUP_KEY_FILE", "BACKUP_KEEP",
    "DATA_DIR", "DATABASE_URL", "TRUSTED_PROXIES", "ALLOWED_HOSTS", "TIME_ZONE", "LANGUAGE_CODE",
    "PAGE_CACHE_MB", "PAGES_WHILE_AWAY", "METRICS_NETWORKS",
]  # fmt: skip


# Below the ports that a system gives to whoever asks for any, such as the clients of other tests (RFC 6335, 6).
PORTS = range(16384, 32768)
_bound = []


def free_port():
    """Return a port at which nobody listens, and that no other test process gets while this one lives.

    It stays bound, which a server that asks for SO_REUSEADDR may share as long as nobody listens there.
    """
    while True:
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", random.choice(PORTS)))
        except OSError:
            holder.close()
            continue
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bound.append(holder)
        return holder.getsockname()[1]


def clean_environment(**values):
    """Return the environment of this machine without our own variables, and with these values."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | values


def _run(sql, database_url):
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql)


class Prepared:
    """A site made once for the whole run, of which servers get copies: with tables alone, or the demo."""

    # Static files too: collecting them takes as long as starting three processes, and every server would do it.
    TABLES = (
        "from django.core.management import call_command; from newsroom.staticstorage import collect_static_files;"
        "call_command('migrate', verbosity=0); collect_static_files()"
    )
    COMMANDS = {"tables": ["shell", "--no-imports", "-c", TABLES], "demo": ["demo", "--load-only"]}

    def __init__(self, kind):
        self.command = self.COMMANDS[kind]
        self.begins_as = "tables" if kind == "demo" else ""
        run = os.environ["NEWSROOM_TEST_RUN"]
        self.folder = Path(tempfile.gettempdir()) / f"newsroom-{kind}-{run}"
        self.database = f"newsroom_{kind}_{run}"

    @contextmanager
    def _locked(self):
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def data_dir(self):
        return self.folder / "data"

    def ensure(self, database_url):
        """Make it unless a process of this run has; raises RuntimeError where that failed."""
        with self._locked():
            if not (self.folder / "complete").exists():
                self._make(self.data_dir, database_url)

    def copy_to(self, data_dir, database_url, database):
        """Fill the folder, and on PostgreSQL create the database; raises RuntimeError where that failed."""
        self.ensure(database_url)
        if database_url:
            with self._locked():
                _run(f"CREATE DATABASE {database} TEMPLATE {self.database}", database_url)
        ignored = shutil.ignore_patterns("cache")
        shutil.copytree(self.data_dir, data_dir, dirs_exist_ok=True, ignore=ignored, copy_function=self._copy)

    def _copy(self, source, target):
        """Copy a file; of the thousand static files, which nobody changes in place, lay a further name where that goes."""
        if Path(source).is_relative_to(self.data_dir / "static"):
            with suppress(OSError):  # another disk, which a test has mounted
                return os.link(source, target)
        return shutil.copy2(source, target)

    def _make(self, data_dir, database_url):
        values = {"DEMO": "on", "DEMO_PASSWORD": PASSWORD, "DATA_DIR": str(data_dir)}
        if self.begins_as:
            Prepared(self.begins_as).copy_to(data_dir, database_url, self.database)
        elif database_url:
            _run(f"CREATE DATABASE {self.database}", database_url)
        if database_url:
            values["DATABASE_URL"] = urlunsplit(urlsplit(database_url)._replace(path=f"/{self.database}"))
        done = manage(*self.command, env=clean_environment(**values))
        if done.returncode:
            raise RuntimeError(f"manage.py {self.command[0]} failed:\n{done.stderr}")
        (self.folder / "complete").touch()
        (self.folder / "database-url").write_text(database_url)

    def remove(self):
        """Delete it at the end of the run."""
        if (self.folder / "database-url").is_file():
            database_url = (self.folder / "database-url").read_text()
            if database_url:
                _run(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)", database_url)
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """A running site: url, env (of its processes), data_dir, password of its staff, and its output.

    With copy_of="demo" or "tables" it starts from what was made once for the whole run: a second, not twenty.
    """

    def __init__(self, database_url="", *, copy_of="", data_dir=None, **values):
        self.data_dir = Path(data_dir or tempfile.mkdtemp(prefix="newsroom-server-"))
        self.password = PASSWORD
        self.database = self.admin_url = ""
        values = {"DEMO": "on", "DEMO_PASSWORD": PASSWORD, "WORKERS": "2", "PORT": str(free_port())} | values
        if database_url:
            values["DATABASE_URL"] = self._name_database(database_url)
        if copy_of:
            Prepared(copy_of).copy_to(self.data_dir, database_url, self.database)
        elif database_url:
            _run(f"CREATE DATABASE {self.database}", database_url)
        self.env = clean_environment(DATA_DIR=str(self.data_dir), **values)
        self.url = f"http://127.0.0.1:{values['PORT']}"
        # "demo" would look for migrations and content.
        self.command = "serve" if copy_of == "demo" else "demo"
        self.lines = []
        self.process = None

    def _name_database(self, database_url):
        self.admin_url, self.database = database_url, f"newsroom_server_{secrets.token_hex(6)}"
        return urlunsplit(urlsplit(database_url)._replace(path=f"/{self.database}"))

    def start(self, command="", timeout=180):
        """Start it, and return once it says its address; raises RuntimeError with its output otherwise."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", command or self.command],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=[self.process, ready], daemon=True).start()
        ready.wait(timeout)
        if not any("Newsroom is at" in line for line in self.lines):
            self.stop()
            raise RuntimeError(f"The server did not start:\n{self.output}")
        return self

    def _read(self, process, ready):
        for line in process.stdout:
            self.lines.append(line)
            if "Newsroom is at" in line:
                ready.set()
        ready.set()

    @property
    def output(self):
        """Return everything it has written so far."""
        return "".join(self.lines)

    def manage(self, *arguments, **values):
        """Run a manage.py command in its environment; returns the finished process."""
        return manage(*arguments, env=self.env | values)

    def get(self, path, timeout=20):
        """Return status and bytes of an address."""
        return fetch(self.url + path, timeout)

    def stop(self, number=signal.SIGTERM):
        """Stop it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise

    def kill(self):
        """End all its processes without a goodbye: how it stops is a question of its own tests."""
        with suppress(psutil.NoSuchProcess):
            supervisor = psutil.Process(self.process.pid)
            supervisor.suspend()  # it starts none anew
            for process in [*supervisor.children(recursive=True), supervisor]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self.process.wait(20)

    def remove(self):
        """End it, and delete its folder and its database."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.kill()
        finally:
            shutil.rmtree(self.data_dir, ignore_errors=True)
            if self.database:
                _run(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)", self.admin_url)


def manage(*arguments, env, timeout=180):
    """Run a manage.py command; returns the finished process with its text."""
    if warm.is_possible(env):
        return warm.manage(*arguments, env=env, timeout=timeout)
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL
    )


def fetch(url, timeout=20):
    """Return status and bytes of an address, without following errors into exceptions."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def is_gone(server, *addresses):
    """Return whether all of them are gone, asked when every process must know."""
    time.sleep(SOON)
    return {server.get(address)[0] for address in addresses} == {410}


def wait_until(condition, timeout=20):
    """Return the first true value of the condition; raises AssertionError when the time is over."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise AssertionError(f"not within {timeout} s")


def suspend_at_rest(server, processes):
    """Stop processes at a moment at which none of them holds a lock that others would wait for."""

    def rest():
        for one in processes:
            one.suspend()
        if _nobody_writes(server):
            return True
        for one in processes:
            one.resume()
        return False

    wait_until(rest)


def _nobody_writes(server):
    if "DATABASE_URL" in server.env:
        import psycopg

        asked = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
        with psycopg.connect(server.env["DATABASE_URL"]) as connection:
            return connection.execute(asked).fetchone() is None
    with closing(
        sqlite3.connect(server.data_dir / "newsroom.sqlite3", timeout=1, isolation_level=None)
    ) as file:
        try:
            file.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        file.execute("ROLLBACK")
        return True
