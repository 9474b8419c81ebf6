"""Asks Django for an answer that everybody gets, by a request in which nothing is any visitor's."""

import sys
from contextlib import closing
from io import BytesIO
from typing import cast
from wsgiref.types import WSGIApplication, WSGIEnvironment

from django.http.response import HttpResponseBase

from .entries import Headers, Key, Made

LARGEST = 1024 * 1024  # bytes of an answer that is kept


def environ_for(key: Key, scheme: str, host: str) -> WSGIEnvironment:
    """Return the WSGI environment of a request for a path and a query string at the site's own address."""
    path, query = key
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": host.partition(":")[0],
        "SERVER_PORT": host.partition(":")[2] or ("443" if scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def ask(application: WSGIApplication, environ: WSGIEnvironment) -> Made | None:
    """Return what the application answers; None where that is too large to be kept."""
    status = 500
    headers: Headers = []

    def start_response(line: str, fields: Headers, _exc_info: object = None) -> None:
        nonlocal status, headers
        status, headers = int(line.split(" ", 1)[0]), fields

    # It is given no write(), which Django does not use; what Django returns is its response.
    response = cast(HttpResponseBase, application(environ, start_response))  # type: ignore[arg-type]
    with closing(response):
        length = next((value for name, value in headers if name.lower() == "content-length"), "0")
        if int(length) > LARGEST:
            return None
        pieces, size = [], 0
        for piece in response:
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                return None
    return Made(status, headers, b"".join(pieces))
