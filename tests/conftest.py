"""What the tests share: things to read, people who write them, and the site as its users meet it."""

import contextlib
import itertools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "the demo staff of the tests"
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Let templates name static files that nobody has collected."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def make_article(db):
    """Return a function that makes an article, published unless told otherwise."""
    from django.utils import timezone

    from articles.models import Article

    def make(**fields):
        number = next(numbers)
        now = timezone.now()
        return Article.objects.create(
            **{
                "title": f"Article {number}",
                "slug": f"article-{number}",
                "dek": "What happened, in a sentence.",
                "body_html": "<p>What happened.</p>",
                "state": "published",
                "published_at": now,
                "first_published_at": now,
            }
            | fields
        )

    return make


@pytest.fixture
def make_page(db):
    """Return a function that makes a page, published unless told otherwise."""
    from django.utils import timezone

    from articles.models import Page

    def make(**fields):
        number = next(numbers)
        given = {"title": f"Page {number}", "path": f"page-{number}", "body_html": "<p>Text.</p>"} | fields
        published = given.setdefault("state", "published") == "published"
        if published:
            given.setdefault("published_at", timezone.now())
            given.setdefault("first_published_at", given["published_at"])
        return Page.objects.create(**given)

    return make


@pytest.fixture
def make_country(db):
    """Return a function that makes a country, Laos unless told otherwise."""
    from articles.models import Country

    return lambda **fields: Country.objects.create(
        **{"iso_code": "LA", "name": "Laos", "slug": "laos"} | fields
    )


@pytest.fixture
def make_topic(db):
    """Return a function that makes a topic, Prevention unless told otherwise."""
    from articles.models import Topic

    return lambda **fields: Topic.objects.create(**{"name": "Prevention", "slug": "prevention"} | fields)


@pytest.fixture
def make_callout(db):
    """Return a function that makes a campaign box."""
    from articles.models import Callout

    def make(**fields):
        return Callout.objects.create(
            **{"title": f"Campaign {next(numbers)}", "link": "/about/", "label": "Find out more"} | fields
        )

    return make


@pytest.fixture
def make_staff(db, django_user_model):
    """Return a function that makes a member of staff in a role."""
    from django.contrib.auth.models import Group

    def make(username, role, **fields):
        user = django_user_model.objects.create_user(
            username, f"{username}@example.org", DEMO_PASSWORD, is_staff=True, **fields
        )
        user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def editor(make_staff):
    """An editor."""
    return make_staff("an-editor", "Editor")


@pytest.fixture
def writer(make_staff):
    """A writer."""
    return make_staff("a-writer", "Writer")


@pytest.fixture
def administrator(make_staff):
    """An administrator who is no superuser."""
    return make_staff("an-administrator", "Administrator")


def free_port():
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """The demo, running as a real process on data of its own."""

    url: str
    environment: dict = field(repr=False)
    process: subprocess.Popen = field(repr=False)
    log: Path = field(repr=False)
    password: str = DEMO_PASSWORD

    def manage(self, *arguments, stdin=None):
        """Run a management command against the server's data and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def wait_until_ready(url, process, log, seconds=90):
    """Wait until the site answers; fails with its log where it ends or takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError):
            if urllib.request.urlopen(f"{url}/healthz", timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"The server did not start:\n{log.read_text()}")


@contextlib.contextmanager
def own_database(data_dir):
    """Give the address of a database that nobody else uses, of the kind that the suite runs on."""
    asked = os.environ.get("DATABASE_URL", "")
    if not asked.startswith("postgres"):
        yield f"sqlite:///{data_dir}/newsroom.sqlite3"
        return
    import psycopg
    from psycopg import sql

    name = f"newsroom_{secrets.token_hex(6)}"
    with psycopg.connect(asked, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield asked.rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def running_demo(data_dir, **variables):
    """Run `manage.py demo` as its users do, and end it as they do."""
    port = free_port()
    log = data_dir / "server.log"
    with own_database(data_dir) as database:
        environment = os.environ | {
            "DEMO": "on",
            "DATA_DIR": str(data_dir),
            "CACHE_URL": "",
            "PORT": str(port),
            "WORKERS": "1",
            "DATABASE_URL": database,
            "DEMO_PASSWORD": DEMO_PASSWORD,
        } | variables  # fmt: skip
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process, log)
            yield Server(url, environment, process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The demo, one for each process of the suite."""
    data_dir = tmp_path_factory.mktemp("site")
    with running_demo(data_dir) as running:
        yield running
    shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if not path:
        message = "Chromium is missing: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


def pytest_configure(config):
    """Let Django's ORM run in the thread where Playwright's loop runs too."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
