"""Health checks: whether pages can be served, for balancers, and the state of the whole site, for monitoring."""

from functools import cache
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsroom.conditions import database, reports
from newsroom.conditions.bounded import Examiner
from newsroom.conditions.conditions import Condition, Weight, checks
from newsroom.guard.proxies import FROM_THIS_MACHINE
from newsroom.outbox import conditions as outbox
from newsroom.pagecache import figures

PATIENCE = 2  # seconds: monitoring must hear of a database that hangs, and not hang with it

_database = Examiner([("database", database.answers)], is_asked_by_many=True)
_live = Examiner([("database", database.answers), ("worker", outbox.worker)], is_asked_by_many=True)


@cache
def _everything() -> Examiner:
    return Examiner(checks(), is_asked_by_many=True)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where pages can be served, else 503."""
    is_well = all(one.is_well for one in _database.within(PATIENCE))
    if is_well:
        return _plain("ok\n", 200)
    warning = "warning: kept pages are served without the database\n"
    return _plain(f"unavailable\n{warning if figures.here.is_serving_without_database() else ''}", 503)


@require_safe
@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """Answer with the state of the site as JSON, 503 where something fails: to this machine, or to who has the key."""
    if not (request.META.get(FROM_THIS_MACHINE) or _has_key(request)):
        answer = _plain("Ask from the machine itself, or send HEALTH_KEY: `Authorization: Bearer …`.\n", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    conditions, age = now()
    failing = [one.name for one in conditions if not one.is_well and one.weight is Weight.FAILING]
    body = {
        "ok": not failing,
        "failing": failing,
        "examined_seconds_ago": round(age),
        "page_cache_of_process": figures.here.told(),
        "conditions": {one.name: _told(one) for one in reports.in_order(conditions)},
    }
    return JsonResponse(body, status=503 if failing else 200, json_dumps_params={"indent": 1})


def now() -> tuple[list[Condition], float]:
    """Return the conditions and the seconds since they were examined, after PATIENCE at most.

    They are those of this machine's watch, with database and worker as they are now; without one they are examined.
    """
    last = reports.last()
    if last is not None and last.is_fresh:
        found = _live.within(PATIENCE)
        names = {one.name for one in found}
        return [*found, *(one for one in last.conditions if one.name not in names)], last.age
    return _everything().within(PATIENCE), 0.0


def _told(condition: Condition) -> dict[str, Any]:
    if condition.is_well:
        return {"state": "well", "note": condition.note}
    return {"state": str(condition.weight), "problem": condition.problem, "advice": condition.advice}


def _has_key(request: HttpRequest) -> bool:
    scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    given, wanted = key.strip().encode("utf-8", "replace"), str(settings.HEALTH_KEY).encode()
    return bool(wanted) and scheme.lower() == "bearer" and compare_digest(given, wanted)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
