"""The page cache: what answers everybody alike is made once for a content version, and sent to all from memory.

It stands in front of Django. newsroom/server/ asks it in the event loop, so that a kept answer waits for no thread;
for other servers it is a WSGI application. What is kept can hold nothing of a visitor, since none is in it: Django is
asked by a request of our own, with the path, the declared parameters and our host. Of the visitor's request only the
encoding and the conditions are read, to choose among the kept bytes.
"""

import re
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from functools import lru_cache
from http.client import responses
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from newsroom.faults import outages
from newsroom.guard import requestlog
from newsroom.guard.proxies import is_trusted

from . import contentversion, deadlines
from .asked import Asked, of_environ
from .declared import STATIC, declared_at, named_query, route_of
from .encodings import Background
from .entries import KEPT, OFTEN, Answer, Entry, Key
from .figures import here
from .making import ask, environ_for
from .store import Store

FORMER = (
    0.5  # seconds since a newer version was seen, in which others than who asked first get the one before
)
LONGEST_WAIT = 20  # seconds that a thread of another server waits for what another thread makes
SAFE = {"GET", "HEAD"}
# Django alone judges requests with these: parts of files, bodies, and conditions that only programs send.
BY_DJANGO = frozenset(
    {"range", "if-range", "if-match", "if-unmodified-since", "content-length", "transfer-encoding", "expect"}
)

type Making = Future[Entry | None]  # an answer that is being made; None: each has to ask Django


def version() -> int | None:
    """Return the content version whose pages may be served: while the database is away, the last for some time."""
    found = contentversion.current()
    if found is not None:
        return found
    since = contentversion.away_since()
    if since is None or time.monotonic() - since > settings.PAGES_WHILE_AWAY:
        return None
    return contentversion.last()


def _is_for(entry: Entry, asked: Asked) -> bool:
    """Return whether an entry holds the answer: not of a file that is too large, nor of a visitor alone.

    A redirect keeps the whole query, other parameters included.
    """
    return bool(entry.variants) and (entry.status != 301 or asked.query == entry.key[1])


