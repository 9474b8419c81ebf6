"""What scripts of the admin are told about pictures: uploads, words, the library."""

import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pixels

from newsroom.pictures import ingestion
from newsroom.pictures.models import Image

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/pictures/image/upload/"
LIBRARY = "/admin/pictures/image/library/"
WORDS = {"alt_text": "A door.", "caption": "The new house", "credit": "Photo: Ann Example"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def photo(colour="red"):
    buffer = io.BytesIO()
    Pixels.new("RGB", (640, 400), colour).save(buffer, "JPEG")
    return SimpleUploadedFile("ann-example.jpg", buffer.getvalue(), "image/jpeg")


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def test_it_stores_a_picture_and_tells_about_it(desk, editor):
    answer = desk.post(UPLOAD, {"file": photo(), **WORDS})
    told = answer.json()
    image = Image.objects.get()
    assert answer.status_code == 201 and answer.headers["Cache-Control"].startswith("max-age=0")
    assert told["uuid"] == str(image.uuid) and image.created_by == editor
    assert told["url"] == f"/media/pictures/{image.storage_key}/width-320.webp"
    assert (told["width"], told["height"]) == (640, 400)
    assert {name: told[name] for name in WORDS} == WORDS and told["is_decorative"] is False
    assert told["change_url"] == f"/admin/pictures/image/{image.pk}/change/"
    assert "ann" not in image.storage_key


def test_its_words_can_follow_the_upload(desk):
    told = desk.post(UPLOAD, {"file": photo()}).json()
    image = Image.objects.get()
    assert not image.may_be_shown
    assert list(Image.objects.without_words()) == [image]
    answer = desk.post(told["words_url"], {"caption": "Kept?"})
    assert answer.status_code == 400 and set(answer.json()["errors"]) == {"alt_text", "credit"}
    answer = desk.post(told["words_url"], WORDS)
    assert answer.status_code == 200 and answer.json()["alt_text"] == "A door."
    image.refresh_from_db()
    assert image.may_be_shown and image.caption == "The new house"


@pytest.mark.parametrize(
    ("file", "words", "field"),
    [
        (SimpleUploadedFile("a.png", b"<html>", "image/png"), {}, "file"),
        (SimpleUploadedFile("a.png", b"", "image/png"), {}, "file"),
        (None, WORDS, "file"),
        ("text in the place of a file", WORDS, "file"),
        (photo(), {"alt_text": "x" * 301}, "alt_text"),
        (photo(), {"caption": "a\x00b"}, "caption"),
    ],
)
def test_it_says_what_is_wrong_and_stores_nothing(desk, media, file, words, field):
    answer = desk.post(UPLOAD, words if file is None else {"file": file, **words})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field] and answer.json()["errors"][field][0].endswith(".")
    assert not Image.objects.exists() and not files_below(media)


def test_it_asks_to_come_again_while_too_many_pictures_are_in_work(desk):
    finish = threading.Event()
    hold = [lambda: finish.wait(10)]
    threads = [threading.Thread(target=ingestion.in_turn, args=hold) for _ in range(1 + ingestion.WAITING)]
    try:
        for thread in threads:
            thread.start()
        while ingestion._in_line.acquire(blocking=False):
            ingestion._in_line.release()
        answer = desk.post(UPLOAD, {"file": photo()})
    finally:
        finish.set()
        for thread in threads:
            thread.join()
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    assert "busy" in answer.json()["error"]
    assert desk.post(UPLOAD, {"file": photo()}).status_code == 201


def test_it_wants_a_token_against_forged_requests(editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(UPLOAD, {"file": photo()}).status_code == 403
    assert not Image.objects.exists()


@pytest.mark.parametrize("address", [UPLOAD, LIBRARY])
def test_it_answers_the_signed_in_who_may_and_nobody_else(client, make_user, address):
    def ask():
        return client.get(LIBRARY) if address == LIBRARY else client.post(UPLOAD, {"file": photo()})

    assert ask().status_code == 401
    client.force_login(make_user("officer", "Inquiry officer"))
    assert ask().status_code == 403
    assert not Image.objects.exists()
    client.force_login(make_user("writer", "Writer"))
    assert ask().status_code in {200, 201}


def test_a_writer_words_own_pictures_until_visitors_see_them(client, writer, editor, make_article):
    client.force_login(writer)
    told = client.post(UPLOAD, {"file": photo()}).json()
    assert client.post(told["words_url"], WORDS).status_code == 200
    own = Image.objects.get()
    foreign = Image.objects.create_from_upload(photo("blue"), created_by=editor, **WORDS)
    assert client.post(f"/admin/pictures/image/{foreign.uuid}/words/", WORDS).status_code == 403
    make_article(lead_picture=own)
    assert client.post(told["words_url"], WORDS | {"caption": "Changed"}).status_code == 403
    own.refresh_from_db()
    assert own.caption == "The new house"


def test_the_library_is_searched_and_leafed_through(desk, django_assert_num_queries):
    first = Image.objects.create_from_upload(photo(), alt_text="A harbour at dawn", credit="Ann")
    copies = [Image(storage_key=f"{number:032x}", width=9, height=9, alt_text="A door", credit="Ben")
              for number in range(30)]  # fmt: skip
    Image.objects.bulk_create(copies)
    Image.objects.filter(storage_key=f"{0:032x}").update(state=Image.State.WITHDRAWN)
    desk.get(LIBRARY)
    with django_assert_num_queries(6):
        told = desk.get(LIBRARY).json()
    assert (len(told["pictures"]), told["page"], told["pages"], told["count"]) == (24, 1, 2, 30)
    last = desk.get(LIBRARY, {"page": "2"}).json()["pictures"]
    assert len(last) == 6 and last[-1]["uuid"] == str(first.uuid)
    found = desk.get(LIBRARY, {"q": "DAWN harbour"}).json()["pictures"]
    assert [one["uuid"] for one in found] == [str(first.uuid)]
    assert found[0]["url"].endswith("/width-320.webp") and found[0]["credit"] == "Ann"
    for odd in ({"page": "x"}, {"page": "9" * 30}, {"q": "%_'\\"}, {"q": "\U0001f600" * 300}):
        assert desk.get(LIBRARY, odd).status_code == 200
