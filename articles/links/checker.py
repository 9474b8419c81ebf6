"""Whether a page of somebody else is still there: asked politely, and judged with care."""

import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from protego import Protego

from newsroom.guard import outbound

PAUSE = 3  # seconds between two requests to one host
SECONDS = 15  # for one request
MOST_REDIRECTS = 8
MOST_OF_ROBOTS = 64 * 1024  # bytes
A_LITTLE = 1024  # bytes of a page, where a server does not answer HEAD
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_KEPT_OUT = {401, 402, 403, 406, 407, 423, 429, 451, 999}  # it answers, though not to us


@dataclass(frozen=True)
class Verdict:
    """What became of one check; the outcome is one of LinkCheck.Outcome."""

    outcome: str
    status: int | None = None
    final_url: str = ""


def agent():
    """Return how we name ourselves, with an address where somebody can ask us to stop."""
    return f"Mozilla/5.0 (compatible; NewsroomLinkCheck/1.0; +{settings.SITE_URL}/)"


class Checker:
    """Checks links one after the other, and keeps to each host's robots.txt and to a pause between requests."""

    def __init__(
        self,
        *,
        pause=PAUSE,
        seconds: float = SECONDS,
        resolve=outbound.look_up,
        wait=time.sleep,
        context=None,
    ) -> None:
        self.pause = pause
        self.wait = wait
        self._options = {"seconds": seconds, "resolve": resolve, "context": context}
        self._asked_at = {}
        self._robots = {}

    def verdict(self, url: str):
        """Return the Verdict about an address, after following where it leads."""
        seen, at = set(), url
        for _step in range(MOST_REDIRECTS):
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
            at = urljoin(at, target)
        return Verdict("circle", final_url=at)

    def ready_in(self, url: str):
        """Return how many seconds the host of an address has to be left alone yet."""
        return max(0, self._asked_at.get(_origin(url), -self.pause) + self.pause - time.monotonic())

    def _asked(self, url: str):
        """Return the answer to HEAD, or to GET of a little where HEAD is not answered well."""
        try:
            answer = self._ask(url, "HEAD")
            if answer.status < 400 or answer.status in _GONE - {404}:
                return answer
        except outbound.NotAsked as refusal:
            if refusal.reason not in {"connection", "protocol"}:
                raise
        return self._ask(url, "GET", {"Range": f"bytes=0-{A_LITTLE - 1}"}, A_LITTLE)

    def _ask(self, url: str, method, headers=None, most: int = A_LITTLE):
        self.wait(self.ready_in(url))
        self._asked_at[_origin(url)] = time.monotonic()
        ours = {"User-Agent": agent(), "Accept": "*/*", **(headers or {})}
        return outbound.ask(url, method, headers=ours, most=most, **self._options)

    def _rules_for(self, url: str):
        """Return the host's robots.txt, None where it forbids nothing, or the status of a server that is in trouble.

        Such a server is left in peace (RFC 9309, section 2.3.1.4).
        """
        origin = _origin(url)
        if origin not in self._robots:
            self._robots[origin] = self._rules(origin)
        return self._robots[origin]

    def _rules(self, origin):
        outbound.split(origin)
        try:
            answer = self._ask(f"{origin}/robots.txt", "GET", most=MOST_OF_ROBOTS)
        except outbound.NotAsked as refusal:
            if refusal.reason in {"private", "name"}:
                raise
            return None  # the page itself will tell
        if answer.status >= 500:
            return answer.status
        if answer.status != 200:
            return None
        return Protego.parse(answer.body.decode("utf-8", "replace"))


def _origin(url: str):
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"


def _outcome(status):
    if status < 400 or status == 416:
        return "fine"
    if status in _GONE:
        return "gone"
    if status in _KEPT_OUT:
        return "kept_out"
    return "error"
