"""`make soak`: 1,000 articles published while 4 readers load pages."""

import time

from tests.soak.publishing import hold, publish_under_load

ARTICLES = 1000


def test_1000_articles_while_four_readers_load_pages(server):
    began = time.monotonic()
    answers, output = publish_under_load(server, ARTICLES)
    seconds = time.monotonic() - began
    print(f"\n{ARTICLES} articles in {seconds:.0f} s, answers by status: {answers}")
    hold(answers, output, ARTICLES)
    status, page = server.get(f"/news/bulletin-{ARTICLES - 1}/")
    assert status == 200
    assert f"Bulletin {ARTICLES - 1}".encode() in page
