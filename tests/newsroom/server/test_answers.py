"""What goes with an answer: parts of files, compression, HSTS, and whom to tell of a hole."""

import datetime
import gzip
import http.client
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from newsroom.guard.compression import accepted
from newsroom.sitesettings.models import SiteSettings
from tests.servers import clean_environment, manage

pytestmark = pytest.mark.django_db  # which folders wait for their deletion
CONTENT = bytes(range(256)) * 40  # 10,240 bytes


@pytest.fixture
def picture():
    """Return the address of a file among the media."""
    name = default_storage.save("image/" + "0" * 31 + "1/large.webp", ContentFile(CONTENT))
    yield f"/media/{name}"
    default_storage.delete(name)


def whole(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(("asked", "start", "end"), [
    ("bytes=0-0", 0, 1), ("bytes=0-99", 0, 100), ("bytes=100-", 100, 10240), ("bytes=-100", 10140, 10240),
    ("bytes=10239-", 10239, 10240), ("bytes=5-99999", 5, 10240), ("bytes=-99999", 0, 10240), ("Bytes= 7-8 ", 7, 9),
])  # fmt: skip
def test_it_sends_the_part_that_is_asked_for(client, picture, asked, start, end):
    answer = client.get(picture, headers={"Range": asked, "Accept-Encoding": "gzip"})
    assert answer.status_code == 206
    assert whole(answer) == CONTENT[start:end]
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/10240"
    assert answer["Content-Length"] == str(end - start)
    assert answer["Content-Type"] == "image/webp"
    assert not answer.has_header("Content-Encoding")


@pytest.mark.parametrize("asked", [
    "bytes=0-1,5-6", "bytes=9-5", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "bytes 1-2", "bytes=1", "bytes=٣-٤",
    "bytes=" + "9" * 30 + "-",
])  # fmt: skip
def test_what_is_no_single_range_gets_the_whole_file(client, picture, asked):
    answer = client.get(picture, headers={"Range": asked})
    assert answer.status_code == 200
    assert whole(answer) == CONTENT
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(client, picture, asked):
    answer = client.get(picture, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */10240"
    assert whole(answer) == b""


def test_a_part_of_another_version_gets_the_whole_file(client, picture):
    first = client.get(picture)
    for condition, status in [
        (first["ETag"], 206), (first["Last-Modified"], 206), ('"other"', 200), (f"W/{first['ETag']}", 200),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 200), ("nonsense", 200),
    ]:  # fmt: skip
        answer = client.get(picture, headers={"Range": "bytes=0-9", "If-Range": condition})
        assert answer.status_code == status, condition
    assert client.head(picture, headers={"Range": "bytes=0-9"}).status_code == 200
    assert (
        client.get(picture, headers={"Range": "bytes=0-9", "If-None-Match": first["ETag"]}).status_code == 304
    )


def test_the_running_server_sends_parts_of_media_and_no_byte_more(server):
    folder = server.data_dir / "media" / "image" / ("a" * 32)
    folder.mkdir(parents=True)
    (folder / "x.webp").write_bytes(CONTENT * 100)
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    for asked, expected in [("bytes=1000-1999", CONTENT[1000:2000]), ("bytes=-5", CONTENT[-5:])]:
        connection.request("GET", f"/media/image/{'a' * 32}/x.webp", headers={"Range": asked})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (206, expected)
    connection.request("GET", f"/media/image/{'a' * 32}/x.webp", headers={"Range": "bytes=99999999-"})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (416, b"")
    connection.request("GET", f"/media/image/{'a' * 32}/x.webp")
    assert connection.getresponse().read() == CONTENT * 100


def test_a_picture_is_not_compressed_again(client, picture):
    answer = client.get(picture, headers={"Accept-Encoding": "gzip, br"})
    assert not answer.has_header("Content-Encoding")
    assert answer["Content-Length"] == "10240"
    assert answer["ETag"].startswith('"')
    assert "Vary" not in answer.headers or "Accept-Encoding" not in answer["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(("header", "compressed"), [
    ("gzip", True), ("gzip;q=0", False), ("gzip; q=0.0, br", False), ("br, GZIP;q=0.5", True), ("*", True),
    ("*;q=0", False), ("gzip;q=0, *", False), ("identity", False), ("", False), ("x-gzip-not, br", False),
    ("gzip;q=nonsense", False),
])  # fmt: skip
def test_a_page_is_compressed_for_those_who_take_it(client, header, compressed):
    answer = client.get("/get-help/", headers={"Accept-Encoding": header})
    assert answer.has_header("Content-Encoding") is compressed
    text = gzip.decompress(answer.content) if compressed else answer.content
    assert b"</html>" in text
    assert "Accept-Encoding" in answer["Vary"]


