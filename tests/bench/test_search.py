"""`make bench`: result pages, saves and the reindex of a site with 100,000 articles of 400 words.

Measured on SQLite, and on PostgreSQL where DATABASE_URL names one or one answers on this machine. A site is
made once and kept: in BENCH_FOLDER (default: newsroom-bench/ in the temporary folder), on PostgreSQL in a
database of its own. BENCH_ARTICLES makes it smaller.
"""

import json
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.bench import results
from tests.conftest import database_url
from tests.servers import clean_environment, manage

ARTICLES = int(os.environ.get("BENCH_ARTICLES", 100_000))
FOLDER = Path(os.environ.get("BENCH_FOLDER") or Path(tempfile.gettempdir(), "newsroom-bench"))
NAME = f"newsroom_bench_{ARTICLES}"
PATIENCE = 3600  # seconds
HERE = "postgres://postgres@127.0.0.1:5432/postgres"


class Site:
    """A site of many articles on one database engine, made where it is missing and kept."""

    def __init__(self, engine):
        self.engine = engine
        self.folder = FOLDER / f"{engine}-{ARTICLES}"
        values = {"DEMO": "on", "DATA_DIR": str(self.folder)}
        if engine == "postgresql":
            values["DATABASE_URL"] = self._database(database_url() or HERE)
        self.env = clean_environment(**values)
        self.folder.mkdir(parents=True, exist_ok=True)
        filled = self.folder / "filled"
        assert manage("migrate", env=self.env, timeout=PATIENCE).returncode == 0
        if not filled.exists():
            self.run(f"build({ARTICLES})")
            filled.touch()
        if not (self.folder / "indexed").exists():
            self.run("reindex()")
            (self.folder / "indexed").touch()

    def _database(self, server):
        try:
            with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
        except psycopg.OperationalError:
            pytest.skip("no PostgreSQL: neither DATABASE_URL names one, nor does one answer on this machine")
        return urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))

    def run(self, call):
        """Run a function of searching.py in the site, and return what it prints as JSON."""
        code = f"from tests.bench import searching; searching.{call}"
        done = manage("shell", "--no-imports", "-c", code, env=self.env, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request):
    return Site(request.param)


@pytest.fixture(scope="module")
def found_pages(site):
    figures = site.run("pages()")
    show(figures)
    return figures


def show(figures):
    print()
    for name, value in figures.items():
        print(f"{name}: {value:.1f}")


@pytest.mark.parametrize("words", ["1 %", "all"])
def test_pages_of_results_against_their_bare_statements(site, found_pages, words):
    against = f"its three statements ({site.engine})"
    ratio = results.note(
        f"search, word in {words}",
        against,
        found_pages[f"page, word in {words}"],
        found_pages[f"three bare statements, word in {words}"],
        unit="ms",
    )
    # What a page costs beside its statements is the same on both: a larger part of SQLite's shorter statements.
    assert ratio <= (6 if words == "1 %" and site.engine == "sqlite" else 1.7)


def test_what_the_index_adds_to_a_save(site):
    figures = site.run("saves()")
    show(figures)
    entry, row = figures["entry of a changed article"], figures["the article's own row"]
    ratio = results.note(
        "index of a changed article", f"saving its row ({site.engine})", entry, row, unit="ms"
    )
    assert ratio <= 8


@pytest.mark.parametrize("which", ["first_index", "reindex"])
def test_reindex(site, which):
    figures = site.run(f"{which}()")
    show(figures)
    rate, plain = figures["articles a second"], figures["plain analysis"]
    what = "index of all, the first" if which == "first_index" else "index of all, anew"
    ratio = results.note(
        what, f"cleaning and stemming in one process ({site.engine})", rate, plain, unit="/s"
    )
    assert ratio >= 0.2
