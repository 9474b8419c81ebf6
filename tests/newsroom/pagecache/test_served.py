"""The page cache of the running site: in front of everything, and as strict as without it."""

import gzip
import http.client
import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest

from tests.bench import memory


@pytest.fixture
def ask(server):
    """Return a function that asks the running demo: status, headers, body."""
    host = urlsplit(server.url).netloc

    def ask(path, method="GET", **fields):
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in fields.items()}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    return ask


def test_pages_feeds_files_and_pictures_come_ready(ask):
    home = ask("/")[2].decode()
    sheet = home.split('rel="stylesheet" href="')[1].split('"')[0]
    picture = home.split('src="/media/')[1].split('"')[0]
    for path in ("/", "/news/", "/get-help/", "/feeds/news.rss", sheet):
        plain = ask(path)[2]
        for name, decode in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            status, headers, body = ask(path, accept_encoding=name)
            assert (status, headers["Content-Encoding"]) == (200, name), path
            assert headers["Vary"] == "Accept-Encoding" and decode(body) == plain
            assert headers["X-Content-Type-Options"] == "nosniff"
            if headers["ETag"]:
                assert ask(path, accept_encoding=name, if_none_match=headers["ETag"])[0] == 304
        status, headers, body = ask(path, method="HEAD")
        assert (status, body, headers["Content-Length"]) == (200, b"", str(len(plain)))
    assert ask("/get-help/", accept_encoding="br")[1]["Cache-Control"] == "no-store"
    whole = ask(f"/media/{picture}")
    part = ask(f"/media/{picture}", range="bytes=5-9", if_range=whole[1]["ETag"])
    assert (part[0], part[2]) == (206, whole[2][5:10])
    assert ask(f"/media/{picture}", if_none_match=whole[1]["ETag"])[0] == 304


def test_the_home_page_of_the_demo_weighs_at_most_15_500_bytes_with_its_styles_and_scripts(ask):
    home = ask("/", accept_encoding="gzip")[2]
    page = gzip.decompress(home).decode()
    files = re.findall(r'(?:<link rel="stylesheet" href|<script[^>]* src)="([^"]+)"', page)
    assert [Path(file).name.split(".")[0] for file in files] == ["leave", "site", "home"]
    weights = [len(ask(file, accept_encoding="gzip")[2]) for file in files]
    assert len(home) + sum(weights) <= 15_500, (len(home), weights)


def test_a_kept_answer_does_not_wake_the_event_loop(server, ask):
    """granian's private function is still the one that newsroom/server/shortcut.py takes the place of."""
    for _ in range(10):
        ask("/")
    before = wakings(server)
    for _ in range(200):
        assert ask("/")[0] == 200
    assert wakings(server) - before < 100


def wakings(server):
    """Return how often the main threads of the web processes, which run the event loops, went on after a pause."""
    found = [
        Path(f"/proc/{pid}/task/{pid}/status").read_text() for pid in memory.web_processes(server.process.pid)
    ]
    assert found
    return sum(int(status.split("voluntary_ctxt_switches:")[1].split()[0]) for status in found)


def test_health_tells_what_the_cache_does(ask):
    for _ in range(5):
        ask("/")
    told = json.loads(ask("/healthz/state")[2])["page_cache_of_process"]
    assert told["is_on"] and told["bytes"] > 0 and told["answers"] >= told["made"] > 0
    assert ask("/metrics")[0] == 404


def test_a_change_is_seen_by_every_process_within_a_second(server, ask):
    done = server.manage("shell", "--no-imports", "-c", CODE)
    assert done.returncode == 0, done.stderr
    time.sleep(max(0, float(done.stdout) + 1 - time.time()))
    assert all(b"Renamed by a program" in ask("/news/")[2] for _ in range(20))


CODE = """
import time
from articles.models import Article
Article.objects.published().filter(pk=Article.objects.published().order_by("-published_at").first().pk).update(title="Renamed by a program")
print(time.time())
"""