def test_static_files_too_are_compressed_only_for_those_who_take_it(server):
    sheet = server.get("/")[1].decode().split('rel="stylesheet" href="')[1].split('"')[0]
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    for header, encoding in [("gzip", "gzip"), ("gzip;q=0", None), ("br;q=1, gzip;q=0.0", "br")]:
        connection.request("GET", sheet, headers={"Accept-Encoding": header})
        answer = connection.getresponse()
        answer.read()
        assert answer.headers["Content-Encoding"] == encoding, header


def test_what_is_accepted_is_read_as_the_standard_says():
    assert accepted("gzip;q=1.0, br;q=0, *;q=0") == "gzip"
    assert accepted(" br , gzip ") == "gzip, br"
    assert accepted(",,;q=1,") == ""


@pytest.mark.django_db
def test_it_names_whom_to_tell_of_a_hole(client, settings):
    SiteSettings(contact_email="desk+x@example.org").save()
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:desk%2Bx@example.org"
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    left = datetime.datetime.fromisoformat(fields["Expires"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(90) < left < datetime.timedelta(365)
    settings.SECURITY_CONTACT = "https://example.org/report"
    assert b"Contact: https://example.org/report\n" in client.get("/.well-known/security.txt").content


@pytest.mark.django_db
def test_while_nobody_is_named_staff_are_told(client, editor, writer):
    assert client.get("/.well-known/security.txt").status_code == 404
    words = b"tell you of a security hole"
    client.force_login(editor)
    assert words in client.get("/admin/").content
    client.force_login(writer)
    assert words not in client.get("/admin/").content
    SiteSettings(contact_email="desk@example.org").save()
    client.force_login(editor)
    assert words not in client.get("/admin/").content


CODE = """
from django.conf import settings as s
print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)
from django.test import Client
print(Client(headers={"host": "news.example.org"}).get("/healthz", secure=True).headers["Strict-Transport-Security"])
"""


@pytest.mark.parametrize(("values", "header"), [
    ({}, "max-age=31536000"),
    ({"HSTS_SECONDS": "86400"}, "max-age=86400"),
    ({"HSTS_SECONDS": "31536000", "HSTS_INCLUDE_SUBDOMAINS": "on"}, "max-age=31536000; includeSubDomains"),
    ({"HSTS_SECONDS": "31536000", "HSTS_INCLUDE_SUBDOMAINS": "on", "HSTS_PRELOAD": "on"},
     "max-age=31536000; includeSubDomains; preload"),
])  # fmt: skip
def test_https_is_insisted_on_for_a_year_and_this_host_alone_unless_told(tmp_path, values, header):
    env = clean_environment(DEMO="on", DATA_DIR=str(tmp_path), SITE_URL="https://news.example.org", **values)
    done = manage("shell", "--no-imports", "-c", CODE, env=env)
    assert done.stdout.splitlines()[-1] == header, done.stderr


def test_preloading_that_browsers_would_refuse_stops_the_start(tmp_path):
    values = {"SITE_URL": "https://news.example.org", "HSTS_PRELOAD": "on"}
    done = manage("check", env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path), **values))
    assert done.returncode and "HSTS_PRELOAD needs" in done.stderr
