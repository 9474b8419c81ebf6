"""What the page cache keeps, for how long, and for whom."""

import datetime
import threading
import time

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse

from articles.models import Article
from newsroom.pagecache import contentversion, deadlines, store
from newsroom.pagecache.entries import OFTEN
from newsroom.pagecache.front import PageCache
from tests.newsroom.pagecache.asking import Request, in_process

HOST = settings.SITE_URL.partition("//")[2]


def get(path, query="", method="GET", **fields):
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return Request(method, path, query, {"host": HOST} | named)


def plain(environ, start_response):
    answer = HttpResponse(b"page" * 100)
    start_response("200 OK", list(answer.items()))
    return answer


class Counted:
    """An application that counts how often each path was asked, and can be held up."""

    def __init__(self, application):
        self.application, self.asked, self.go_on = application, [], threading.Event()
        self.go_on.set()

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        self.go_on.wait(10)
        return self.application(environ, start_response)


@pytest.fixture
def counted(pages):
    pages.application = Counted(pages.application)
    return pages.application


@pytest.fixture
def ask(pages):
    return in_process(pages)


def test_a_page_is_made_once_and_sent_compressed_to_who_takes_it(pages, counted, ask, make_article):
    make_article(slug="morning")
    plain = ask(get("/news/morning/"))
    for encoding in ("gzip", "br"):
        reply = ask(get("/news/morning/", accept_encoding=f"x, {encoding}"))
        assert reply.headers["content-encoding"] == encoding
        assert reply.headers["vary"] == "Accept-Encoding"
        assert reply.headers["etag"] not in {plain.headers["etag"]} and not reply.headers["etag"].startswith(
            "W/"
        )
        assert reply.body == plain.body
        assert (
            ask(get("/news/morning/", accept_encoding=encoding, if_none_match=reply.headers["etag"])).status
            == 304
        )
        assert ask(get("/news/morning/", if_none_match=reply.headers["etag"])).status == 200
    assert ask(get("/news/morning/", method="HEAD")).headers["content-length"] == str(len(plain.body))
    assert counted.asked == ["/news/morning/"]


@pytest.mark.django_db(transaction=True)  # PostgreSQL raises the version when a transaction is committed
def test_a_change_is_seen_in_the_next_content_version(counted, ask, make_article):
    article = make_article(slug="morning")
    ask(get("/news/morning/"))
    Article.objects.filter(pk=article.pk).update(title="Corrected")
    contentversion.read()
    assert b"Corrected" in ask(get("/news/morning/")).body
    Article.objects.filter(pk=article.pk).update(state=Article.State.DRAFT)
    contentversion.read()
    assert ask(get("/news/morning/")).status == 404
    assert len(counted.asked) == 3


def test_what_was_added_to_an_address_neither_splits_nor_changes_the_page(counted, ask, make_article):
    make_article(slug="morning")
    first = ask(get("/news/", "page=1"))
    for query in ("page=1&utm_source=x", "fbclid=y&page=1", "page=9&page=1", "utm_source=%22&page=1"):
        assert ask(get("/news/", query)) == first
    assert counted.asked == ["/news/"]
    assert b"utm_source" not in first.body


def test_an_address_that_has_moved_keeps_what_was_added(ask, make_article):
    article = make_article(slug="morning")
    article.slug = "evening"
    article.save()
    contentversion.read()
    for query in ("", "utm_source=x", ""):
        reply = ask(get("/news/morning/", query))
        assert (reply.status, reply.headers["location"]) == (301, f"/news/evening/{query and '?'}{query}")


def test_one_makes_it_and_others_get_the_former_one_for_half_a_second(pages, ask, monkeypatch):
    counted = pages.application = Counted(plain)
    ask(get("/"))
    version = contentversion.current()
    monkeypatch.setattr(contentversion, "current", lambda: version + 1)
    monkeypatch.setattr(contentversion, "left_at", lambda _version: time.monotonic())
    counted.go_on.clear()
    threading.Thread(target=ask, args=[get("/")]).start()
    while len(counted.asked) < 2:
        time.sleep(0.01)
    assert ask(get("/")).status == 200  # and waits for nobody
    monkeypatch.setattr(contentversion, "left_at", lambda _version: time.monotonic() - 0.6)
    found = []
    waiting = [threading.Thread(target=lambda: found.append(ask(get("/")))) for _ in range(5)]
    for one in waiting:
        one.start()
    time.sleep(0.1)
    assert found == []
    counted.go_on.set()
    for one in waiting:
        one.join()
    assert len(found) == 5 and len(counted.asked) == 2


def test_addresses_that_do_not_exist_push_no_page_out(pages, counted, ask, make_article):
    make_article(slug="morning")
    ask(get("/news/morning/"))
    pages.store.others.most = 100_000
    for number in range(40):
        assert ask(get(f"/news/none-{number}/")).status == 404
        ask(get("/news/", f"page={number}"))
    assert pages.store.others.size <= 100_000
    asked = len(counted.asked)
    ask(get("/news/morning/"))
    assert len(counted.asked) == asked


