"""Rotate, crop and cover in the admin, what is to look after, and where a picture is used."""

import datetime
import io

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Pixels

from newsroom.faults.outages import FilesAway
from newsroom.filestore.away import availability_of
from newsroom.pictures import ingestion
from newsroom.pictures.models import Image

pytestmark = pytest.mark.django_db
LIST = "/admin/pictures/image/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def image():
    """Return a picture whose left half is red and whose right half is blue."""
    pixels = Pixels.new("RGB", (800, 400), "red")
    pixels.paste("blue", (400, 0, 800, 400))
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG")
    return Image.objects.create_from_upload(
        ContentFile(buffer.getvalue()), alt_text="Two fields.", credit="Ours"
    )


def boxes(*drawn, total=None):
    """Return the fields of a form with boxes (left, top, width, height) in percent."""
    values = {"box-TOTAL_FORMS": total or len(drawn), "box-INITIAL_FORMS": 0}
    for number, box in enumerate(drawn):
        names = ("left", "top", "width", "height")
        values |= {f"box-{number}-{name}": value for name, value in zip(names, box, strict=True)}
    return values


def retouch(desk, image, button, *drawn, django_capture=None, **values):
    address = f"{LIST}{image.pk}/retouch/"
    return desk.post(
        address, {"version": image.storage_key, button: "", **boxes(*drawn)} | values, follow=True
    )


def colours(image, name="width-320.jpg"):
    """Return what a rendition shows at its left and at its right."""
    with default_storage.open(image.path_of(name)) as file, Pixels.open(file) as pixels:
        shown = pixels.convert("RGB")
        return [
            "red" if red > 150 else "blue" if blue > 150 else "covered"
            for red, _green, blue in (
                shown.getpixel((3, 3)),
                shown.getpixel((shown.width - 4, shown.height - 4)),
            )
        ]


def test_boxes_cover_every_file_and_the_former_ones_are_gone(
    desk, image, media, client, django_capture_on_commit_callbacks
):
    former = image.storage_key
    addresses = [image.url_of(rendition) for rendition in image.renditions]
    with django_capture_on_commit_callbacks(execute=True):
        answer = retouch(desk, image, "_cover", (0, 0, 50.1, 100), ("", "", "", ""))
    assert "Covered." in answer.content.decode()
    image.refresh_from_db()
    assert image.storage_key != former and colours(image) == ["covered", "blue"]
    files = [path for path in media.rglob("*") if path.is_file()]
    assert len(files) == 1 + len(image.renditions)
    for path in files:
        assert former not in str(path)
        with Pixels.open(path) as pixels:
            assert not [c for _n, c in pixels.convert("RGB").getcolors(1 << 24) if c[0] > 120 and c[2] < 90]
    assert {client.get(address).status_code for address in addresses} == {410}


def test_a_box_crops_and_buttons_turn(desk, image):
    retouch(desk, image, "_crop", (50, 0, 50, 100))
    image.refresh_from_db()
    assert (image.width, image.height) == (400, 400) and colours(image) == ["blue", "blue"]
    retouch(desk, image, "_cover", (0, 0, 100, 50))
    image.refresh_from_db()
    retouch(desk, image, "_right", ("", "", "", ""))
    image.refresh_from_db()
    assert colours(image) == ["blue", "covered"]
    retouch(desk, image, "_left")
    image.refresh_from_db()
    assert colours(image) == ["covered", "blue"]


