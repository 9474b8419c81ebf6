"""`make bench`: pages made anew for each request, against those of a former commit and an empty view of Django.

BENCH_BEFORE names the commit (default: the last one before pages were made cheap); without it in the history of this
checkout, the former pages are left out.
"""

import os
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from io import BytesIO

import pytest

from tests.bench import driving, memory, results
from tests.conftest import database_url
from tests.servers import PASSWORD, ROOT, Server, clean_environment, free_port

BEFORE = os.environ.get("BENCH_BEFORE", "10a5de1")
TIMES_BEFORE = 2
LARGEST = 150  # megabytes
LATEST = "from articles.models import Article; print(Article.objects.published().first().slug)"
PAGES = {"article": "/news/{article}/", "home": "/", "news": "/news/", "country": "/countries/laos/"}


@pytest.fixture(scope="module")
def site():
    """Return the demo without the cache of pages, served by as many processes as its references have."""
    server = Server(database_url(), copy_of="demo", WORKERS=str(driving.PROCESSES), PAGE_CACHE_MB="0")
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="module")
def former(tmp_path_factory):
    """Return the address of the demo of the former commit, or None where the history lacks it."""
    folder = tmp_path_factory.mktemp("former")
    archive = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=False).stdout
    if not archive:
        print(f"The commit {BEFORE} is not in the history of this checkout.")
        yield None
        return
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder / "code", filter="data")
    with demo_of(folder) as url:
        yield url


@contextmanager
def demo_of(folder):
    """Serve the demo of the code in this folder on SQLite."""
    port = str(free_port())
    env = clean_environment(DATA_DIR=str(folder / "data"), DEMO="on", DEMO_PASSWORD=PASSWORD, PORT=port,
                            WORKERS=str(driving.PROCESSES))  # fmt: skip
    command = [sys.executable, "manage.py", "demo"]
    code = folder / "code"
    subprocess.run([*command, "--load-only"], cwd=code, env=env, check=True, capture_output=True, timeout=600)
    with driving.running(
        command, f"http://127.0.0.1:{port}/", cwd=code, env=env, stderr=subprocess.DEVNULL
    ) as url:
        yield url.rstrip("/")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Return the address of an empty view."""
    with driving.empty_view(tmp_path_factory.mktemp("view") / "empty") as url:
        yield url


@pytest.mark.parametrize("page", PAGES)
def test_a_page_made_anew_against_the_former_one(site, former, empty, page):
    path = PAGES[page].format(article=site.manage("shell", "--no-imports", "-c", LATEST).stdout.strip())
    urls = {"ours": site.url + path, "empty": empty} | ({"former": former + path} if former else {})
    found = driving.in_turn(urls, encoding="gzip")
    ours = found["ours"]
    assert ours.errors == 0
    results.note(
        f"{page}, made anew", "Django's empty view", ours.rate, found["empty"].rate, unit="/s", p99=ours.p99
    )
    if former:
        ratio = results.note(
            f"{page}, made anew", f"commit {BEFORE}", ours.rate, found["former"].rate, unit="/s"
        )
        assert ratio >= TIMES_BEFORE


def test_memory_without_a_cache(site):
    megabytes = memory.of_web_processes(site.process.pid)
    results.state("the largest web process without a cache", f"{megabytes:.0f} MB")
    assert megabytes < LARGEST
