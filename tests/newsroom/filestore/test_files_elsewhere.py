"""Pictures and documents in a bucket are served, refused and deleted as those of a folder."""

import io
import itertools
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image as Pixels

from articles import documents
from articles.resources import documentstore
from newsroom.faults.outages import FilesAway
from newsroom.filestore import away, identity, removing
from newsroom.filestore.models import Removal
from newsroom.pictures.models import Image
from newsroom.pictures.orphans import remove_orphans

pytestmark = pytest.mark.django_db
TABLE = b"\xef\xbb\xbfcase,year\nsomebody's lanterns,2006\n"
WORDS = {"alt_text": "A door.", "credit": "Photo: Ann Example"}


def photo():
    buffer = io.BytesIO()
    Pixels.new("RGB", (640, 400), "red").save(buffer, "JPEG")
    return SimpleUploadedFile("door.jpg", buffer.getvalue(), "image/jpeg")


@pytest.fixture
def store(files_in, bucket_url):
    made = files_in(bucket_url)
    identity.require_own_store()
    return made


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context that ends as a commit does."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def mounted(files_in, tmp_path):
    """Return a folder that machines share, tied to the database."""
    files_in(f"file://{tmp_path}/shared")
    identity.require_own_store()
    return tmp_path / "shared"


@pytest.fixture
def away_now(monkeypatch):
    """Return a function that takes the bucket away, and brings it back."""

    def take(is_away):
        state = away.availability_of("store of files")
        if is_away:
            state.begin("the test took it", pause=True)
            monkeypatch.setattr(state, "_next_probe", time.monotonic() + 1000)
        else:
            state.end()

    yield take
    take(False)


def whole(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_picture_is_served_from_there_with_ranges_and_conditions(client, store):
    image = Image.objects.create_from_upload(photo(), **WORDS)
    address = image.url_of(image.renditions[0])
    assert address.startswith("/media/pictures/")
    answer = client.get(address)
    content = whole(answer)
    assert (
        answer.status_code == 200
        and int(answer["Content-Length"]) == len(content) == image.renditions[0]["bytes"]
    )
    assert answer["Content-Type"] == "image/webp" and answer["Cache-Control"] == "public, max-age=300"
    assert "sandbox" in answer["Content-Security-Policy"] and Pixels.open(io.BytesIO(content)).width == 640
    part = client.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, whole(part)) == (206, content[5:10])
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(f"/media/{image.path_of('nothing.webp')}").status_code == 404
    assert client.get(f"/media/{away.MARKER}").status_code == 404


def test_retouching_replaces_its_files_and_withdrawing_leaves_none(client, store, committed):
    image = Image.objects.create_from_upload(photo(), **WORDS)
    former = image.url_of(image.renditions[0])
    with committed():
        image.rotate(1)
    assert client.get(former).status_code == 410
    assert not image.missing_files() and client.get(image.url_of(image.renditions[0])).status_code == 200
    store.delete(image.path_of(image.renditions[0]["name"]))
    call_command("render_pictures", stdout=io.StringIO())
    assert not image.missing_files()
    address = image.url_of(image.renditions[0])
    with committed():
        image.withdraw()
    assert client.get(address).status_code == 410
    with pytest.raises(FileNotFoundError):
        store.listdir("pictures")
    assert not Removal.objects.exists()


def test_a_document_is_sent_from_there_and_gone_with_its_row(client, store, make_resource, committed):
    resource = make_resource(slug="a-table")
    resource.put_file(documentstore.keep(documents.clean(io.BytesIO(TABLE), filename="table.csv")))
    resource.save()
    answer = client.get("/resources/a-table/file/")
    content = whole(answer)
    assert (
        answer.status_code == 200 and b"lanterns" in content and int(answer["Content-Length"]) == len(content)
    )
    part = client.get("/resources/a-table/file/", headers={"Range": "bytes=3-6"})
    assert (part.status_code, whole(part)) == (206, content[3:7])
    call_command("recheck", stdout=io.StringIO())
    with committed():
        resource.delete()
    with pytest.raises(FileNotFoundError):
        storages["documents"].listdir("")


