"""A copy of the demo whose pages a test asks for in its own process, and their addresses."""

import contextlib
import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.conftest import a_database_in, database_url
from tests.servers import Server

BEGIN = [
    "/", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/nowhere/", "/search/?q=shelter", "/search/?q=191",
    "/get-help/?country=laos", "/feeds/", "/news/?page=2", "/resources/?kind=law&sort=title", "/inquiries/mailbox/",
    "/newsletter/", "/newsletter/manage/", "/healthz",
]  # fmt: skip
LINK = re.compile(rb'(?:href="|<loc>)([^"<#]+)')
OF_A_KIND = 3  # addresses that are asked for of each view
NOT_FOR_VISITORS = ("/admin", "/static/", "/media/", "/healthz/state")


@contextlib.contextmanager
def a_demo(django_db_blocker):
    """Let the default connection lead to a copy of the demo."""
    copy = Server(database_url(), copy_of="demo")
    try:
        with (
            django_db_blocker.unblock(),
            a_database_in(copy.database or copy.data_dir / "newsroom.sqlite3"),
        ):
            yield copy
    finally:
        copy.remove()


def addresses():
    """Return addresses of every kind of public page, as links and sitemaps lead to them."""
    client, waiting, found, kinds = Client(), list(BEGIN), [], {}
    while waiting:
        address = waiting.pop(0)
        kind = _kind_of(address)
        if address in found or (address not in BEGIN and len(kinds.setdefault(kind, [])) >= OF_A_KIND):
            continue
        answer = client.get(address)
        kinds.setdefault(kind, []).append(address)
        found.append(address)
        if answer.streaming:
            continue
        for link in LINK.findall(answer.content):
            target = urlsplit(urljoin(f"http://testserver{address}", unescape(link.decode())))
            path = target.path + (f"?{target.query}" if target.query else "")
            if target.netloc in {"testserver", "127.0.0.1:8000"} and not path.startswith(NOT_FOR_VISITORS):
                waiting.append(path)
    return found


def _kind_of(address):
    path, _mark, query = address.partition("?")
    try:
        return resolve(path).view_name, bool(query), path.rpartition(".")[2] if "." in path else ""
    except Resolver404:
        return "", False, ""