def test_done_loses_no_box_that_was_drawn(desk, image):
    page = f"{LIST}{image.pk}/change/"
    drawn = (0, 0, 50.1, 100)
    former = image.storage_key
    assert retouch(desk, image, "_done").redirect_chain == [(page, 302)]
    asking = retouch(desk, image, "_done", drawn, (60, 60, 5, 5))
    text = asking.content.decode()
    assert asking.redirect_chain == [] and "2 boxes are drawn, and nothing is covered yet" in text
    assert 'value="50.1"' in text
    refused = retouch(desk, image, "_done", (10, 10, 20, ""))
    assert "Look at the numbers" in refused.content.decode()
    for turn in ["_left", "_right"]:
        kept = retouch(desk, image, turn, drawn).content.decode()
        assert "Cover or remove them, then turn" in kept and 'value="50.1"' in kept
    image.refresh_from_db()
    assert image.storage_key == former and colours(image) == ["red", "blue"]
    assert retouch(desk, image, "_leave", drawn).redirect_chain == [(page, 302)]
    image.refresh_from_db()
    assert image.storage_key == former
    done = retouch(desk, image, "_cover_and_done", drawn)
    assert done.redirect_chain == [(page, 302)] and "Covered." in done.content.decode()
    image.refresh_from_db()
    assert colours(image) == ["covered", "blue"]


@pytest.mark.parametrize(
    ("button", "drawn", "told"),
    [
        ("_cover", [], "Draw at least one box"),
        ("_crop", [], "Draw one box"),
        ("_crop", [(0, 0, 20, 20), (50, 50, 20, 20)], "Draw one box"),
        ("_crop", [(10, 10, 0, 20)], "The box is empty"),
        ("_cover", [(10, 10, 20, "")], "Look at the numbers"),
        ("_cover", [(-5, 10, 20, 20)], "Look at the numbers"),
        ("_cover", [("nan", 10, 20, 20)], "Look at the numbers"),
        ("_cover", [(1, 1, 2, 2)] * 61, "Look at the numbers"),
        ("_nothing", [(10, 10, 20, 20)], "Look at the numbers"),
    ],
)
def test_a_wrong_box_is_told_and_changes_nothing(desk, image, button, drawn, told):
    answer = retouch(desk, image, button, *drawn)
    assert answer.status_code == 200 and told in answer.content.decode()
    former = image.storage_key
    image.refresh_from_db()
    assert image.storage_key == former and colours(image) == ["red", "blue"]


def test_a_store_that_goes_away_is_told_beside_the_picture_as_it_was(desk, image, media, monkeypatch):
    def away(*_arguments):
        raise FilesAway(availability_of("store of files"), "taken by the test")
        yield

    monkeypatch.setattr(ingestion, "render", away)
    answer = retouch(desk, image, "_cover", (0, 0, 50, 100))
    assert answer.status_code == 200 and "does not answer" in answer.content.decode()
    assert image.path_of("width-800.webp") in answer.content.decode()
    assert {path.name for path in (media / "pictures").iterdir()} == {image.storage_key}


def test_the_page_that_retouches_leads_back_to_the_picture(desk, image):
    page = desk.get(f"{LIST}{image.pk}/retouch/").content.decode()
    assert f'<a href="{LIST}{image.pk}/change/">Two fields.</a>' in page


def test_boxes_that_were_drawn_on_an_older_picture_are_refused(desk, image):
    answer = retouch(desk, image, "_cover", (0, 0, 50, 100), version="0" * 32)
    assert "Somebody changed this picture" in answer.content.decode()
    assert colours(Image.objects.get()) == ["red", "blue"]


def test_a_form_without_boxes_or_numbers_is_no_error(desk, image):
    for values in ({}, {"_cover": "", "version": image.storage_key}, {"_crop": "", "box-TOTAL_FORMS": "x"}):
        assert desk.post(f"{LIST}{image.pk}/retouch/", values).status_code == 200
    for page in ("999999/retouch/", "999999/withdraw/"):
        assert desk.get(LIST + page).status_code == 302


