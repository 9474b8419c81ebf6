"""`make soak`: two processes with the page cache and one without, on one database that somebody changes by SQL.

SOAK_EXAMPLES makes it shorter or longer.
"""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.newsroom.pagecache.asking import Pair, over_http, requests
from tests.servers import ROOT, fetch, free_port, wait_until

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "150"))  # of 20 steps
# What a second statement does is the same for everybody at once: no value is random.
STATEMENTS = [
    "UPDATE articles_article SET title = 'Title {0}' WHERE id = (SELECT min(id) FROM articles_article WHERE state = 'published')",
    "UPDATE articles_article SET state = 'draft' WHERE id = (SELECT max(id) FROM articles_article WHERE state = 'published')",
    "UPDATE articles_topic SET name = 'Topic {0}' WHERE id = (SELECT min(id) FROM articles_topic)",
    "UPDATE articles_country SET name = 'Country {0}' WHERE id = (SELECT min(id) FROM articles_country)",
    "UPDATE articles_page SET title = 'Page {0}' WHERE id = (SELECT min(id) FROM articles_page)",
    "UPDATE articles_callout SET title = 'Callout {0}'",
    "UPDATE sitesettings_sitesettings SET tagline = 'Tagline {0}'",
]


@pytest.fixture
def plain(server):
    """Return the address of a web process on the same data, without the page cache and under the same address."""
    port = free_port()
    env = server.env | {"PAGE_CACHE_MB": "0", "SITE_URL": server.url, "DEMO": "on"}
    command = [
        sys.executable,
        "-m",
        "newsroom.server.processes",
        "127.0.0.1",
        str(port),
        "1",
        str(os.getpid()),
    ]
    process = subprocess.Popen(command, env=env | {"PYTHONPATH": str(ROOT)}, cwd=ROOT)
    wait_until(lambda: fetch(f"http://127.0.0.1:{port}/robots.txt")[0] if process.poll() is None else None)
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


def change(server, number):
    """Change what visitors see, past Django; return once every process has had a second to notice."""
    statement = STATEMENTS[number % len(STATEMENTS)].format(number)
    if url := server.env.get("DATABASE_URL"):
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)
    else:
        with closing(sqlite3.connect(server.data_dir / "newsroom.sqlite3", timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()
    time.sleep(1)


def test_every_answer_is_that_of_the_site_without_a_cache(server, plain):
    host = urlsplit(server.url).netloc
    pair = Pair(over_http(host), over_http(plain))
    addresses = [line.split("</loc>")[0].split(host)[1] for part in ("articles", "pages", "subjects", "resources")
                 for line in server.get(f"/sitemap-{part}.xml")[1].decode().split("<loc>")[1:40]]  # fmt: skip
    home = server.get("/")[1].decode()
    files = [
        home.split('rel="stylesheet" href="')[1].split('"')[0],
        "/media/" + home.split('src="/media/')[1].split('"')[0],
    ]
    paths = [*addresses, *files, "/", "/news/", "/get-help/", "/feeds/news.rss", "/feeds/news.json", "/sitemap.xml", "/search/",
             "/newsletter/", "/inquiries/", "/admin/", "/robots.txt", "/resources/", "/countries/"]  # fmt: skip
    cookies = ["staff=forged", "other=1", "csrftoken=x", "messages=x"]
    steps = st.lists(
        st.one_of(*[requests(paths, host, cookies)] * 9, st.integers(0, 999)), min_size=20, max_size=20
    )

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def hold(steps):
        for step in steps:
            if isinstance(step, int):
                change(server, step)
            else:
                pair.hold(step)

    hold()
