"""`make bench`: pages from the cache against the same bytes and headers from a bare callable and from nginx."""

import urllib.request
from contextlib import ExitStack

import pytest

from tests.bench import driving, memory, results
from tests.conftest import database_url
from tests.servers import Server

OF_BARE, OF_NGINX = 0.85, 0.40
SLOWEST = 10  # milliseconds
LARGEST = 220  # megabytes, with a full cache
PAGES = {
    "article": ("/news/{article}/", "gzip"),
    "article in brotli": ("/news/{article}/", "br"),
    "home": ("/", "gzip"),
    "news": ("/news/", "gzip"),
    "country": ("/countries/laos/", "gzip"),
    "get help": ("/get-help/", "gzip"),
    "feed": ("/feeds/news.rss", "gzip"),
    "static file": ("{static}", "gzip"),
}
FIND = """
from django.contrib.staticfiles.storage import staticfiles_storage
from articles.models import Article
print(Article.objects.published().first().slug, staticfiles_storage.url("css/site.css"))
"""
LONG = 700  # articles whose kept answers take more than half the cache
FILL = f"""
import random
from django.utils import timezone
from articles.models import Article
source, now = random.Random(1), timezone.now()
def text():
    return " ".join("".join(source.choices("abcdefghijklmnop", k=7)) for _ in range(1500))
Article.objects.bulk_create(
    Article(title=f"Long {{number}}", slug=f"long-{{number}}", dek="A dek.", body_html=f"<p>{{text()}}</p>",
            state="published", published_at=now, first_published_at=now) for number in range({LONG}))
"""


@pytest.fixture(scope="module")
def site():
    """Return the demo, served by as many processes as its references have."""
    server = Server(database_url(), copy_of="demo", WORKERS=str(driving.PROCESSES))
    try:
        yield server.start()
    finally:
        server.remove()


def answer(url, encoding):
    """Return headers and bytes of an answer as they come over the wire."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=20) as response:
        assert response.headers["Content-Encoding"] == encoding
        return response.headers.items(), response.read()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_against_the_same_bytes_from_less(site, tmp_path, page):
    slug, static = site.manage("shell", "--no-imports", "-c", FIND).stdout.split()
    path, encoding = PAGES[page]
    ours = site.url + path.format(article=slug, static=static)
    headers, body = answer(ours, encoding)
    with ExitStack() as stack:
        urls = {"ours": ours}
        urls["bare"] = stack.enter_context(driving.bare_callable(tmp_path / "bare", body, headers))
        if url := stack.enter_context(driving.nginx(tmp_path / "nginx", body, headers)):
            urls["nginx"] = url
        for url in list(urls.values())[1:]:
            assert answer(url, encoding)[1] == body
        found = driving.in_turn(urls, encoding=encoding)
    what = f"{page}, {len(body):,} bytes"
    ours = found["ours"]
    assert ours.errors == 0
    of_bare = results.note(what, "bare callable", ours.rate, found["bare"].rate, unit="/s", p99=ours.p99)
    of_nginx = (
        results.note(what, "nginx", ours.rate, found["nginx"].rate, unit="/s") if "nginx" in found else 1
    )
    assert of_bare >= OF_BARE
    assert of_nginx >= OF_NGINX
    assert ours.p99 < SLOWEST


def test_memory_of_web_processes():
    """One process is asked for more pages, lists and files than it has room for."""
    server = Server(database_url(), copy_of="demo", WORKERS="1", METRICS_NETWORKS="127.0.0.1")
    try:
        done = server.manage("shell", "--no-imports", "-c", FILL)
        assert done.returncode == 0, done.stderr
        server.start()
        empty = memory.of_web_processes(server.process.pid)
        for path in [f"/news/long-{number}/" for number in range(LONG)] + [
            f"/news/?page={n}" for n in range(LONG)
        ]:
            assert server.get(path)[0] in {200, 404}
        kept = int(server.get("/metrics")[1].decode().split("cache_bytes{")[1].split()[1])
        driving.drive(server.url, encoding="br")
        full = memory.of_web_processes(server.process.pid)
    finally:
        server.remove()
    results.state(
        f"web process, nothing kept, then {kept / 2**20:.0f} MB kept", f"{empty:.0f} MB, {full:.0f} MB"
    )
    assert kept > 32 * 2**20
    assert full < LARGEST
