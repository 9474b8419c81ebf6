"""Compresses text responses for clients that accept gzip; pictures, documents and partial content stay as they are."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("application/json", "application/javascript", "application/xml", "image/svg+xml")
KNOWN = ("gzip", "br", "zstd", "deflate", "identity")
ENDINGS = ("+xml", "+json")


def accepted(header: str) -> str:
    """Return the encodings that an Accept-Encoding header accepts: without those with q=0, and gzip for a *."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        name, _semicolon, parameters = part.strip().partition(";")
        name = name.strip().lower()
        weights["gzip" if name == "x-gzip" else name] = _weight(parameters)
    if weights.get("*", 0) > 0:
        weights.setdefault("gzip", weights["*"])
    return ", ".join(name for name in KNOWN if weights.get(name, 0) > 0)


def _weight(parameters: str) -> float:
    name, _equals, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def is_compressible(response: HttpResponseBase) -> bool:
    """Return whether a response is text, and not partial content."""
    if response.status_code == 206 or response.has_header("Content-Range"):
        return False
    return is_text(response.get("Content-Type", ""))


def is_text(content_type: str) -> bool:
    """Return whether a Content-Type is that of text, which compression makes much smaller."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in TEXT or kind.endswith(ENDINGS)


class Compress(GZipMiddleware):
    """Django's GZipMiddleware (with its mitigation of BREACH) for text alone, honouring q=0 and *.

    It comes before WhiteNoise, which only looks for the word gzip.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        """Reduce Accept-Encoding to the encodings that the client accepts."""
        if header := request.META.get("HTTP_ACCEPT_ENCODING"):
            request.META["HTTP_ACCEPT_ENCODING"] = accepted(header)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the response where that helps; static files are stored compressed."""
        if not is_compressible(response) or request.path_info.startswith(settings.STATIC_URL):
            return response
        response = super().process_response(request, response)
        if response.has_header("Content-Encoding"):
            del response.headers["Accept-Ranges"]  # ranges refer to the uncompressed file
        return response
