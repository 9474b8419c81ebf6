"""Serves uploaded files: harmless whatever they hold, and forgotten by caches within five minutes."""

import hashlib
import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseNotModified
from django.utils.http import http_date, parse_etags
from django.views.decorators.http import require_safe

LONGEST_CACHING = 300  # seconds
POLICY = "default-src 'none'; style-src 'none'; sandbox"


@require_safe
def media(request, name):
    """Serve one file of the media folder; 404 where there is none."""
    try:
        if not default_storage.exists(name) or "/." in f"/{name}":
            raise Http404
        size = default_storage.size(name)
        modified = default_storage.get_modified_time(name)
        file = default_storage.open(name)
    except (OSError, SuspiciousFileOperation, ValueError):
        raise Http404 from None
    etag = f'"{hashlib.sha256(f"{name} {size} {modified.timestamp()}".encode()).hexdigest()[:32]}"'
    if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        file.close()
        response = HttpResponseNotModified()
    else:
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        response = FileResponse(file, content_type=content_type)
        response.headers["Content-Length"] = str(size)
        response.headers["Last-Modified"] = http_date(modified.timestamp())
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={LONGEST_CACHING}"
    response.headers["Content-Security-Policy"] = POLICY
    return response
