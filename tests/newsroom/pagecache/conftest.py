"""The page cache in front of the site, in this process: the test polls the content version itself."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from newsroom.pagecache import contentversion
from newsroom.pagecache.front import PageCache

MEGABYTE = 1024 * 1024


@pytest.fixture
def site(db, monkeypatch):
    """Return Django's application without a cache; as in Django's own client, requests close no connection."""
    monkeypatch.setattr(contentversion, "start_polling", lambda: None)
    monkeypatch.setattr(contentversion, "PATIENCE", 3600)
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield WSGIHandler()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def pages(site):
    """Return the same behind a page cache of 8 MB."""
    contentversion.read()
    return PageCache(site, 8 * MEGABYTE, ["staff", "csrftoken", "messages", "known_device"])
