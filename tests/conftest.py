"""What tests stand on: rows to write about, people who sign in, the running site and a browser."""

import contextlib
import datetime
import gc
import hashlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import threading

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.template.base import PartialTemplate, Template
from django.template.context import BaseContext
from django.test.signals import template_rendered
from django.utils import timezone

from newsroom.conditions import bounded
from newsroom.pictures import ingestion
from newsroom.sandbox import sandboxing
from tests import emptying, environment, warmreading
from tests.servers import PASSWORD, Prepared, Server

# Collecting thousands of tests makes objects that stay: by default the collector walks through them again and again.
gc.set_threshold(50_000, 20, 50)

# Playwright keeps an event loop in the thread that runs the tests; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Templates are rendered without collectstatic.
django_settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

django_settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2", *django_settings.PASSWORD_HASHERS]

bounded.REMEMBERED = 0.0  # what a test changes is seen when it asks for the health again

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
# Boxes of the address bar that nobody sees: each window would start two processes for them.
UNSEEN = ["WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"]
# What Playwright turns off: of two such lists the browser reads the last.
KEPT_OFF = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
]  # fmt: skip
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--renderer-process-limit=1", "--disable-site-isolation-trials",  # a new page finds scripts compiled
    "--disable-features=" + ",".join(UNSEEN + KEPT_OFF),
]  # fmt: skip

numbers = itertools.count(1)

# What asks no database, or brings its own: nothing of it changes with the server that the suite runs on.
WITHOUT_A_SERVER = [
    "articles/documents", "articles/places/test_hours.py", "articles/test_dates.py", "deploy", "newsroom/backups/test_container.py",
    "newsroom/configuration", "newsroom/othersites/test_webaddresses.py", "newsroom/pictures/test_pictures.py",
    "newsroom/pictures/test_scanned_pictures.py", "newsroom/richtext/test_hostile_texts.py", "newsroom/search/analysis/test_text.py",
    "newsroom/test_patterns_are_linear.py", "newsroom/test_static_storage.py", "test_imports.py", "test_sizes.py", "test_templates.py",
]  # fmt: skip
collect_ignore = WITHOUT_A_SERVER if os.environ.get("DATABASE_URL", "").startswith("postgres") else []


