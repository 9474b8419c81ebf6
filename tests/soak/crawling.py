"""Every address that a visitor can come to: from the home page, the sitemap and the feeds on."""

import hashlib
import html
import http.client
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

LINKS = re.compile(r'<(?:a|link) [^>]*?href="([^"]+)"')
LISTED = re.compile(
    r"<(?:loc|link|id|atom:link|image:loc)(?: [^>]*?href=\"|[^>]*>)([^<\"]+)"
)  # sitemap and feeds
IN_JSON = re.compile(r'"(?:url|id|home_page_url|feed_url|image)": ?"([^"]+)"')
NOT_CRAWLED = ("/admin/", "/leave/", "/media/", "/static/")
BEGINNINGS = (
    "/", "/sitemap.xml", "/robots.txt", "/feeds/", "/.well-known/security.txt", "/nowhere/", "/%00",
    "/search/?q=shelter", "/get-help/?country=nowhere",
)  # fmt: skip
HEADERS = ("Content-Type", "Location", "ETag", "Last-Modified", "Cache-Control", "Content-Language")


@dataclass(frozen=True)
class Answer:
    """What came back from an address, with the headers that a visitor's browser or reader goes by."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def is_page(self):
        return b"<html" in self.body[:500]


class Crawler:
    """Asks for addresses over one connection, and follows what the answers lead to."""

    def __init__(self, server, not_crawled=NOT_CRAWLED):
        self.url, self.not_crawled = server.url, not_crawled
        self.connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)

    def ask(self, path):
        """Return the answer to a path with its query."""
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        body = response.read()
        headers = tuple((name, response.headers[name]) for name in HEADERS if name in response.headers)
        if path.startswith("/media/"):
            body = hashlib.sha256(body).hexdigest().encode()
        return Answer(response.status, headers, body)

    def all(self):
        """Return the answer of every address that is found, by path and query."""
        found, waiting = {}, list(BEGINNINGS)
        while waiting:
            path = waiting.pop()
            if path not in found and not path.startswith(self.not_crawled):
                found[path] = answer = self.ask(path)
                waiting += self._led_to(path, answer)
        return found

    def again(self, paths):
        """Return the answers of known addresses, over a new connection: the server has ended one that was idle."""
        self.connection.close()
        return {path: self.ask(path) for path in paths}

    def _led_to(self, path, answer):
        text = "" if path.startswith("/media/") else answer.text
        patterns = (LINKS,) if answer.is_page else (LISTED, IN_JSON)
        links = [link for pattern in patterns for link in pattern.findall(text)]
        links += [link for link in re.findall(r'<img [^>]*?src="([^"]+)"', text) if answer.is_page]
        links += [value for name, value in answer.headers if name == "Location"]
        for link in links:
            parts = urlsplit(urljoin(self.url + path, html.unescape(link)))
            if f"{parts.scheme}://{parts.netloc}" == self.url and parts.query.count("&") == 0:
                yield (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def public_addresses(server):
    """Return every path and query that links of the site lead to, and those of its sitemap and feeds."""
    return sorted(Crawler(server).all())
