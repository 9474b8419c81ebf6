"""The picture library: what is stored, shown, changed and taken away."""

import datetime
import io
import os
import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.utils import timezone
from PIL import Image as Pixels

from articles.models import Article
from newsroom.outbox import worker
from newsroom.pictures.ingestion import PictureRefused
from newsroom.pictures.models import Image
from newsroom.pictures.templatetags.pictures import social_picture
from newsroom.pictures.uses import uses_of
from newsroom.sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Give every test a media folder of its own, and return it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def halves(width=500, height=300, left="red", right="blue"):
    """Return a picture of two colours as an upload with a name that tells too much."""
    pixels = Pixels.new("RGB", (width, height), left)
    pixels.paste(right, (width // 2, 0, width, height))
    buffer = io.BytesIO()
    exif = Pixels.Exif()
    exif[0x013B] = "PlantedSerial4711"
    pixels.save(buffer, "JPEG", quality=95, exif=exif)
    return SimpleUploadedFile("ann-example-at-the-shelter.jpg", buffer.getvalue(), "image/jpeg")


def make_image(**words):
    words = {"alt_text": "Two fields of colour.", "credit": "Photo: Ann Example", **words}
    return Image.objects.create_from_upload(words.pop("file", None) or halves(), **words)


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def stored_pixels(image, name):
    with default_storage.open(image.path_of(name)) as file:
        return Pixels.open(file).convert("RGB")


def shown(markup, **context):
    return Template("{% load pictures %}" + markup).render(Context(context))


def test_it_stores_cleaned_pixels_under_a_name_nobody_can_guess(media):
    image = make_image()
    files = files_below(media)
    assert (image.width, image.height) == (500, 300)
    assert len(files) == 1 + len(image.renditions) and not image.missing_files()
    for path in files:
        assert b"PlantedSerial4711" not in path.read_bytes()
        assert "ann" not in str(path.relative_to(media)).lower()
    assert re.fullmatch("[0-9a-f]{32}", image.storage_key)
    for rendition in image.renditions:
        assert default_storage.size(image.path_of(rendition["name"])) == rendition["bytes"]


@pytest.mark.parametrize(
    "words", [{"focal_x": 1.2}, {"consent_reference": "Ann"}, {"credit": "x" * 201}, {"alt_text": "x" * 301}]
)
def test_it_checks_its_words_before_it_stores_anything(media, words):
    with pytest.raises(ValidationError):
        make_image(**words)
    assert not files_below(media) and not Image.objects.exists()


def test_it_stores_nothing_of_a_refused_file(media):
    with pytest.raises(PictureRefused):
        make_image(file=SimpleUploadedFile("a.png", b"<html>", "image/png"))
    assert not files_below(media) and not Image.objects.exists()


def test_it_leaves_no_file_when_the_row_is_refused(media):
    key = uuid.uuid4()
    make_image(uuid=key)
    before = files_below(media)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_image(uuid=key)
    assert files_below(media) == before


def test_it_lets_a_decorative_picture_go_without_words():
    image = make_image(alt_text="", is_decorative=True)
    assert 'alt=""' in shown("{% picture image %}", image=image)


def test_it_holds_the_rules_in_the_database_too():
    image = make_image()
    today = timezone.localdate()
    ends_first = {"consent_date": today, "consent_expires": today - datetime.timedelta(days=1)}
    for change in (ends_first, {"focal_x": 2.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Image.objects.filter(pk=image.pk).update(**change)


@pytest.mark.parametrize(
    ("words", "problem"),
    [({"alt_text": ""}, "no alternative text"), ({"alt_text": " "}, "no alternative text"),
     ({"credit": ""}, "no credit"), ({"shows_recognisable_person": True}, "consent are not all noted")],
)  # fmt: skip
def test_no_page_shows_it_before_it_has_its_words_and_its_consent(words, problem):
    image = make_image(**words)
    assert [problem in told for told in image.problems_for_publication()] == [True]
    everywhere = shown(
        "{% picture image %}{% card_picture image %}{% logo_picture image as l %}{{ l }}", image=image
    )
    assert everywhere.strip() == "None"
    assert social_picture(image) is None


def test_it_is_found_by_its_natural_key():
    image = make_image()
    assert Image.objects.get_by_natural_key(*image.natural_key()) == image


def test_it_crops_anew_when_the_focal_point_moves(media, django_capture_on_commit_callbacks):
    image = make_image(file=halves(2400, 600), focal_x=0.0)
    former = image.storage_key
    assert stored_pixels(image, "card-800.jpg").getpixel((790, 300))[0] > 200
    with django_capture_on_commit_callbacks(execute=True):
        image.set_focal_point(1.0, 0.5)
    image.refresh_from_db()
    assert image.storage_key != former and image.focal_x == 1.0
    assert former not in "".join(map(str, files_below(media)))
    assert not image.missing_files()
    assert stored_pixels(image, "card-800.jpg").getpixel((10, 300))[2] > 200


def test_it_keeps_the_old_files_when_the_change_is_rolled_back(media, django_capture_on_commit_callbacks):
    image = make_image()
    before = files_below(media)
    with pytest.raises(RuntimeError), django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        image.withdraw()
        raise RuntimeError
    assert files_below(media) == before


def test_it_never_brings_a_withdrawn_picture_back(media, django_capture_on_commit_callbacks):
    image = make_image()
    stale = Image.objects.get(pk=image.pk)
    stale._master()
    with django_capture_on_commit_callbacks(execute=True):
        Image.objects.get(pk=image.pk).withdraw()
    for change in (lambda: stale.set_focal_point(0.1, 0.1), lambda: stale.cover([(0, 0, 1, 1)])):
        with pytest.raises(ValidationError):
            change()
    assert not files_below(media)
    image.refresh_from_db()
    assert not image.is_available


def test_it_refuses_a_change_that_came_second(media, monkeypatch, django_capture_on_commit_callbacks):
    image, other = make_image(), Image.objects.get()
    master = other._read_master()
    with django_capture_on_commit_callbacks(execute=True):
        image.set_focal_point(0.2, 0.2)
    before = files_below(media)
    monkeypatch.setattr(other, "_read_master", lambda: master)  # it had read the file before
    with pytest.raises(ValidationError) as refusal:
        other.set_focal_point(0.9, 0.9)
    assert refusal.value.code == "changed_meanwhile"
    assert files_below(media) == before and other.focal_x == 0.2


def test_it_deletes_every_file_when_it_is_withdrawn(media, django_capture_on_commit_callbacks):
    image = make_image()
    article = Article.objects.create(title="Whole", slug="whole", body_html="<p>Text</p>", lead_picture=image)
    with django_capture_on_commit_callbacks(execute=True):
        image.withdraw()
    assert list(media.rglob("*.*")) == [] and not (media / "pictures" / image.storage_key).exists()
    article.refresh_from_db()
    assert article.lead_picture == image and not article.lead_picture.is_available
    assert shown("{% picture image %}{% card_picture image %}", image=article.lead_picture).strip() == ""
    assert social_picture(article.lead_picture) is None


@pytest.mark.parametrize("delete", [lambda image: image.delete(), lambda image: Image.objects.all().delete()])
def test_it_deletes_its_files_with_its_row(media, delete, django_capture_on_commit_callbacks):
    image = make_image()
    with django_capture_on_commit_callbacks(execute=True):
        delete(image)
        assert files_below(media)
    assert not files_below(media)


def test_it_covers_crops_and_rotates_in_every_file(media, django_capture_on_commit_callbacks):
    image = make_image(focal_x=0.25, focal_y=0.5)
    with django_capture_on_commit_callbacks(execute=True):
        image.cover([(0, 0, 0.52, 1)])
    for path in files_below(media):
        with Pixels.open(path) as pixels:
            reds = [colour for _, colour in pixels.convert("RGB").getcolors(1 << 24) if colour[0] > 120]
        assert not reds, path
    with django_capture_on_commit_callbacks(execute=True):
        image.rotate(1)
    assert (image.width, image.height) == (300, 500)
    assert (image.focal_x, image.focal_y) == (0.5, 0.25)
    with django_capture_on_commit_callbacks(execute=True):
        image.crop((0, 0.6, 1, 1))
    assert (image.width, image.height) == (300, 200) and image.focal_y == 0
    assert len({path.parent for path in files_below(media)}) == 1


def test_it_flags_consent_that_is_missing_or_over():
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    image = make_image(shows_recognisable_person=True)
    assert image.lacks_consent and not image.consent_expired
    image.consent_reference, image.consent_uses = "F-12", "this site"
    image.consent_date, image.consent_expires = today - day, today
    assert not image.lacks_consent
    image.consent_date, image.consent_expires = today - 2 * day, today - day
    assert not image.lacks_consent and image.consent_expired and image.may_be_shown
    image.save()
    assert image in Image.objects.with_expired_consent()
    image.consent_expires = today - 3 * day
    with pytest.raises(ValidationError):
        image.clean()


@pytest.mark.parametrize(("days", "told"), [(-1, False), (0, True), (30, True), (31, False)])
def test_editors_are_told_before_a_consent_ends(days, told):
    today = timezone.localdate()
    make_image(
        shows_recognisable_person=True,
        consent_reference="F-12",
        consent_uses="this site",
        consent_date=today - datetime.timedelta(days=40),
        consent_expires=today + datetime.timedelta(days=days),
    )
    assert Image.objects.with_ending_consent().exists() is told


def test_its_consent_has_to_cover_the_day_of_publication():
    today = timezone.localdate()
    week = datetime.timedelta(days=7)
    image = make_image(
        shows_recognisable_person=True, consent_reference="F-12", consent_uses="this site",
        consent_date=today, consent_expires=today + week,
    )  # fmt: skip
    assert image.problems_for_publication() == image.problems_for_publication(today + week) == []
    for day in (today - week, today + 2 * week):
        assert len(image.problems_for_publication(day)) == 1
    image.withdraw()
    assert image.problems_for_publication(today + 2 * week) == []


def test_it_lets_browsers_choose_and_keeps_the_place_free():
    image = make_image(file=halves(1000, 600), caption="Fields <b>&</b> colours")
    page = shown("{% picture image sizes='50vw' %}", image=image)
    assert page.count("<figure") == page.count("<picture>") == page.count("<figcaption>") == 1
    assert 'type="image/webp"' in page and 'sizes="50vw"' in page and 'loading="lazy"' in page
    assert 'width="1000" height="600"' in page and 'alt="Two fields of colour."' in page
    assert re.findall(r"width-(\d+)\.webp (\d+)w", page) == [(w, w) for w in ("320", "640", "960", "1000")]
    assert "Fields &lt;b&gt;" in page and "Photo: Ann Example" in page and "style=" not in page
    lead = shown("{% picture image lead=True %}", image=image)
    assert 'fetchpriority="high"' in lead and "loading" not in lead
    card = shown("{% card_picture image %}", image=image)
    assert "<figure" not in card and 'width="800" height="533"' in card and "card-400.webp 400w" in card
    social = social_picture(image)
    assert social.url.endswith("/social-1000.jpg") and (social.width, social.height) == (1000, 525)


@pytest.mark.parametrize("markup", ["{% picture None %}", "{% card_picture None %}", "{% picture missing %}"])
def test_it_shows_nothing_for_no_picture(markup):
    assert shown(markup).strip() == ""


def test_it_asks_the_database_nothing_while_a_page_renders(django_assert_num_queries):
    image = make_image()
    with django_assert_num_queries(0):
        shown("{% picture image %}{% card_picture image %}", image=image)


def test_it_rebuilds_missing_files_and_removes_what_nobody_owns(media):
    image = make_image()
    name = image.renditions[0]["name"]
    before = default_storage.open(image.path_of(name)).read()
    default_storage.delete(image.path_of(name))
    orphan = media / "pictures" / "0123" / "master.jpg"
    orphan.parent.mkdir()
    orphan.write_bytes(b"left by a crash")
    out = io.StringIO()
    call_command("render_pictures", stdout=out)
    assert out.getvalue() == "1 rebuilt, 0 orphans removed, 0 without a file.\n" and orphan.exists()
    assert default_storage.size(image.path_of(name)) == pytest.approx(len(before), rel=0.05)
    os.utime(orphan, (0, 0))
    call_command("render_pictures", stdout=out)
    assert not orphan.exists() and not image.missing_files()


def test_it_adds_sizes_that_a_newer_version_plans(media):
    image = make_image()
    small = image.of_kind("card", "webp")[0]
    image.renditions = [rendition for rendition in image.renditions if rendition["width"] != small["width"]]
    image.save()
    for path in files_below(media):
        if path.name.startswith("card-200"):
            path.unlink()
    call_command("render_pictures", stdout=io.StringIO())
    image.refresh_from_db()
    assert small["name"] in {rendition["name"] for rendition in image.renditions}
    assert not image.missing_files()


def test_the_worker_removes_what_a_crash_left(media):
    image = make_image()
    orphan = media / "pictures" / ("0" * 32) / "width-320.webp"
    orphan.parent.mkdir()
    orphan.write_bytes(b"a face that was covered since")
    job = worker.jobs()["orphaned pictures"]
    job.run()
    assert orphan.exists()  # perhaps it is in work
    os.utime(orphan, (0, 0))
    job.run()
    assert not orphan.parent.exists() and not image.missing_files()


def test_an_address_that_was_taken_away_says_so(client, media, django_capture_on_commit_callbacks):
    image = make_image()
    address = image.url_of(image.renditions[0])
    answer = client.get(address)
    assert answer.status_code == 200 and b"".join(answer.streaming_content)
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff"
        and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    assert answer.headers["Cache-Control"] == "public, max-age=300" and answer.headers["ETag"]
    assert client.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert client.get(address.replace("width-", "height-")).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        image.withdraw()
    gone = client.get(address)
    assert gone.status_code == 410 and gone.headers["Cache-Control"] == "no-store"
    for other in ("/media/", "/media/pictures/", "/media/pictures/ann/a.jpg", f"/media/{'0' * 32}/a.jpg"):
        assert client.get(other).status_code == 404


def test_a_logo_needs_what_every_public_picture_needs(media):
    image = make_image(credit="")
    settings = SiteSettings.load()
    settings.logo = image
    with pytest.raises(ValidationError) as refusal:
        settings.full_clean()
    assert list(refusal.value.message_dict) == ["logo"]
    image.credit = "Ours"
    image.save()
    settings.full_clean()
    settings.save()
    assert [use.title for use in uses_of(image)] == ["Logo of the site"] and uses_of(image)[0].is_public


def test_it_imports_a_folder_once(media, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(halves().read())
    (tmp_path / "pictures.yaml").write_text(
        "- {uuid: 6f1c3c7e-0d0e-4a40-9d6c-0a4f6f4d2f10, file: a.jpg, alt_text: A field., credit: Ann,\n"
        "   article_slugs: [one, two, nowhere]}\n"
    )
    other = make_image()
    one = Article.objects.create(title="One", slug="one", body_html="<p>1</p>")
    two = Article.objects.create(title="Two", slug="two", body_html="<p>2</p>", lead_picture=other)
    for _run in range(2):
        call_command("import_pictures", str(folder), stdout=io.StringIO())
    assert Image.objects.count() == 2
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.lead_picture.alt_text == "A field." and two.lead_picture == other


def test_it_says_which_picture_of_a_folder_is_wrong(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (tmp_path / "pictures.yaml").write_text(
        f"- {{uuid: {uuid.uuid4()}, file: a.jpg, alt_text: A, credit: B}}\n"
    )
    with pytest.raises(CommandError, match=r"a\.jpg"):
        call_command("import_pictures", str(folder))
