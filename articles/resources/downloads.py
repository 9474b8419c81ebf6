"""Sends the file of a resource as a download, which no browser renders and no shared cache keeps."""

import hashlib

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from articles.resources import documentstore
from articles.resources.models.resource import Resource
from newsroom.pictures.media import POLICY
from newsroom.storage.ranges import file_answer

FRESH_FOR = 60  # seconds, in the reader's own browser only: no proxy may serve a file that was withdrawn


def attachment(request: HttpRequest, resource: Resource) -> HttpResponseBase:
    """Return a response with the file, a part of it, or 304.

    Raises FileNotFoundError for a resource without a file, or where the file was removed since the row was read, and
    FilesAway.
    """
    if resource.file_since is None or resource.file_size is None:
        raise FileNotFoundError(resource.slug)
    etag = f'"{hashlib.sha256(resource.storage_key.encode()).hexdigest()[:32]}"'
    changed = int(resource.file_since.timestamp())
    response: HttpResponseBase | None = get_conditional_response(request, etag, changed)
    if response is None:
        file, size, _written = documentstore.opened_to_send(resource.storage_key, resource.file_extension)
        name = f"{resource.slug}.{resource.file_extension}"
        headers = {
            "Content-Type": resource.file_type,
            "Content-Disposition": content_disposition_header(True, name),
            "Last-Modified": http_date(changed),
            "ETag": etag,
        }
        response = file_answer(request, file, size, headers)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    response.headers["Content-Security-Policy"] = POLICY
    return response
