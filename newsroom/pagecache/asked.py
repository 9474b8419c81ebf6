"""A request as the page cache reads it: from granian's scope, or from a WSGI environment (PEP 3333)."""

from typing import TYPE_CHECKING, NamedTuple
from wsgiref.types import WSGIEnvironment

if TYPE_CHECKING:
    from granian.rsgi import Scope


class Asked(NamedTuple):
    """A request without a body; `fields` are its headers by their names in lower case."""

    method: str
    path: str  # percent-decoded
    query: str  # as it came
    fields: dict[str, str]
    peer: str  # the address of who says by which scheme the visitor came: a proxy's


def of_scope(scope: "Scope") -> Asked | None:
    """Return a request of granian; None where it repeats a header, which is read in more than one way."""
    items = scope.headers.items()
    fields = dict(items)
    if len(fields) != len(items):
        return None
    peer = scope.client.rpartition(":")[0].strip("[]") if "x-forwarded-proto" in fields else ""
    return Asked(scope.method, scope.path, scope.query_string, fields, peer)


def of_environ(environ: WSGIEnvironment) -> Asked | None:
    """Return the request of a WSGI environment; None where its path is not UTF-8."""
    try:
        path = str(environ.get("PATH_INFO", "")).encode("latin-1").decode()
        query = str(environ.get("QUERY_STRING", "")).encode("latin-1").decode()
    except UnicodeError:
        return None
    fields = {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_LENGTH"):
        fields["content-length"] = str(environ["CONTENT_LENGTH"])
    method, peer = str(environ["REQUEST_METHOD"]), str(environ.get("REMOTE_ADDR", ""))
    return Asked(method, path, query, fields, peer)
