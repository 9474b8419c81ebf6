"""Another file in the place of a picture's: the same picture to texts and to visitors, and nothing left of the former."""

import datetime
import io
import os
import re
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Pixels

from articles.models import Article
from newsroom.backups.models import Erasure
from newsroom.faults.outages import FilesAway
from newsroom.filestore import removing
from newsroom.filestore.away import availability_of
from newsroom.filestore.models import Removal
from newsroom.pictures import ingestion, retouched
from newsroom.pictures.models import Image
from newsroom.pictures.orphans import remove_orphans
from newsroom.versions.models import Trashed
from newsroom.versions.trash import leaving
from newsroom.versions.trash.putting import to_trash
from tests.newsroom.backups.sites import make_site, run
from tests.newsroom.pictures.test_images import files_below, halves, make_image, stored_pixels
from tests.pageforms import values_on
from tests.planted import PLANTED, sample
from tests.staff import Staff, multipart

pytestmark = pytest.mark.django_db
PROMISED = 1  # seconds until everybody sees a change
CONSENT = {"shows_recognisable_person": True, "consent_reference": "F-12", "consent_uses": "this site"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context in which what is to happen after a commit happens."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def greens(width=500, height=300):
    return halves(width, height, "green", "yellow")


def page_of(image, name="change"):
    return f"/admin/pictures/image/{image.pk}/{name}/"


def replace(desk, image, file, **values):
    values = {"version": image.storage_key, "upload": file} | values
    return desk.post(
        page_of(image, "replace"), {k: v for k, v in values.items() if v is not None}, follow=True
    )


def is_green(image, name="width-320.jpg"):
    red, green, _blue = stored_pixels(image, name).getpixel((5, 5))
    return green > 100 > red


def addresses_of(image):
    return [image.url_of(rendition) for rendition in image.renditions]


def consented(**words):
    today = timezone.localdate()
    dates = {"consent_date": today, "consent_expires": today + datetime.timedelta(days=90)}
    return make_image(**CONSENT, **dates, **words)


def test_the_page_says_what_will_happen_and_changes_nothing(desk, make_article):
    image = make_image(created_by=None)
    article = make_article(title="The harbour", lead_picture=image)
    assert page_of(image, "replace") in desk.get(page_of(image)).content.decode()
    page = desk.get(page_of(image, "replace")).content.decode()
    for told in [
        f'<a href="/admin/articles/article/{article.pk}/change/">The harbour</a> (public)', "deleted for good",
        "Alternative text, caption and credit stay", "25 MB at most", "tick that on the page of the picture",
        'enctype="multipart/form-data"',
    ]:  # fmt: skip
        assert told in page, told
    image.refresh_from_db()
    assert not is_green(image)
    assert "consent that is noted stays" in desk.get(page_of(consented(), "replace")).content.decode()


def test_visitors_see_the_new_file_where_the_former_one_was(desk, client, media, make_article, committed):
    image = make_image(caption="Two fields.", focal_x=0.3, focal_y=0.4)
    body = f'<p>Text.</p><figure data-picture="{image.uuid}"></figure>'
    article = make_article(title="A piece", slug="a-piece", body_html=body, lead_picture=image)
    before = Image.objects.get()
    feeds = ["/feeds/news.rss", "/feeds/news.atom", "/feeds/news.json"]
    pages = ["/", "/news/", "/news/a-piece/", *feeds]
    tags = {feed: client.get(feed)["ETag"] for feed in feeds}
    assert all(before.storage_key in client.get(page).content.decode() for page in pages)
    with committed():
        answer = replace(desk, image, greens())
    assert answer.redirect_chain == [(page_of(image), 302)]
    assert "The file was replaced. Look whether" in answer.content.decode()
    image.refresh_from_db()
    assert (image.uuid, image.pk) == (before.uuid, before.pk)
    for name in ("alt_text", "caption", "credit", "focal_x", "focal_y", "state", "created_at"):
        assert getattr(image, name) == getattr(before, name)
    for page in pages:
        shown = client.get(page).content.decode()
        assert image.storage_key in shown and before.storage_key not in shown, page
    assert all(
        client.get(feed, headers={"If-None-Match": tag}).status_code == 200 for feed, tag in tags.items()
    )
    assert client.get("/news/a-piece/").content.decode().count('alt="Two fields of colour."') == 2
    assert {client.get(address).status_code for address in addresses_of(image)} == {200}
    assert {client.get(address).status_code for address in addresses_of(before)} == {410}
    assert (
        client.get(before.url_of(before.renditions[0]).rpartition("/")[0] + "/master.jpg").status_code == 410
    )
    assert not image.missing_files() and len(files_below(media)) == 1 + len(image.renditions)
    assert all(is_green(image, path.name) for path in files_below(media) if path.suffix == ".jpg")
    stored = Article.objects.get()
    assert stored.body_html == article.body_html and stored.updated_at == article.updated_at


@pytest.mark.parametrize("name", ["jpeg", "png", "heic", "tiff"])
def test_it_is_cleaned_as_every_upload(desk, media, name):
    image = make_image()
    replace(desk, image, SimpleUploadedFile("ann-example.jpg", sample(name)))
    image.refresh_from_db()
    assert not image.missing_files()
    for path in files_below(media):
        content = path.read_bytes()
        assert not [one for one in PLANTED if one.encode() in content] and b"Exif" not in content
        assert "ann" not in str(path.relative_to(media))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (lambda: SimpleUploadedFile("a.png", b"<html>"), "not a picture that the site can read"),
        (lambda: SimpleUploadedFile("a.jpg", halves().read()[:900]), "damaged or cut off"),
        (lambda: SimpleUploadedFile("a.jpg", halves().read() + bytes(25 << 20)), "may have 25 MB at most"),
        (lambda: SimpleUploadedFile("a.jpg", b""), "The submitted file is empty"),
        (lambda: None, "This field is required"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_and_changes_nothing(desk, media, file, told):
    image = make_image()
    before = files_below(media)
    answer = replace(desk, image, file())
    page = answer.content.decode()
    assert answer.status_code == 200 and answer.redirect_chain == [] and told in page
    assert 'class="errorlist" id="id_upload_error"' in page and 'aria-invalid="true"' in page
    assert image.path_of("width-320.webp") in page and f'value="{image.storage_key}"' in page
    image.refresh_from_db()
    assert files_below(media) == before and not is_green(image)
    assert not LogEntry.objects.exists() and not Erasure.objects.filter(kind=retouched.CHANGED).exists()


def test_a_store_that_is_away_is_told_and_changes_nothing(desk, media, monkeypatch):
    image = make_image()
    before = files_below(media)

    def away(*_arguments):
        raise FilesAway(availability_of("store of files"), "taken by the test")
        yield

    monkeypatch.setattr(ingestion, "render", away)
    answer = replace(desk, image, greens())
    assert answer.status_code == 200 and "does not answer" in answer.content.decode()
    assert image.path_of("width-320.webp") in answer.content.decode()
    assert files_below(media) == before and Image.objects.get().storage_key == image.storage_key


@pytest.mark.parametrize(
    ("size", "focal_point"),
    [((1000, 600), (0.1, 0.9)), ((999, 600), (0.1, 0.9)), ((300, 500), (0.5, 0.5)), ((600, 300), (0.5, 0.5))],
)
def test_the_focal_point_goes_to_the_middle_where_the_shape_differs(desk, size, focal_point):
    image = make_image(focal_x=0.1, focal_y=0.9)
    page = replace(desk, image, greens(*size)).content.decode()
    image.refresh_from_db()
    assert (image.width, image.height) == size and (image.focal_x, image.focal_y) == focal_point
    assert ("The focal point is in the middle again." in page) is (focal_point == (0.5, 0.5))
    assert stored_pixels(image, "card-200.jpg").size == (200, 133)


def test_it_is_noted_in_the_history_and_in_the_ledger(desk, editor):
    image = make_image()
    former = image.storage_key
    replace(desk, image, greens())
    image.refresh_from_db()
    (entry,) = LogEntry.objects.all()
    assert entry.user == editor and entry.get_change_message() == "Changed the file itself."
    assert "Changed the file itself." in desk.get(page_of(image, "history")).content.decode()
    (noted,) = Erasure.objects.filter(kind=retouched.CHANGED)
    assert noted.details["step"] == "replace"
    assert former not in str(noted.details) + noted.subject and image.storage_key not in str(noted.details)


def test_a_page_asks_about_the_consent_until_somebody_has_saved_it(desk):
    image = consented()
    asked = "is the consent for this picture still right?"
    assert asked not in desk.get(page_of(image)).content.decode()
    page = replace(desk, image, greens()).content.decode()
    assert asked in page
    image.refresh_from_db()
    assert image.consent_reference == "F-12" and image.may_be_shown
    turn = {"version": image.storage_key, "_right": "", "box-TOTAL_FORMS": 0, "box-INITIAL_FORMS": 0}
    desk.post(page_of(image, "retouch"), turn)
    assert asked in desk.get(page_of(image)).content.decode()
    form = desk.get(page_of(image)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert desk.post(page_of(image), values).status_code == 302
    assert asked not in desk.get(page_of(image)).content.decode()
    replace(desk, Image.objects.get(), halves())
    assert asked in desk.get(page_of(image)).content.decode()
    for other in [
        make_image(),
        make_image(shows_recognisable_person=True),
    ]:  # of nobody, and without a consent
        assert asked not in replace(desk, other, greens()).content.decode()


def form_values(desk, image):
    """Return what the form of a picture sends as its page shows it."""
    return {name: one for name, one in values_on(desk.get(page_of(image))).items() if one}


def test_a_form_that_showed_the_former_file_answers_no_question(desk):
    image = consented()
    asked = "is the consent for this picture still right?"
    opened_before = form_values(desk, image) | {"caption": "By a colleague"}
    replace(desk, image, greens())
    told = desk.post(page_of(image), opened_before, follow=True).content.decode()
    assert "was changed while you had it open" in told
    image.refresh_from_db()
    assert image.caption == "By a colleague"
    assert asked in desk.get(page_of(image)).content.decode()
    assert "Saved on a page that showed another file." in desk.get(page_of(image, "history")).text
    desk.post(page_of(image), form_values(desk, image))
    assert asked not in desk.get(page_of(image)).content.decode()


def test_who_may_not_change_a_picture_is_not_asked(desk, client, writer):
    image = consented()
    replace(desk, image, greens())
    client.force_login(writer)
    page = client.get(page_of(image))
    assert page.status_code == 200 and "is the consent for this picture" not in page.content.decode()


def test_nothing_is_replaced_without_its_note(desk, monkeypatch):
    """Without it nobody would be asked whether the consent is right for the new file."""
    image = consented()
    monkeypatch.setattr(LogEntry.objects, "log_actions", lambda *arguments, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        replace(desk, image, greens())
    stored = Image.objects.get()
    assert stored.storage_key == image.storage_key and not is_green(stored)


def test_what_became_public_while_a_writer_sent_a_file_stays(client, writer, make_article, monkeypatch):
    own = make_image(created_by=writer)
    client.force_login(writer)
    in_turn = ingestion.in_turn

    def and_then(work):
        """Write the new files; before they are committed, an Editor publishes a text with the picture."""
        done = in_turn(work)
        make_article(lead_picture=Image.objects.get())
        return done

    monkeypatch.setattr(ingestion, "in_turn", and_then)
    assert replace(client, own, greens()).status_code == 403
    stored = Image.objects.get()
    assert stored.storage_key == own.storage_key and not is_green(stored)
    assert not LogEntry.objects.exists()


def test_a_form_of_an_older_picture_is_refused(desk, media):
    image = make_image()
    stale = Image.objects.get()
    image.cover([(0, 0, 0.5, 1)])
    before = files_below(media)
    answer = replace(desk, stale, greens())
    page = answer.content.decode()
    assert answer.redirect_chain == [] and "Somebody changed this picture after you opened it." in page
    assert files_below(media) == before and image.storage_key in page and stale.storage_key not in page
    assert "after you opened it" in replace(desk, image, greens(), version=None).content.decode()
    assert replace(desk, image, greens()).redirect_chain


def test_a_form_that_is_sent_twice_is_taken_once(desk, media):
    image = make_image()
    number = desk.get(page_of(image, "replace")).context["once"]
    pages = [replace(desk, image, greens(), _once=number) for _press in range(2)]
    assert [page.redirect_chain for page in pages] == [[(page_of(image), 302)]] * 2
    assert all("The file was replaced." in page.content.decode() for page in pages)
    assert LogEntry.objects.count() == 1
    image.refresh_from_db()
    assert is_green(image)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda image: image.replace(halves()),
        lambda image: image.cover([(0, 0, 0.5, 0.5)]),
        lambda image: image.withdraw(),
        lambda image: image.delete(),
    ],
    ids=["replaced", "covered", "withdrawn", "deleted"],
)
def test_what_came_first_stays(media, monkeypatch, committed, meanwhile):
    image, other = make_image(), Image.objects.get()
    in_turn = ingestion.in_turn

    def and_then(work):
        """Write the new files; before they are committed, somebody else does something."""
        monkeypatch.setattr(ingestion, "in_turn", in_turn)
        in_turn(work)
        meanwhile(other)

    monkeypatch.setattr(ingestion, "in_turn", and_then)
    with committed(), pytest.raises(ValidationError) as refusal:
        image.replace(greens())
    assert refusal.value.code == "changed_meanwhile"
    left = Image.objects.filter(state="available").first()
    assert len({path.parent for path in files_below(media)}) == (1 if left else 0)
    assert left is None or (left.storage_key == other.storage_key and not left.missing_files())


def test_a_cover_that_comes_second_covers_nothing_of_the_new_file(media, monkeypatch, committed):
    image, other = make_image(), Image.objects.get()
    master = other._read_master()
    with committed():
        image.replace(greens())
    monkeypatch.setattr(other, "_read_master", lambda: master)  # it had read the former file
    with pytest.raises(ValidationError) as refusal:
        other.cover([(0, 0, 1, 1)])
    assert refusal.value.code == "changed_meanwhile"
    assert is_green(Image.objects.get()) and len({path.parent for path in files_below(media)}) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [lambda image: image.replace(greens()), lambda image: image.withdraw(), lambda image: image.delete()],
    ids=["replaced", "withdrawn", "deleted"],
)
def test_a_size_that_is_made_meanwhile_brings_nothing_of_the_former_file_back(
    client, media, monkeypatch, committed, meanwhile
):
    image, other, render = make_image(), Image.objects.get(), ingestion.render
    former = image.storage_key
    (media / image.path_of("width-320.webp")).unlink()

    def and_then(*arguments):
        """Begin to render what is missing, from the file that was read; then somebody does something."""
        monkeypatch.setattr(ingestion, "render", render)
        with committed():
            meanwhile(other)
        return render(*arguments)

    monkeypatch.setattr(ingestion, "in_turn", lambda work: work())
    monkeypatch.setattr(ingestion, "render", and_then)
    image.render_missing()
    assert former not in {path.parent.name for path in files_below(media)}
    assert client.get(f"/media/pictures/{former}/width-320.webp").status_code == 410
    left = Image.objects.first()
    assert left is None or (
        left.renditions == other.renditions and not (left.is_available and left.missing_files())
    )


def test_a_size_that_is_made_while_a_picture_goes_to_the_trash_leaves_its_files_there(
    media, monkeypatch, editor
):
    image, render = make_image(), ingestion.render
    (media / image.path_of("width-320.webp")).unlink()

    def and_then(*arguments):
        with to_trash([Image.objects.get()], editor):
            Image.objects.all().delete()
        return render(*arguments)

    monkeypatch.setattr(ingestion, "in_turn", lambda work: work())
    monkeypatch.setattr(ingestion, "render", and_then)
    image.render_missing()
    assert (media / image.path_of("master.jpg")).exists()
    leaving.put_back(Trashed.objects.get(), editor)
    assert not Image.objects.get().missing_files()


def test_one_that_goes_to_the_trash_meanwhile_comes_back_with_its_new_file(media, editor, committed):
    image, chosen = make_image(), list(Image.objects.all())
    with committed():
        image.replace(greens())
    with to_trash(chosen, editor):
        Image.objects.all().delete()
    leaving.put_back(Trashed.objects.get(), editor)
    back = Image.objects.get()
    assert back.storage_key == image.storage_key and not back.missing_files() and is_green(back)
    assert not Removal.objects.exists()


def test_a_withdrawn_picture_stays_withdrawn(desk, media, committed):
    image = make_image()
    with committed():
        image.withdraw()
    assert page_of(image, "replace") not in desk.get(page_of(image)).content.decode()
    assert desk.get(page_of(image, "replace")).headers["Location"] == page_of(image)
    assert replace(desk, image, greens()).redirect_chain == [(page_of(image), 302)]
    with pytest.raises(ValidationError) as refusal:
        image.replace(greens())
    assert refusal.value.code == "withdrawn"
    assert not files_below(media) and not Image.objects.get().is_available
    assert desk.get("/admin/pictures/image/999999/replace/").status_code == 302


def test_a_picture_whose_files_are_lost_gets_new_ones(desk, media):
    image = make_image()
    for path in files_below(media):
        path.unlink()
    assert desk.get(page_of(image, "replace")).status_code == 200
    assert replace(desk, image, greens()).redirect_chain
    image.refresh_from_db()
    assert not image.missing_files() and is_green(image)


def test_one_without_renditions_too(desk):
    image = Image.objects.create(storage_key="0" * 32, width=9, height=9, alt_text="A door.", credit="Ann")
    assert desk.get(page_of(image, "replace")).status_code == 200
    assert replace(desk, image, greens()).redirect_chain
    image.refresh_from_db()
    assert not image.missing_files()


def test_writers_replace_their_own_pictures_alone_while_nobody_sees_them(client, writer, make_article):
    image, own = make_image(), make_image(created_by=writer)
    client.force_login(writer)
    assert client.get(page_of(image, "replace")).status_code == 403
    assert replace(client, image, greens()).status_code == 403
    assert replace(client, own, greens()).redirect_chain
    make_article(lead_picture=own)
    own.refresh_from_db()
    assert replace(client, own, halves()).status_code == 403
    own.refresh_from_db()
    assert is_green(own) and not is_green(image)
    client.logout()
    assert client.get(page_of(own, "replace")).headers["Location"].startswith("/admin/login/")


def test_former_files_that_can_t_be_deleted_yet_are_served_no_more(client, media):
    image = make_image()
    before = Image.objects.get()
    image.replace(greens())  # killed after the commit, before anything was deleted
    assert [one.folder for one in Removal.objects.all()] == [f"pictures/{before.storage_key}"]
    assert {client.get(address).status_code for address in addresses_of(before)} == {410}
    assert removing.try_again() == 1
    assert {path.parent.name for path in files_below(media)} == {image.storage_key}


MAKE = """
import io
from PIL import Image as Pillow
from newsroom.pictures.models import Image
def red(colour):
    file = io.BytesIO()
    Pillow.new("RGB", (400, 300), colour).save(file, "PNG")
    file.seek(0)
    return file
"""
KILLED = """
import os, signal
from newsroom.pictures import retouched
retouched.note = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
Image.objects.get().replace(red("green"))
"""


def test_a_kill_before_the_commit_loses_no_file_and_leaves_none(tmp_path, settings):
    site = make_site(tmp_path / "site")
    try:
        run(site, MAKE + 'Image.objects.create_from_upload(red("red"), alt_text="A field", credit="Ann")')
        pictures = site.data_dir / "media" / "pictures"
        told = run(site, "from newsroom.pictures.models import Image\nprint(Image.objects.get().storage_key)")
        key, before = told.split()[-1], {path.name for path in pictures.iterdir()}
        assert site.manage("shell", "--no-imports", "-c", MAKE + KILLED).returncode != 0
        (orphan,) = {path.name for path in pictures.iterdir()} - before
        for path in (pictures / orphan).iterdir():
            os.utime(path, (0, 0))
        code = "from newsroom.pictures.orphans import remove_orphans\nremove_orphans()\nimage = Image.objects.get()\n"
        told = run(site, MAKE + code + "print(image.storage_key, image.missing_files())")
        assert f"{key} []" in told and not (pictures / orphan).exists() and (pictures / key).exists()
    finally:
        site.remove()


def test_a_kill_is_cleared_up_by_the_worker(media, monkeypatch):
    image = make_image()
    monkeypatch.setattr("newsroom.pictures.files.remove_files", lambda key: None)
    monkeypatch.setattr(retouched, "note", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        image.replace(greens())
    assert len({path.parent for path in files_below(media)}) == 2
    for path in files_below(media):
        os.utime(path, (0, 0))
    assert remove_orphans() == 1
    kept = Image.objects.get()
    assert {path.parent.name for path in files_below(media)} == {kept.storage_key} and not is_green(kept)


def sent(staff, page, version, file):
    """Send a file to the page that replaces one of a running site; returns status and text."""
    values = {"csrfmiddlewaretoken": staff.token_of(page), "version": version}
    body, kind = multipart(values, file.read(), "upload")
    return staff._ask(urllib.request.Request(staff.url + page, body, {"Content-Type": kind}))


def test_of_two_who_replace_at_once_one_is_told(server):
    people = [Staff(server, "editor"), Staff(server, "admin")]
    status, told = people[0].upload(halves().read(), alt_text="Two fields.", credit="Ours")
    assert status == 201
    key, page = told["url"].split("/")[3], told["change_url"].replace("change", "replace")
    colours = ["green", "white"]
    with ThreadPoolExecutor(2) as both:
        answers = list(
            both.map(lambda n: sent(people[n], page, key, halves(1800, 1200, colours[n])), range(2))
        )
    (first,) = [n for n, (_status, text) in enumerate(answers) if "The file was replaced." in text]
    assert [status for status, _text in answers] == [200, 200]
    assert "Somebody changed this picture" in answers[1 - first][1]
    (now,) = re.findall(r'data-focal-picture><img src="(\S+)"', people[0].get(told["change_url"])[1])
    folders = {path.name for path in (server.data_dir / "media" / "pictures").iterdir()}
    assert key not in folders and now.split("/")[3] in folders
    with Pixels.open(io.BytesIO(server.get(now)[1])) as pixels:
        assert (pixels.convert("RGB").getpixel((5, 5))[0] > 200) is (colours[first] == "white")


def test_everybody_sees_the_new_file_within_a_second(server):
    staff = Staff(server)
    status, told = staff.upload(halves().read(), alt_text="Two fields.", credit="Ours")
    assert status == 201
    key, page = told["url"].split("/")[3], told["change_url"].replace("change", "replace")
    values = {
        "title": "The fields", "slug": f"the-fields-{key[:8]}", "dek": "", "body_html": "<p>Whole.</p>",
        "lead_picture": told["id"], "language": "en", "display_date": "", "published_at_0": "", "published_at_1": "",
        "bylines": "", "source_relation": "", "source_title": "", "source_publication": "", "source_date": "",
        "source_url": "", "dateline": "", "content_note": "", "translation_of": "", "_publish": "",
    }  # fmt: skip
    assert staff.post("/admin/articles/article/add/", values)[0] == 200
    seen = ["/", "/news/", f"/news/{values['slug']}/", "/feeds/news.rss"]
    folder = server.data_dir / "media" / "pictures" / key
    former = [f"/media/pictures/{key}/{path.name}" for path in folder.iterdir()]
    assert {server.get(address)[0] for address in former} == {200}
    assert key in server.get(seen[2])[1].decode()
    status, text = sent(staff, page, key, greens())
    done = time.monotonic()
    assert status == 200 and "The file was replaced." in text
    assert not folder.exists()
    time.sleep(max(0.0, done + PROMISED - time.monotonic()))
    assert {server.get(address)[0] for address in former} == {410}
    for address in seen:
        status, content = server.get(address)
        assert status == 200 and key not in content.decode(), address
    assert "/media/pictures/" in server.get(seen[2])[1].decode()