def test_what_nobody_asked_for_the_longest_goes_first(pages, ask, make_article, monkeypatch):
    monkeypatch.setattr(store, "LARGEST_SHARE", 1)
    for slug in ("a", "b", "c"):
        make_article(slug=slug)
    sizes = []
    for slug in ("a", "b"):
        ask(get(f"/news/{slug}/"))
        sizes.append(pages.store.size)
    pages.store.pages.most = sizes[1] + 100
    told = []
    pages.store.count = lambda *what: told.append(what)
    ask(get("/news/a/"))
    ask(get("/news/c/"))
    assert [key[0] for key in pages.store.entries] == ["/news/a/", "/news/c/"]
    assert told == [("/news/b/", 200, 1)]  # the seam for yearly figures
    assert pages.store.size <= sizes[1] + 100


def test_who_may_be_staff_is_never_answered_from_it(counted, ask):
    for _ in range(2):
        ask(get("/", cookie="a=b; staff=x"))
    assert len(counted.asked) == 2
    for _ in range(2):
        ask(get("/", cookie="a=b"))
    assert len(counted.asked) == 3


@pytest.mark.parametrize("change", [
    lambda answer: answer.set_cookie("a", "b"),
    lambda answer: answer.headers.setdefault("Vary", "Cookie"),
    lambda answer: answer.headers.setdefault("Content-Security-Policy", "script-src 'nonce-abc'"),
    lambda answer: setattr(answer, "status_code", 302),
    lambda answer: setattr(answer, "status_code", 500),
    lambda answer: setattr(answer, "content", b"x" * 1_100_000),
])  # fmt: skip
def test_what_is_of_one_visitor_or_too_large_is_not_kept(site, pages, ask, change):
    made = []

    def application(environ, start_response):
        answer = HttpResponse(b"page" * 100)
        change(answer)
        made.append(answer)
        start_response(
            f"{answer.status_code} x",
            [*answer.items(), *(("Set-Cookie", str(c)) for c in answer.cookies.values())],
        )
        return answer

    pages.application = application
    for _ in range(3):
        ask(get("/"))
    assert len(made) >= 3


def test_a_page_ends_when_a_view_says_so(pages, ask):
    def application(environ, start_response):
        deadlines.holds_until(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=0.2))
        return plain(environ, start_response)

    counted = pages.application = Counted(application)
    ask(get("/"))
    ask(get("/"))
    assert len(counted.asked) == 1
    time.sleep(0.25)
    ask(get("/"))
    assert len(counted.asked) == 2


def test_without_the_database_it_goes_on_for_as_long_as_set(pages, counted, ask, settings, monkeypatch):
    ask(get("/"))
    monkeypatch.setattr(contentversion, "current", lambda: None)
    monkeypatch.setattr(contentversion, "away_since", lambda: time.monotonic() - 60)
    ask(get("/"))
    assert len(counted.asked) == 1
    settings.PAGES_WHILE_AWAY = 59
    ask(get("/"))
    assert len(counted.asked) == 2


def test_what_is_asked_often_is_compressed_thoroughly_in_the_background(pages, ask, make_article):
    make_article(slug="morning")
    first = ask(get("/news/morning/", accept_encoding="br"))
    for _ in range(OFTEN):
        ask(get("/news/morning/", accept_encoding="br"))
    for _ in range(100):
        again = ask(get("/news/morning/", accept_encoding="br"))
        if again.headers["etag"] != first.headers["etag"]:
            break
        time.sleep(0.02)
    assert int(again.headers["content-length"]) < int(first.headers["content-length"])
    assert again.headers["etag"] != first.headers["etag"]
    assert again.body == first.body


def test_a_page_at_another_host_or_by_another_way_is_asked_anew(counted, ask):
    for fields in (
        {"host": "localhost"},
        {"host": "evil.example"},
        {"range": "bytes=0-1"},
        {"if_match": '"x"'},
    ):
        for _ in range(2):
            ask(get("/", **fields))
    assert len(counted.asked) == 8


def test_behind_tls_only_our_proxy_says_that_a_visitor_came_by_it(site, settings, make_article):
    settings.SITE_URL = "https://news.example.org"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    settings.ALLOWED_HOSTS = ["news.example.org"]
    contentversion.read()
    ask = in_process(PageCache(WSGIHandler(), 2**20, ["staff"]))
    by_tls = get("/", host="news.example.org", x_forwarded_proto="https", x_forwarded_for="203.0.113.9")
    for _ in range(2):
        reply = ask(by_tls)
        assert reply.status == 200 and "strict-transport-security" in reply.headers
    assert (
        ask(
            get("/", host="news.example.org", x_forwarded_proto="https, http", x_forwarded_for="203.0.113.9")
        ).status
        == 301
    )
    assert (
        ask(get("/", host="news.example.org", x_forwarded_proto="http", x_forwarded_for="203.0.113.9")).status
        == 301
    )
