"""Which views answer everybody alike, so that one answer of theirs can be kept for all.

Such a view says which parameters of the query string it reads, and is given no other: what visitors and other sites
add to an address (utm_source, fbclid) changes nothing of the page, with the cache and without it.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from newsroom.guard.badinput import is_storable

LONGEST_PATH = 500  # characters; Django alone answers what is longer
LONGEST_QUERY = 1_000
PARAMETERS = "parameters_for_all"  # attribute of a declared view
STATIC = "static"  # the route of static files, which no view serves


class Declared(NamedTuple):
    """A view that answers everybody alike: the name of its route, and the parameters that it reads."""

    route: str
    parameters: tuple[str, ...]


def for_all[Response: HttpResponseBase](
    *parameters: str,
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Return a decorator that declares a view to answer everybody alike; it reads these parameters and no other.

    It reads nothing else of who asks either: no cookie, no session, no header, no address.
    """

    def decorator(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
            vars(request)["GET"] = QueryDict(named_in(request.GET, parameters) if parameters else "")
            return view(request, *args, **kwargs)

        vars(inner)[PARAMETERS] = parameters
        return inner

    return decorator


def named_in(given: QueryDict, parameters: tuple[str, ...]) -> str:
    """Return the query string of these parameters alone: in their order, and the last value of each, as views read."""
    named = QueryDict(mutable=True)
    for name in parameters:
        if name in given:
            named[name] = given.get(name, "")
    return named.urlencode()


@lru_cache(maxsize=2_048)
def declared_at(path: str) -> Declared | None:
    """Return what is declared of the view at a path; None where nothing is."""
    if len(path) > LONGEST_PATH:
        return None
    if path.startswith(settings.STATIC_URL):
        return None if settings.DEBUG else Declared(STATIC, ())
    try:
        match = resolve(path)
    except Resolver404:
        return None
    parameters = getattr(match.func, PARAMETERS, None)
    return None if parameters is None else Declared(match.view_name, parameters)


@lru_cache(maxsize=1_024)
def named_query(query: str, parameters: tuple[str, ...]) -> str | None:
    """Return a query string as named_in() does; None for one that Django has to judge, since it may refuse it."""
    encoded = query.encode()
    if len(query) > LONGEST_QUERY or not is_storable(encoded.replace(b"+", b" ")):
        return None
    try:
        return named_in(QueryDict(encoded), parameters) if parameters else ""
    except SuspiciousOperation:  # too many of them
        return None


def route_of(path: str) -> str:
    """Return the name of the route of a declared view, or ""."""
    declared = declared_at(path)
    return declared.route if declared else ""