# Files that take long, by the beginnings of their paths. While the first process makes tables and loads the demo, the second
# asks what needs neither: pictures, and on PostgreSQL, where these are left out, what is put aside.
EARLY = [
    "tests/browser/test_visiting", "tests/newsroom/pictures/test_pictures", "tests/newsroom/richtext/test_put_aside",
    "tests/newsroom/pictures/test_images", "tests/browser/",
    "tests/newsroom/editing/test_odd_forms", "tests/newsroom/test_demo", "tests/articles/documents/test_word_findings", "tests/newsroom/test_serve",
    "tests/newsroom/faults/test_outages", "tests/newsroom/guard/test_bad_input", "tests/inquiries/test_running", "tests/newsroom/pictures/test_picture_traces",
    "tests/newsroom/server/test_slow_senders", "tests/newsroom/richtext/test_hostile_texts", "tests/newsroom/pictures/test_many_pictures",
    "tests/newsroom/upgrading/", "tests/newsroom/backups/test_b", "tests/newsroom/backups/test_restoring", "tests/newsroom/backups/test_container",
    "tests/newsroom/conditions/test_breaking", "tests/newsroom/filestore/test_two", "tests/deploy/",
    "tests/newsletter/sending/test_killing", "tests/newsroom/editing/test_lost_updates", "tests/newsroom/test_load", "tests/newsroom/search/querying/test_any_query",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """Let files that take long begin early: at the end there are only short ones to share out."""
    items.sort(
        key=lambda item: next((n for n, path in enumerate(EARLY) if item.nodeid.startswith(path)), len(EARLY))
    )


def pytest_sessionfinish(session):
    """Delete what was made for the run once every process of it has ended."""
    if environment.FIRST_PROCESS:
        for kind in Prepared.COMMANDS:
            Prepared(kind).remove()


def pytest_collection_finish():
    """Spare the collector what lives as long as the run: it would walk through all of it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def pages_report_their_context_once(django_test_environment):
    """Let a page report its context once: Django's instrument copies it for every widget, a quarter of a page's time."""
    inside = threading.local()

    def render(self: Template | PartialTemplate, context: BaseContext) -> str:
        if getattr(inside, "template", None) is None:
            template_rendered.send(sender=self, template=self, context=context)
            inside.template = self
            try:
                return self.nodelist.render(context)
            finally:
                inside.template = None
        return self.nodelist.render(context)

    Template._render = PartialTemplate._render = render


@pytest.fixture(scope="session", autouse=True)
def pictures_are_encoded_once():
    """Let what was made of some pixels be made once: most tests show the same few, in up to 15 files each."""
    encode, made = ingestion._encode, {}

    def encode_once(image, options):
        about = image.size, image.mode, repr(image.info), repr(options)
        key = about, hashlib.blake2b(image.tobytes()).digest()
        if key not in made:
            made[key] = encode(image, options)
        return made[key]

    ingestion._encode = encode_once


@pytest.fixture(autouse=True)
def empty_cache():
    """Start every test with an empty cache, without counts of throttles, and with no content version known."""
    from django.core.cache import cache

    from newsroom.guard import counters
    from newsroom.pagecache import contentversion, deadlines

    cache.clear()
    counters.clear()
    contentversion.forget()
    deadlines.forget()


@pytest.fixture(autouse=True)
def files_are_read_in_warm_processes(request):
    """Let files be read in processes that are forked, unless a test asks about the process."""
    asks = request.node.get_closest_marker("own_process")
    sandboxing.subprocess = subprocess if asks else warmreading


@pytest.fixture(autouse=True)
def nothing_is_away():
    """Let no test find the database away because another has taken it away."""
    yield
    from newsroom.faults import outages

    outages.DATABASE.since = outages.WRITING.since = None


@pytest.fixture(autouse=True)
def hang_up():
    """Let no test keep a connection to the mail server of another."""
    yield
    from newsroom.outbox import sending

    sending.transport.close()


@pytest.fixture
def known_version(db, client, monkeypatch):
    """Let the content version be known, as in every web process, and what is asked once in it be asked."""
    from newsroom.pagecache import contentversion

    monkeypatch.setattr(contentversion, "PATIENCE", 600)
    contentversion.read()
    client.get("/news/")


@pytest.fixture
def make_country(db):
    """Return a function that makes a country: Laos, or what it is told."""

    def make(**values):
        from articles.models import Country

        return Country.objects.create(**{"iso_code": "LA", "name": "Laos", "slug": "laos"} | values)

    return make


@pytest.fixture
def make_hotline(db, make_country):
    """Return a function that makes a hotline of Laos that was verified today, or so many days ago, or never."""

    def make(*, age=0, **values):
        from articles.models import Country, Hotline

        country = values.pop("country", None) or Country.objects.filter(iso_code="LA").first()
        number = next(numbers)
        hotline = Hotline(
            country=country or make_country(),
            **{"name": f"Hotline {number}", "number_local": f"021 555 {number:03}"} | values,
        )
        if age is not None:
            hotline.verify("Ann", timezone.localdate() - datetime.timedelta(days=age))
        hotline.full_clean()
        hotline.save()
        return hotline

    return make


@pytest.fixture
def make_topic(db):
    """Return a function that makes a topic: Prevention, or what it is told."""

    def make(**values):
        from articles.models import Topic

        return Topic.objects.create(**{"name": "Prevention", "slug": "prevention"} | values)

    return make


@pytest.fixture
def make_article(db):
    """Return a function that makes an article that was published just now."""

    def make(*, countries=(), topics=(), **values):
        from articles.dates import PartialDate
        from articles.models import Article

        number = next(numbers)
        now = timezone.now()
        article = Article(
            **{
                "title": f"Article {number}",
                "slug": f"article-{number}",
                "dek": "One sentence about it.",
                "body_html": "<p>The first paragraph.</p>",
                "display_date": PartialDate(2006, 8),
                "state": Article.State.PUBLISHED,
                "published_at": now,
            }
            | values
        )
        if "first_published_at" not in values and article.state != Article.State.DRAFT:
            article.first_published_at = article.published_at
        article.save()
        article.countries.set(countries)
        article.topics.set(topics)
        return article

    return make


@pytest.fixture
def make_resource(db):
    """Return a function that makes a resource that was published just now."""

    def make(*, countries=(), topics=(), **values):
        from articles.models import Resource

        number = next(numbers)
        resource = Resource(
            **{
                "title": f"Resource {number}",
                "slug": f"resource-{number}",
                "kind": Resource.Kind.REPORT,
                "link": f"https://example.org/{number}",
                "state": Resource.State.PUBLISHED,
                "published_at": timezone.now(),
            }
            | values
        )
        if "first_published_at" not in values and resource.state != Resource.State.DRAFT:
            resource.first_published_at = resource.published_at
        resource.save()
        resource.countries.set(countries)
        resource.topics.set(topics)
        resource.reindex()
        return resource

    return make


@pytest.fixture
def make_page(db):
    """Return a function that makes a public page."""

    def make(**values):
        from articles.models import Page

        number = next(numbers)
        now = timezone.now()
        page = Page(
            **{
                "title": f"Page {number}",
                "path": f"page-{number}",
                "body_html": "<p>What the page says.</p>",
                "state": Page.State.PUBLISHED,
                "published_at": now,
            }
            | values
        )
        if "first_published_at" not in values and page.state != Page.State.DRAFT:
            page.first_published_at = page.published_at
        page.save()
        return page

    return make


@pytest.fixture
def make_callout(db):
    """Return a function that makes a box that every page shows."""

    def make(**values):
        from articles.models import Callout

        number = next(numbers)
        return Callout.objects.create(
            **{"title": f"Callout {number}", "text": "Join us.", "link": "/about/", "label": "Read more"}
            | values
        )

    return make


@pytest.fixture
def make_user(db):
    """Return a function that makes a member of staff in a role; the password is user.raw_password.

    To an officer of inquiries the desk is open, as if another one had let them in.
    """

    def make(username, role, **values):
        from django.contrib.auth.models import Group, User

        from inquiries.models import Admission
        from inquiries.officers.membership import GROUP

        user = User.objects.create_user(
            username, f"{username}@example.org", PASSWORD, **{"is_staff": True} | values
        )
        user.groups.add(Group.objects.get(name=role))
        if role == GROUP:
            Admission.admit(user)
        user.raw_password = PASSWORD
        return user

    return make


@pytest.fixture
def editor(make_user):
    return make_user("editor", "Editor")


@pytest.fixture
def writer(make_user):
    return make_user("writer", "Writer")


@pytest.fixture
def admin_user(make_user):
    return make_user("admin", "Administrator", is_superuser=True)


def database_url():
    """Return the address of the PostgreSQL server that the suite runs on, or nothing for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Let the database of this process begin with the tables that were made once for the whole run."""
    tables = Prepared("tables")
    tables.ensure(database_url())
    if database_url():
        connection.settings_dict["TEST"]["TEMPLATE"] = tables.database
        return

    def fill(sender, connection, **kwargs):
        if connection.is_in_memory_db():
            connection_created.disconnect(fill)
            with contextlib.closing(sqlite3.connect(tables.data_dir / "newsroom.sqlite3")) as made:
                made.backup(connection.connection)

    connection_created.connect(fill, weak=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let tests that commit put back what they have changed."""
    with django_db_blocker.unblock():
        emptying.put_back_what_is_here()


@pytest.fixture(scope="session")
def server():
    """Return the running demo, one for each test process."""
    running = Server(database_url(), copy_of="demo")
    try:
        yield running.start()
    finally:
        running.remove()


@pytest.fixture
def make_server():
    """Return a function that makes a server of one's own, not started yet; it is removed after the test."""
    made = []

    def make(**values):
        made.append(Server(database_url(), **values))
        return made[-1]

    yield make
    for one in made:
        one.remove()


@pytest.fixture(scope="session")
def browser():
    """Return Debian's Chromium, driven by Playwright."""
    if not CHROMIUM:
        reason = "Chromium is missing: `apt-get install chromium` brings it."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """Return a migrated database in a file, made once; tests take a copy."""
    path = tmp_path_factory.mktemp("migrated") / "test.sqlite3"
    tables = Prepared("tables")
    tables.ensure("")
    made, copy = sqlite3.connect(tables.data_dir / "newsroom.sqlite3"), sqlite3.connect(path)
    with contextlib.closing(made), contextlib.closing(copy):
        made.backup(copy)
    return path


@contextlib.contextmanager
def a_database_in(path):
    """Let the default connection lead to another file."""
    from django.db import connections

    old = connections["default"]
    new = old.copy()
    new.settings_dict = old.settings_dict | {"NAME": str(path)}
    name = connections.settings["default"]["NAME"]
    connections["default"], connections.settings["default"]["NAME"] = new, str(path)
    try:
        yield
    finally:
        new.close()
        connections["default"], connections.settings["default"]["NAME"] = old, name


@pytest.fixture
def file_database(request, tmp_path):
    """Let the test have a database in files where the suite's is in memory."""
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "test.sqlite3"
    shutil.copy(request.getfixturevalue("migrated_file"), path)
    with a_database_in(path):
        yield


@pytest.fixture
def snapshot(db, settings, tmp_path):
    """Return a function that makes a backup, to be put back; the ledger of erasures lies beside the backups."""
    from tests.newsroom.backups.snapshots import Snapshot

    settings.BACKUP_TO = str(tmp_path / "backups")
    settings.BACKUP_PASSPHRASE = "correct horse battery staple"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return lambda: Snapshot(tmp_path)
