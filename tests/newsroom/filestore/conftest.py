import itertools

import pytest

from newsroom.configuration import serviceurls
from tests.bucketserver import BucketServer

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def bucket_server():
    """Return a running S3 server."""
    running = BucketServer()
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def bucket_url(bucket_server):
    """Return the FILES_URL of a new bucket."""
    return bucket_server.make(f"bucket-{next(numbers)}")


@pytest.fixture
def files_in(settings, monkeypatch):
    """Return a function that lets media and documents lie where a FILES_URL says."""
    from django.core.files import storage

    def move(url):
        made = serviceurls.files_from_url(url, settings.DATA_DIR, settings.MEDIA_URL)
        settings.STORAGES = settings.STORAGES | made
        settings.FILES_URL = url
        return storage.storages["default"]

    yield move
    from newsroom.filestore.away import availability_of

    availability_of("store of files").end()
