"""Sends the file of a resource: as a download that no browser runs, asked for again before it is shown again."""

import hashlib

from django.http import FileResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from articles import documentstore
from newsroom.media import POLICY

FRESH_FOR = 60  # seconds, and in the reader's own browser only: what was withdrawn must be nowhere between


def attachment(request, resource):
    """Return the file as an answer, or 304; raises FileNotFoundError where it was taken away just now."""
    etag = f'"{hashlib.sha256(resource.storage_key.encode()).hexdigest()[:32]}"'
    changed = int(resource.file_since.timestamp())
    response = get_conditional_response(request, etag, changed)
    if response is None:
        file = documentstore.opened(resource.storage_key, resource.file_extension)
        response = FileResponse(file, content_type=resource.file_type)
        response.headers["Content-Length"] = str(resource.file_size)
        name = f"{resource.slug}.{resource.file_extension}"
        response.headers["Content-Disposition"] = content_disposition_header(True, name)
        if resource.file_extension != "csv":
            # These are compressed already: once more would cost time and hide how much is still to come.
            request.META.pop("HTTP_ACCEPT_ENCODING", None)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = resource.file_since.strftime("%a, %d %b %Y %H:%M:%S GMT")
    response.headers["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    response.headers["Content-Security-Policy"] = POLICY
    return response