class PageCache:
    """A WSGI application that wraps the site's, with room for so many bytes; `cookies` are the names that staff have."""

    def __init__(self, application: WSGIApplication, most: int, cookies: Iterable[str]) -> None:
        self.application = application
        self.is_on = most > 0
        self.store = Store(most)
        if self.is_on:
            here.store = self.store
        site = urlsplit(settings.SITE_URL)
        self.host, self.scheme = site.netloc, site.scheme
        self._hosts = {site.netloc, site.hostname}  # some proxies leave the port out
        self._cookies = re.compile("|".join(map(re.escape, cookies)))
        self._makings: dict[Key, Making] = {}
        self._lock = threading.Lock()
        self._background = Background()
        self._is_proxy = lru_cache(maxsize=64)(is_trusted)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.monotonic()
        contentversion.start_polling()
        asked = of_environ(environ) if self.is_on else None
        answer, is_logged = self.ready(asked) if asked else None, False
        if asked and answer is None:
            answer, is_logged = self._make_or_wait(asked)
        if asked is None or answer is None:
            here.passed += 1
            return self.application(environ, start_response)
        if not is_logged and requestlog.is_wanted():
            requestlog.write_ready(
                asked.method, route_of(asked.path), answer.status, time.monotonic() - began
            )
        start_response(f"{answer.status} {responses[answer.status]}", list(answer.headers))
        return [] if asked.method == "HEAD" else [answer.body]

    def ready(self, asked: Asked) -> Answer | None:
        """Return the answer from memory, or None where none is there that holds."""
        key = (asked.path, "") if not asked.query else self.key_of(asked)
        entry = self.store.get(key) if key else None
        if entry is None or not self.holds(entry) or not self._is_anonymous(asked):
            return None
        return self.answer(entry, asked)

    def key_of(self, asked: Asked) -> Key | None:
        """Return the key of what a request asks for; None where Django has to answer this visitor alone."""
        declared = declared_at(asked.path)
        if declared is None or not self._is_anonymous(asked):
            return None
        if declared.route != STATIC and version() is None:
            return None
        query = named_query(asked.query, declared.parameters) if asked.query else ""
        if query is None:
            return None
        entry = self.store.get((asked.path, query))
        if entry and self.holds(entry) and not _is_for(entry, asked):
            return None
        return asked.path, query

    def _is_anonymous(self, asked: Asked) -> bool:
        """Return whether a request gets what everybody gets: at our host, by our scheme, without staff's cookies."""
        fields = asked.fields
        return (
            asked.method in SAFE
            and fields.get("host") in self._hosts
            and BY_DJANGO.isdisjoint(fields)
            and not ("cookie" in fields and self._cookies.search(fields["cookie"]))
            and (self.scheme == "http" or self._came_by_https(asked))
        )

    def _came_by_https(self, asked: Asked) -> bool:
        said = asked.fields.get("x-forwarded-proto", "").rpartition(",")[2].strip()
        return said == "https" and self._is_proxy(asked.peer)

    def holds(self, entry: Entry) -> bool:
        """Return whether nothing has changed since the entry was made."""
        return (entry.version is None or entry.version == version()) and time.time() < entry.until

    def answer(self, entry: Entry, asked: Asked) -> Answer | None:
        """Return the entry as an answer to one visitor; None where Django has to answer."""
        if not _is_for(entry, asked):
            return None
        entry.answers += 1
        here.answers += 1
        self.store.used(entry.key)
        if entry.answers == OFTEN and "br" in entry.variants:
            self._background.do(entry.compress_thoroughly)
        return entry.answer_to(asked)

    def former(self, key: Key) -> Entry | None:
        """Return the entry that held until a moment ago, for others than who asked first for the next one."""
        entry = self.store.get(key)
        if entry is None or time.time() >= entry.until + FORMER:
            return None
        is_current = entry.version is None or entry.version == version()
        if not is_current and time.monotonic() - contentversion.left_at(entry.version) >= FORMER:
            return None
        here.former += 1
        return entry

    def claim(self, key: Key) -> tuple[Making, bool]:
        """Return the making of an answer, and whether it is the caller's to do, by make() or give_up()."""
        with self._lock:
            if making := self._makings.get(key):
                return making, False
            making = self._makings[key] = Future()
            return making, True

    def make(self, key: Key, making: Making) -> None:
        """Let Django make the answer in this thread, and keep it."""
        with self._lock:
            if making.done():  # given up
                return
            making.set_running_or_notify_cancel()
        try:
            making.set_result(self._made(key))
        except Exception as error:
            if outages.note(error):  # Django says so to each of them
                making.set_result(None)
            else:
                making.set_exception(error)
        with self._lock:
            del self._makings[key]

    def give_up(self, key: Key, making: Making, why: Exception) -> None:
        """Let all who wait hear that nobody makes the answer, unless a thread has begun to."""
        with self._lock:
            if not making.running() and not making.done():
                making.set_exception(why)
                del self._makings[key]

    def _made(self, key: Key) -> Entry | None:
        """Return the new entry, which is kept where it may be; None where each visitor has to ask Django."""
        declared = declared_at(key[0])
        of_version = None if declared and declared.route == STATIC else version()
        if declared is None or (of_version is None and declared.route != STATIC):
            return None
        with deadlines.collecting() as deadline:
            made = ask(self.application, environ_for(key, self.scheme, self.host))
        here.made += 1
        until = deadline.moment.timestamp() if deadline.moment else float("inf")
        entry = Entry(key, made.status if made else 200, of_version, until)
        if made and made.is_for_all and (made.status in KEPT or made.status >= 500):
            entry.fill(made)
        if entry.status in KEPT and (entry.status == 200 or not self.store.is_file(key)):
            self.store.keep(entry)
        return entry

    def _make_or_wait(self, asked: Asked) -> tuple[Answer | None, bool]:
        """Return an answer that this thread or another one makes, as the gateway does where there is one."""
        while key := self.key_of(asked):
            making, is_mine = self.claim(key)
            if is_mine:
                self.make(key, making)
            elif former := self.former(key):
                return self.answer(former, asked), False
            try:
                entry = making.result(LONGEST_WAIT)
            except Exception:  # Django says to each of them what is wrong
                return None, False
            if entry is None or is_mine or self.holds(entry):
                return self.answer(entry, asked) if entry else None, is_mine
        return None, False
