"""`make bench`: result pages and saves of a site with 100,000 articles of 400 words, and the reindex of 20,000.

Measured on SQLite, and on PostgreSQL where DATABASE_URL names one or one answers on this machine. A site is
made once and kept: in BENCH_FOLDER (default: newsroom-bench/ in the temporary folder), on PostgreSQL in a
database of its own. BENCH_ARTICLES makes it smaller. To write the index of 100,000 anew says the same as that of 20,000,
for each entry is written by itself, and takes minutes.
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
REINDEXED = min(ARTICLES, 20_000)
FOLDER = Path(os.environ.get("BENCH_FOLDER") or Path(tempfile.gettempdir(), "newsroom-bench"))
PATIENCE = 3600  # seconds
BESIDE = 30  # milliseconds of a page of results beside its statements
LONGEST_ENTRY = 10  # milliseconds
HERE = "postgres://postgres@127.0.0.1:5432/postgres"


class Site:
    """A site of many articles on one database engine, made where it is missing and kept."""

    def __init__(self, engine, articles):
        self.engine, self.name = engine, f"newsroom_bench_{articles}"
        self.folder = FOLDER / f"{engine}-{articles}"
        values = {"DEMO": "on", "DATA_DIR": str(self.folder)}
        if engine == "postgresql":
            values["DATABASE_URL"] = self._database(database_url() or HERE)
        self.env = clean_environment(**values)
        self.folder.mkdir(parents=True, exist_ok=True)
        filled = self.folder / "filled"
        assert manage("migrate", env=self.env, timeout=PATIENCE).returncode == 0
        if not filled.exists():
            self.run(f"build({articles})")
            filled.touch()
        if not (self.folder / "indexed").exists():
            self.run("reindex()")
            (self.folder / "indexed").touch()

    def _database(self, server):
        try:
            with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
                if not connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [self.name]
                ).fetchone():
                    connection.execute(f"CREATE DATABASE {self.name}")
        except psycopg.OperationalError:
            pytest.skip("no PostgreSQL: neither DATABASE_URL names one, nor does one answer on this machine")
        return urlunsplit(urlsplit(server)._replace(path=f"/{self.name}"))

    def run(self, call):
        """Run a function of searching.py in the site, and return what it prints as JSON."""
        code = f"from tests.bench import searching; searching.{call}"
        done = manage("shell", "--no-imports", "-c", code, env=self.env, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request):
    return Site(request.param, ARTICLES)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def smaller(request):
    return Site(request.param, REINDEXED)


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
    page, bare = found_pages[f"page, word in {words}"], found_pages[f"three bare statements, word in {words}"]
    results.note(f"search in {ARTICLES:,} articles, word in {words}", against, page, bare, unit="ms")
    # A ratio would say more of the statements, which grow with the site: what a page costs beside them does not.
    assert page - bare <= BESIDE


def test_what_the_index_adds_to_a_save(site):
    figures = site.run("saves()")
    show(figures)
    entry, row = figures["entry of a changed article"], figures["the article's own row"]
    results.note("index of a changed article", f"saving its row ({site.engine})", entry, row, unit="ms")
    # As a ratio it would say how little a row of SQLite costs.
    assert entry <= LONGEST_ENTRY


@pytest.mark.parametrize("which", ["first_index", "reindex"])
def test_reindex(smaller, which):
    figures = smaller.run(f"{which}()")
    show(figures)
    rate, plain = figures["articles a second"], figures["plain analysis"]
    what = f"index of {REINDEXED:,} articles, {'the first' if which == 'first_index' else 'anew'}"
    against = f"cleaning and stemming in one process ({smaller.engine})"
    ratio = results.note(what, against, rate, plain, unit="/s")
    assert ratio >= 0.2
