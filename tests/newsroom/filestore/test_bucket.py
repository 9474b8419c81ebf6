"""A bucket holds what a folder would hold: private, whole or not at all, and honest while it is away."""

import time
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile

from newsroom.configuration import serviceurls
from newsroom.faults.outages import FilesAway
from newsroom.filestore import bucket, identity
from newsroom.filestore.away import MARKER
from tests.bucketserver import BucketServer
from tests.servers import fetch


@pytest.fixture
def store(files_in, bucket_url):
    return files_in(bucket_url)


def test_it_reads_where_files_lie_from_one_address(tmp_path):
    made = serviceurls.files_from_url(
        "s3://me:se%2Fcret@s3.example.org/site/news?region=eu-west-1&style=virtual", tmp_path, "/media/"
    )
    options = made["default"]["OPTIONS"]
    assert options | {"base_url": None} == {
        "access_key": "me", "secret_key": "se/cret", "endpoint_url": "https://s3.example.org",
        "region_name": "eu-west-1", "addressing_style": "virtual", "bucket_name": "site",
        "location": "news/media", "base_url": None,
    }  # fmt: skip
    assert made["documents"]["OPTIONS"]["location"] == "news/documents"
    assert (
        serviceurls.files_from_url("", tmp_path, "/media/")["documents"]["OPTIONS"]["location"]
        == tmp_path / "documents"
    )


@pytest.mark.parametrize("url", ["s3://host/bucket", "s3://key:hidden@host/", "s3://key:hidden@host/bucket?acl=public",
                                 "file://host/folder", "file:///", "ftp://key:hidden@host/", "/folder"])  # fmt: skip
def test_it_refuses_an_address_that_it_can_not_use_without_showing_the_secret(tmp_path, url):
    with pytest.raises(ImproperlyConfigured, match="FILES_URL must look like") as refused:
        serviceurls.files_from_url(url, tmp_path, "/media/")
    assert "hidden" not in str(refused.value)


def test_it_says_what_to_install_for_a_bucket(tmp_path, monkeypatch):
    monkeypatch.setattr(serviceurls, "find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/s3\.txt"):
        serviceurls.files_from_url("s3://a:b@host/bucket", tmp_path, "/media/")


def test_it_keeps_files_as_a_folder_would(store):
    assert store.save("a/one.txt", ContentFile(b"0123456789")) == "a/one.txt"
    store.save("a/b/two.txt", ContentFile(b"two"))
    assert store.exists("a/one.txt") and store.exists("a") and not store.exists("a/on")
    assert (store.size("a/one.txt"), store.listdir("a")) == (10, (["b"], ["one.txt"]))
    assert abs(store.get_modified_time("a/one.txt").timestamp() - time.time()) < 60
    with store.open("a/one.txt") as file:
        assert file.read(3) == b"012" and file.read() == b"3456789"
        assert file.seek(8) == 8 and file.read() == b"89"
    store.delete("a/one.txt")
    store.delete("a/one.txt")
    assert not store.exists("a/one.txt")
    assert not store.exists("x" * 1100) and not store.exists("a\x07b")
    for ask in (store.open, store.size, store.get_modified_time, store.listdir):
        with pytest.raises(FileNotFoundError):
            ask("a/one.txt")


def test_it_fetches_the_bytes_that_are_read_and_no_others(store, monkeypatch):
    store.save("large.bin", ContentFile(bytes(range(256)) * 4000))
    asked = []
    body_of = type(store).body_of
    monkeypatch.setattr(type(store), "body_of", lambda *args: asked.append(args[2:]) or body_of(*args))
    with store.open("large.bin") as file:
        assert asked == []
        file.end_at(600)
        file.seek(500)
        assert file.read() == (bytes(range(256)) * 4)[500:600]
    assert asked == [(500, 600)]


def test_it_gives_files_the_addresses_of_the_site_and_none_of_the_bucket(store, bucket_url):
    from django.core.files.storage import storages

    store.save("pictures/1/a b.txt", ContentFile(b"hidden"))
    assert store.url("pictures/1/a b.txt") == "/media/pictures/1/a%20b.txt"
    with pytest.raises(ValueError, match="no address"):
        storages["documents"].url("1/document.pdf")
    parts = urlsplit(bucket_url)
    assert (
        store.connection.ObjectAcl(store.bucket_name, "media/pictures/1/a b.txt").grants[0]["Permission"]
        == "FULL_CONTROL"
    )
    assert len(store.connection.ObjectAcl(store.bucket_name, "media/pictures/1/a b.txt").grants) == 1
    assert fetch(f"http://127.0.0.1:{parts.port}{parts.path}/media/pictures/1/a%20b.txt")[0] == 403


@pytest.mark.django_db
def test_a_bucket_that_everybody_can_read_is_a_problem(store):
    identity.adopt()
    assert identity.privacy().is_well
    store.connection.meta.client.put_object_acl(
        Bucket=store.bucket_name, Key=f"media/{MARKER}", ACL="public-read"
    )
    assert "Everybody can read" in identity.privacy().problem


def test_it_deletes_the_former_versions_that_a_bucket_keeps(store):
    client = store.connection.meta.client
    client.put_bucket_versioning(Bucket=store.bucket_name, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"one", b"two"):
        store.save("a.txt", ContentFile(content))
    store.save("a.txt.other", ContentFile(b"stays"))
    store.delete("a.txt")
    left = client.list_object_versions(Bucket=store.bucket_name)
    assert [one["Key"] for one in left["Versions"]] == ["media/a.txt.other"] and "DeleteMarkers" not in left


def test_it_says_that_a_bucket_is_away_and_asks_it_seldom_until_it_is_back(files_in, caplog, monkeypatch):
    monkeypatch.setattr(bucket, "READ_TIMEOUT", 1)
    server = BucketServer().start()
    try:
        store = files_in(server.make("bucket"))
        store.save("a.txt", ContentFile(b"one"))
        server.freeze()
        began = time.monotonic()
        with pytest.raises(FilesAway):
            store.open("a.txt")
        assert time.monotonic() - began < 5
        began = time.monotonic()
        for ask in (lambda: store.open("a.txt"), lambda: store.exists("a.txt"), lambda: store.listdir(""),
                    lambda: store.delete("a.txt"), lambda: store.save("b.txt", ContentFile(b"two"))):  # fmt: skip
            with pytest.raises(FilesAway):
                ask()
        assert time.monotonic() - began < 1
        server.thaw()
        time.sleep(2.1)
        assert store.open("a.txt").read() == b"one"
    finally:
        server.stop()
    told = [record.getMessage() for record in caplog.records if "store of files" in record.getMessage()]
    assert sum("Nothing more is said" in line for line in told) == 1 and "can be used again" in told[1]


def test_it_takes_a_bucket_that_is_gone_or_refuses_us_for_away_and_not_for_empty(files_in, bucket_server):
    store = files_in(bucket_server.url("nobody-made-it"))
    with pytest.raises(FilesAway):
        store.save("a.txt", ContentFile(b"one"))
    with pytest.raises(FilesAway):
        store.require_present()
