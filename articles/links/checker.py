"""Asks other people's servers whether a page is still there, at a rate and by rules that they accept."""

import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from protego import Protego

from newsroom.othersites import outbound

PAUSE = 3.0  # seconds between two requests to one host
SECONDS = 15.0  # for one request
MAX_REDIRECTS = 8
MAX_ROBOTS = 64 * 1024  # bytes of a robots.txt that are read
MAX_BODY = 1024  # bytes of a page that are read where a server does not support HEAD
CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f]")  # PostgreSQL stores no NUL
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_KEPT_OUT = {401, 402, 403, 406, 407, 423, 429, 451, 999}  # the page exists, but the server refuses programs


@dataclass(frozen=True)
class Verdict:
    """The result of one check; the outcome is a value of LinkCheck.Outcome, final_url where redirects led."""

    outcome: str
    status: int | None = None
    final_url: str = ""


def agent() -> str:
    """Return our User-Agent, with an address where a webmaster can ask us to stop."""
    return f"Mozilla/5.0 (compatible; NewsroomLinkCheck/1.0; +{settings.SITE_URL}/)"


class Checker:
    """Checks links one after the other; it obeys each host's robots.txt and pauses between requests to it.

    Pause and seconds are the limits of one host and one request; resolve, wait and context are replaceable in tests.
    """

    def __init__(
        self,
        *,
        pause: float = PAUSE,
        seconds: float = SECONDS,
        resolve: Callable[[str, int], list[str]] = outbound.look_up,
        wait: Callable[[float], object] = time.sleep,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.pause = pause
        self.wait = wait
        self.seconds, self.resolve, self.context = seconds, resolve, context
        self._asked_at: dict[str, float] = {}  # origin to time.monotonic()
        self._robots: dict[str, Protego | int | None] = {}  # origin to what _fetched_rules() returned

    def verdict(self, url: str) -> Verdict:
        """Return the Verdict about a URL, after following its redirects."""
        seen, at = set(), url
        for _step in range(MAX_REDIRECTS):
            if at in seen:
                return Verdict("circle", final_url=at)
            seen.add(at)
            try:
                rules = self._rules_for(at)
                if isinstance(rules, int):
                    return Verdict("error", rules, at if at != url else "")
                if rules and not rules.can_fetch(at, "NewsroomLinkCheck"):
                    return Verdict("kept_out", final_url=at)
                answer = self._asked(at)
            except outbound.NotAsked as refusal:
                outcome = "private" if refusal.reason == "private" else "unreachable"
                return Verdict(outcome, final_url=at if at != url else "")
            target = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not target:
                return Verdict(_outcome(answer.status), answer.status, at if at != url else "")
            leads_to = _target(at, target)
            if not leads_to:
                return Verdict("unreachable", answer.status, at if at != url else "")
            at = leads_to
        return Verdict("circle", final_url=at)

    def ready_in(self, url: str) -> float:
        """Return in how many seconds the host of a URL may be asked again."""
        return max(0, self._asked_at.get(_origin(url), -self.pause) + self.pause - time.monotonic())

    def _asked(self, url: str) -> outbound.Response:
        """Return the response to HEAD, or to a GET of the first bytes where HEAD fails."""
        try:
            answer = self._ask(url, "HEAD")
            if answer.status < 400 or answer.status == HTTPStatus.GONE:
                return answer
        except outbound.NotAsked as refusal:
            if refusal.reason not in {"connection", "protocol"}:
                raise
        return self._ask(url, "GET", {"Range": f"bytes=0-{MAX_BODY - 1}"})

    def _ask(
        self, url: str, method: str, headers: Mapping[str, str] | None = None, most: int = MAX_BODY
    ) -> outbound.Response:
        """Send one request when the host may be asked, and return the response; raises outbound.NotAsked."""
        self.wait(self.ready_in(url))
        self._asked_at[_origin(url)] = time.monotonic()
        ours = {"User-Agent": agent(), "Accept": "*/*", **(headers or {})}
        return outbound.ask(
            url,
            method,
            headers=ours,
            most=most,
            seconds=self.seconds,
            resolve=self.resolve,
            context=self.context,
        )

    def _rules_for(self, url: str) -> Protego | int | None:
        """Return the host's robots.txt, None where it forbids nothing, or the status of a server error.

        After a server error the host must not be asked for anything (RFC 9309, section 2.3.1.4).
        """
        origin = _origin(url)
        if origin not in self._robots:
            self._robots[origin] = self._fetched_rules(origin)
        return self._robots[origin]

    def _fetched_rules(self, origin: str) -> Protego | int | None:
        outbound.split(origin)
        try:
            answer = self._ask(f"{origin}/robots.txt", "GET", most=MAX_ROBOTS)
        except outbound.NotAsked as refusal:
            if refusal.reason in {"private", "name"}:
                raise
            return None  # the request for the page itself decides
        if answer.status >= 500:
            return answer.status
        if answer.status != 200:
            return None
        return Protego.parse(answer.body.decode("utf-8", "replace"))


def _origin(url: str) -> str:
    """Return the scheme, host and port of a URL (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"


def _target(url: str, location: str) -> str:
    """Return where a redirect from a URL leads, or "" where that is no URL; no control character is in it."""
    try:
        target = urljoin(url, location)
        urlsplit(target)
    except ValueError:
        return ""
    return CONTROLS.sub(lambda match: quote(match[0]), target)


def _outcome(status: int) -> str:
    """Return the value of LinkCheck.Outcome for an HTTP status."""
    if status < 400 or status == 416:
        return "fine"
    if status in _GONE:
        return "gone"
    if status in _KEPT_OUT:
        return "kept_out"
    return "error"
