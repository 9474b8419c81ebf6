"""The response to a feed reader: the feed, or 304 where the reader has it already (RFC 9110, section 13).

The page cache answers most of them: it keeps the feed for as long as nothing changes that visitors see.
"""

import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from .channel import Channel

FORMATS = {  # name to (function of formats.py that writes it, media type)
    "rss": ("rss", "application/rss+xml; charset=utf-8"),
    "atom": ("atom", "application/atom+xml; charset=utf-8"),
    "json": ("json_feed", "application/feed+json; charset=utf-8"),
}
REMEMBERED = 90 * 24 * 3600  # seconds for which the Last-Modified of a version is kept


def feed_response(request: HttpRequest, file_format: str, channel: Channel) -> HttpResponse:
    """Respond with the feed, in one of FORMATS; its ETag is made of its bytes, so that no change can be missed."""
    writer, content_type = FORMATS[file_format]
    content = _writer(writer)(channel, urljoin(settings.SITE_URL, request.path))
    version = hashlib.sha256(content).hexdigest()[:32]
    zipped = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    # Each encoding has a strong ETag of its own: GZipMiddleware would make it a weak one.
    etag = f'"{version}-gzip"' if zipped else f'"{version}"'
    last_modified = _last_modified(request.path, version)
    response = get_conditional_response(request, etag, int(last_modified.timestamp()))
    if response is None:
        response = HttpResponse(content, content_type=content_type)
        if zipped:
            response.content = gzip.compress(content, 6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = last_modified.strftime("%a, %d %b %Y %H:%M:%S GMT")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"  # readers that run in a browser
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _writer(name: str) -> Callable[[Channel, str], bytes]:
    """Return a function of formats.py, which is loaded for the first feed: no command and no worker needs feedgen."""
    from . import formats

    write: Callable[[Channel, str], bytes] = getattr(formats, name)
    return write


def _last_modified(path: str, version: str) -> datetime:
    """Return when this version of a feed was first requested, in whole seconds; no two versions share a second.

    The newest date within a feed would not do: it goes back when the newest entry is withdrawn.
    """
    key = f"feed:{hashlib.sha256(path.encode()).hexdigest()[:32]}"
    known: tuple[str, datetime] | None = cache.get(key)
    if known is not None and known[0] == version:
        return known[1]
    since = datetime.now(UTC).replace(microsecond=0)
    if known is not None:
        since = max(since, known[1] + timedelta(seconds=1))
    cache.set(key, (version, since), REMEMBERED)
    return since
