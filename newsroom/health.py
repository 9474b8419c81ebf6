"""Health checks: whether pages can be served (for everybody), and the state of each part (for staff)."""

import os
import shutil
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsroom.outbox import heartbeat

LEAST_FREE = 200 * 1024 * 1024  # bytes on the disk of the media

_newest: set[tuple[str, str]] | None = None

type State = dict[str, Any]  # of one part, as JSON: whatever it can hold; "ok" is always there


def missing_migrations() -> list[tuple[str, str]]:
    """Return the newest migration of each app that the database lacks; raises DatabaseError."""
    global _newest
    if _newest is None:
        _newest = set(MigrationLoader(None).graph.leaf_nodes())
    return sorted(_newest - set(MigrationRecorder(connection).applied_migrations()))


def database_state() -> State:
    """Return whether the database answers and has all migrations of this code."""
    try:
        missing = missing_migrations()
    except Exception as error:  # whatever a driver raises
        return {"ok": False, "kind": connection.vendor, "problem": type(error).__name__}
    return {
        "ok": not missing,
        "kind": connection.vendor,
        "missing_migrations": [".".join(names) for names in missing],
    }


def cache_state() -> State:
    """Return whether the shared cache keeps a value."""
    key, value = f"health:{uuid.uuid4().hex}", "kept"
    try:
        cache.set(key, value, 30)
        kept = cache.get(key) == value
        cache.delete(key)
    except Exception as error:  # whatever a driver raises
        return {"ok": False, "problem": type(error).__name__}
    return {"ok": kept}


def media_state() -> State:
    """Return whether uploads can be stored, and the free bytes of their disk where that is local."""
    folder = getattr(default_storage, "location", None)
    if not folder or not Path(folder).is_absolute():
        return {"ok": True, "kind": default_storage.__class__.__name__}
    existing = next(path for path in [Path(folder), *Path(folder).parents] if path.exists())
    free = shutil.disk_usage(existing).free
    writable = os.access(existing, os.W_OK)
    return {"ok": writable and free >= LEAST_FREE, "writable": writable, "free_bytes": free}


def worker_state() -> State:
    """Return whether the worker runs, and the seconds since its last heartbeat (None: never)."""
    try:
        age = heartbeat.age()
    except Exception as error:  # whatever a driver raises
        return {"ok": False, "problem": type(error).__name__}
    return {"ok": age is not None and age <= heartbeat.LATE, "heartbeat_age_seconds": age}


def state() -> dict[str, State]:
    """Return the state of every part, as staff see it at /healthz and on the dashboard."""
    return {
        "database": database_state(),
        "cache": cache_state(),
        "media": media_state(),
        "worker": worker_state(),
    }


def _is_staff(request: HttpRequest) -> bool:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    try:
        return bool(request.user.is_active and request.user.is_staff)
    except Exception:  # the session may be in the part that is broken
        return False


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where pages can be served, else 503; staff get the state of every part as JSON."""
    if _is_staff(request):
        parts = state()
        status = 200 if parts["database"]["ok"] else 503
        return JsonResponse({"ok": all(part["ok"] for part in parts.values()), **parts}, status=status)
    ok = database_state()["ok"]
    return HttpResponse(
        "ok\n" if ok else "unavailable\n", status=200 if ok else 503, content_type="text/plain; charset=utf-8"
    )
