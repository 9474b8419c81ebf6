"""Sends text compressed to whoever takes it so; pictures, documents and parts of files go as they are."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("application/json", "application/javascript", "application/xml", "image/svg+xml")
KNOWN = ("gzip", "br", "zstd", "deflate", "identity")
ENDINGS = ("+xml", "+json")


def accepted(header: str) -> str:
    """Return what an Accept-Encoding header takes: nothing that it refuses by q=0, and gzip where * takes it."""
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
    """Return whether an answer is text, and a whole one."""
    if response.status_code == 206 or response.has_header("Content-Range"):
        return False
    kind = response.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in TEXT or kind.endswith(ENDINGS)


class Compress(GZipMiddleware):
    """Django's compression (with its guard against BREACH), for text alone, by what is really accepted.

    It stands before WhiteNoise, which looks for the word gzip alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        """Leave in the header what the browser takes."""
        if header := request.META.get("HTTP_ACCEPT_ENCODING"):
            request.META["HTTP_ACCEPT_ENCODING"] = accepted(header)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the answer where that is of use; static files were compressed before."""
        if not is_compressible(response) or request.path_info.startswith(settings.STATIC_URL):
            return response
        response = super().process_response(request, response)
        if response.has_header("Content-Encoding"):
            del response.headers["Accept-Ranges"]  # parts are of the file as it lies there
        return response