def test_while_it_is_away_pictures_are_503_uploads_say_why_and_pages_go_on(
    client, store, away_now, make_resource, editor
):
    image = Image.objects.create_from_upload(photo(), **WORDS)
    resource = make_resource(slug="a-table")
    resource.put_file(documentstore.keep(documents.clean(io.BytesIO(TABLE), filename="table.csv")))
    resource.save()
    away_now(True)
    answer = client.get(image.url_of(image.renditions[0]))
    assert answer.status_code == 503 and answer["Retry-After"] and answer["Cache-Control"] == "no-store"
    answer = client.get("/resources/a-table/file/")
    assert answer.status_code == 503 and "place where this site keeps its files" in answer.content.decode()
    assert client.get("/resources/a-table/").status_code == 200
    with pytest.raises(ValidationError, match="does not answer"):
        image.rotate(1)
    client.force_login(editor)
    answer = client.post("/admin/pictures/image/upload/", {"file": photo(), **WORDS})
    assert answer.status_code == 503 and "does not answer" in answer.json()["error"]
    form = {"upload": photo(), **WORDS, "focal_x": "0.5", "focal_y": "0.5"}
    answer = client.post("/admin/pictures/image/add/", form)
    assert answer.status_code == 200 and "does not answer" in answer.content.decode()
    file = SimpleUploadedFile("t.csv", TABLE)
    answer = client.post("/admin/articles/resource/add/", {"title": "A", "kind": "data", "document": file})
    assert answer.status_code == 200 and "does not answer" in answer.content.decode()
    assert Image.objects.count() == 1
    away_now(False)
    assert len(store.listdir("pictures")[0]) == 1  # nothing half stored


def test_what_was_withdrawn_while_it_was_away_is_not_served_again_and_deleted_once_it_is_back(
    client, store, away_now, committed
):
    image = Image.objects.create_from_upload(photo(), **WORDS)
    address = image.url_of(image.renditions[0])
    assert client.get(address).status_code == 200
    away_now(True)
    with committed():
        image.withdraw()
    assert Removal.objects.count() == 1
    away_now(False)
    time.sleep(removing.FRESH)
    assert store.exists(image.path_of("master.jpg")) and client.get(address).status_code == 410
    assert removing.try_again() == 1
    assert not store.exists(image.path_of("master.jpg")) and not Removal.objects.exists()


def test_files_that_can_not_be_deleted_are_a_problem_that_is_told(store, away_now, committed):
    image = Image.objects.create_from_upload(photo(), **WORDS)
    away_now(True)
    with committed():
        image.withdraw()
    assert removing.condition().is_well
    Removal.objects.update(since="2026-01-01T00:00:00Z")
    assert "1 folders of deleted files" in removing.condition().problem
    assert "can’t be used" in identity.condition().problem


def test_the_worker_leaves_alone_what_lies_in_the_store_of_another_site(store, monkeypatch):
    Image.objects.create_from_upload(photo(), **WORDS)
    monkeypatch.setattr("newsroom.pictures.orphans.ORPHANED_AFTER", -removing.LATE)
    Image.objects.all()._raw_delete("default")  # as another database would not know it
    store.delete(away.MARKER)
    assert remove_orphans() == 0 and store.listdir("pictures")[0]
    identity.adopt()
    assert remove_orphans() == 1


def test_a_shared_folder_that_is_not_mounted_is_away_and_not_empty(client, mounted, tmp_path):
    image = Image.objects.create_from_upload(photo(), **WORDS)
    address = image.url_of(image.renditions[0])
    assert client.get(address).status_code == 200 and (mounted / "media" / away.MARKER).is_file()
    mounted.rename(tmp_path / "elsewhere")
    assert client.get(address).status_code == 503
    with pytest.raises(ValidationError, match="does not answer"):
        Image.objects.create_from_upload(photo(), **WORDS)
    assert not mounted.exists()
    (tmp_path / "elsewhere").rename(mounted)
    assert client.get(address).status_code == 200


def test_reading_waits_for_nobody_who_is_stuck(monkeypatch):
    queue, state = away.Queue(), away.availability_of("store of this test")
    monkeypatch.setattr(away, "BRIEFLY", 0.05)
    numbers = itertools.count()
    with queue.place(state, reads=True):
        time.sleep(0.06)
        began = time.monotonic()
        for _try in range(20):
            with pytest.raises(FilesAway), queue.place(state, reads=True):
                next(numbers)
        assert time.monotonic() - began < 0.05 and next(numbers) == 0
    with queue.place(state, reads=False):
        time.sleep(0.06)
        with queue.place(state, reads=True):
            assert next(numbers) == 1  # writing may take long
