"""Serves uploaded files: harmless whatever they hold, and forgotten by caches within five minutes.

Pictures lie in folders whose names are random and long. Whoever asks for a folder that is not there got its
name from a page, and what that page showed was replaced or withdrawn since: so the answer is 410, and
nothing has to be kept about what was taken away.
"""

import hashlib
import mimetypes
import re
import secrets
from functools import lru_cache

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.faults.outages import TRY_AGAIN, FilesAway
from newsroom.filestore import reading, removing
from newsroom.pagecache.declared import for_all
from newsroom.storage.ranges import file_answer

LONGEST_CACHING = 300  # seconds
POLICY = "default-src 'none'; style-src 'none'; sandbox"
RANDOM_FOLDER = re.compile(r"([a-z]+/[0-9a-f]{32})/[^/]+")


def new_folder(parent: str) -> str:
    """Return the name of a folder that nobody can guess, below a parent."""
    return f"{parent}/{secrets.token_hex(16)}"


@lru_cache(2_000)
def address_of_folder(folder: str) -> str:
    """Return the address of a folder, whose name ends with a slash; asking a storage for each file takes long."""
    return default_storage.url(f"{folder}-").removesuffix("-")


@for_all()
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve one file of the media; 404 where there is none, 410 where it was taken away, 503 while none can be read."""
    try:
        if "/." in f"/{name}" or removing.waits(name.rpartition("/")[0]):
            return _absent(name)
        file, size, modified = reading.opened(default_storage, name)
    except FileNotFoundError:
        return _absent(name)
    except FilesAway:
        return _away()
    except (OSError, SuspiciousOperation, ValueError):
        raise Http404 from None
    etag = f'"{hashlib.sha256(f"{name} {size} {modified.timestamp()}".encode()).hexdigest()[:32]}"'
    if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        file.close()
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        headers = {
            "Content-Type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "Last-Modified": http_date(modified.timestamp()),
            "ETag": etag,
        }
        response = file_answer(request, file, size, headers)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={LONGEST_CACHING}"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _absent(name: str) -> HttpResponse:
    """Answer 410 for a file whose random folder is gone; raises Http404 for any other."""
    folder = RANDOM_FOLDER.fullmatch(name)
    try:
        reading.require_present(default_storage)
        if not folder or (default_storage.exists(folder[1]) and not removing.waits(folder[1])):
            raise Http404
    except FilesAway:
        return _away()
    return _told(_("This picture was replaced or taken down."), 410)


def _away() -> HttpResponse:
    """Return an answer of status 503, for while the store of files is away."""
    response = _told(_("Pictures can’t be fetched right now. Try again in a minute."), 503)
    response.headers["Retry-After"] = str(TRY_AGAIN)
    return response


def _told(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response