def test_it_shows_what_is_to_look_after(desk, image, make_article):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    for number, values in enumerate([
        {"alt_text": "Over.", "shows_recognisable_person": True, "consent_reference": "F-1",
         "consent_uses": "site", "consent_date": yesterday, "consent_expires": yesterday},
        {"alt_text": "Unknown.", "shows_recognisable_person": True},
        {"alt_text": "Nobody's.", "credit": ""},
    ]):  # fmt: skip
        Image.objects.create(
            **{"storage_key": f"{number:032x}", "width": 9, "height": 9, "credit": "Ours"} | values
        )
    expected = {"expired": ("Over.", "consent is over"), "consent": ("Unknown.", "consent is missing"),
                "words": ("Nobody&#x27;s.", "words are missing")}  # fmt: skip
    first_page = desk.get("/admin/").content.decode()
    for name, (title, flag) in expected.items():
        page = desk.get(LIST, {"attention": name}).content.decode()
        assert f'<span class="flag">{flag}</span>' in page and title in page
        assert [other for other, _flag in expected.values() if other in page] == [title]
        assert f"{LIST}?attention={name}" in first_page
    assert "1 picture shows somebody whose consent is over." in first_page


def test_the_list_asks_as_often_for_many_as_for_one(desk, image, django_assert_num_queries):
    desk.get(LIST)
    with CaptureQueriesContext(connection) as asked_for_one:
        desk.get(LIST)
    Image.objects.bulk_create(
        Image(storage_key=f"{number:032x}", width=9, height=9, alt_text="A door") for number in range(49)
    )
    with django_assert_num_queries(len(asked_for_one)):
        assert desk.get(LIST).context["cl"].result_count == 50


def test_it_says_where_it_is_used_and_what_still_hides_it(desk, image, make_article):
    article = make_article(title="The harbour", lead_picture=image)
    page = desk.get(f"{LIST}{image.pk}/change/").content.decode()
    assert f'<a href="/admin/articles/article/{article.pk}/change/">The harbour</a> (public)' in page
    image.credit = ""
    image.save()
    page = desk.get(f"{LIST}{image.pk}/change/").content.decode()
    assert "No page shows it yet." in page and "has no credit yet" in page


def test_other_forms_choose_among_what_can_be_shown(desk, image):
    lookup = {
        "app_label": "articles",
        "model_name": "article",
        "field_name": "lead_picture",
        "term": "fields",
    }
    found = desk.get("/admin/autocomplete/", lookup).json()["results"]
    assert [one["text"] for one in found] == ["Two fields."]
    image.withdraw()
    assert desk.get("/admin/autocomplete/", lookup).json()["results"] == []
    assert "Two fields." in desk.get(LIST, {"q": "fields"}).content.decode()


def test_several_are_withdrawn_at_once_and_the_history_of_each_says_by_whom(desk, editor, image):
    desk.post(LIST, {"action": "withdraw", "_selected_action": [image.pk]})
    image.refresh_from_db()
    assert not image.is_available
    (noted,) = LogEntry.objects.filter(object_id=str(image.pk))
    assert (noted.user, noted.change_message) == (editor, "Withdrawn.")


def test_the_same_upload_sent_again_is_stored_once(desk, editor):
    def sent(key, colour="red"):
        buffer = io.BytesIO()
        Pixels.new("RGB", (64, 40), colour).save(buffer, "PNG")
        return desk.post(f"{LIST}upload/", {"uuid": key, "file": ContentFile(buffer.getvalue(), "a.png")})

    key = "6f1c3c7e0d0e4a409d6c0a4f6f4d2f10"
    first, again = sent(key), sent(key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["uuid"] == again.json()["uuid"] == "6f1c3c7e-0d0e-4a40-9d6c-0a4f6f4d2f10"
    assert sent("nonsense").status_code == 201
    assert Image.objects.count() == 2


def test_a_form_that_is_only_checked_stores_no_picture(rf, editor, media):
    request = rf.get(f"{LIST}add/")
    request.user = editor
    pixels = io.BytesIO()
    Pixels.new("RGB", (40, 30), "red").save(pixels, "PNG")
    file = SimpleUploadedFile("field.png", pixels.getvalue())
    words = {"alt_text": "A red field.", "credit": "Ours"}
    form = site.get_model_admin(Image).get_form(request)(words, {"upload": file})
    assert form.is_valid()
    assert not Image.objects.exists() and not media.exists()
