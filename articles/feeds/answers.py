"""The answer to a reader program: the feed, or 304 where it has the feed already (RFC 9110, section 13)."""

import gzip
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from . import formats

FORMATS = {
    "rss": (formats.rss, "application/rss+xml; charset=utf-8"),
    "atom": (formats.atom, "application/atom+xml; charset=utf-8"),
    "json": (formats.json_feed, "application/feed+json; charset=utf-8"),
}
KEPT = 90 * 24 * 3600  # seconds for which a first sight is remembered

# A new version of this code may write the same content in other words.
_code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))


def answer(request: HttpRequest, file_format, state, make):
    """Answer with the feed that make() returns, in one of FORMATS; make() runs only where it has changed.

    The state names everything that the feed shows, in values whose repr() differs when the feed does.
    """
    write, content_type = FORMATS[file_format]
    version = _digest(request.path, state)
    zipped = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    # Each form of the bytes has a strong tag of its own: the middleware's gzip would weaken it.
    etag = f'"{version}-gzip"' if zipped else f'"{version}"'
    seen = _first_seen(request.path, version)
    response = get_conditional_response(request, etag, int(seen.timestamp()))
    if response is None:
        content = write(make(), urljoin(settings.SITE_URL, request.path))
        response = HttpResponse(content, content_type=content_type)
        if zipped:
            response.content = gzip.compress(content, 6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = seen.strftime("%a, %d %b %Y %H:%M:%S GMT")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"  # readers that run in a browser
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _digest(path: str, state):
    seen = _code.copy()
    seen.update(repr((path, settings.SITE_URL, settings.LANGUAGE_CODE, state)).encode("utf-8", "replace"))
    return seen.hexdigest()[:32]


def _first_seen(path: str, version):
    """Return the second since which the feed has said this; two versions never share one.

    The newest date within a feed would not do: it goes back when the newest entry is withdrawn.
    """
    key = f"feed:{hashlib.sha256(path.encode()).hexdigest()[:32]}"
    known, since = cache.get(key) or (None, None)
    if known != version:
        now = datetime.now(UTC).replace(microsecond=0)
        since = max(now, since + timedelta(seconds=1)) if since else now
        cache.set(key, (version, since), KEPT)
    return since
