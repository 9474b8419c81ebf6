"""A link that shows a draft to somebody without an account: by a button, for some days, and to nobody else."""

import datetime
import io
import logging
import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pixels

from articles.models import Article
from newsroom.backups import settling
from newsroom.logs.logs import DiscreetFormatter
from newsroom.pagecache import contentversion
from newsroom.pictures.models import Image
from newsroom.versions import snapshots
from newsroom.versions.models import ShareLink, Version
from newsroom.versions.sharing.models import end_all, tidy
from newsroom.versions.workingcopies import working

pytestmark = pytest.mark.django_db

WORD = "planted-word"


def url_of(row, view="share"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{view}", args=[row.pk])


@pytest.fixture
def draft(make_article, writer):
    return make_article(
        title=f"About {WORD}",
        state="draft",
        published_at=None,
        created_by=writer,
        body_html="<p>As it was.</p>",
    )


@pytest.fixture
def share(client, editor):
    """Return a function that makes a link to a row as an editor does, and returns its path; nobody is signed in then."""

    def make(row, **asked):
        client.force_login(editor)
        page = client.post(url_of(row), {"days": "1", "shows": "now"} | asked).content.decode()
        client.logout()
        found = re.search(r'value="http://[^/]+(/share/[^"]+)"', page)
        return found and found[1]

    return make


def test_the_page_asks_first_and_shows_the_draft_by_its_button(client, draft, share, known_version):
    path = share(draft)
    version, versions = contentversion.read(), Version.objects.count()
    asked = client.get(path)
    assert asked.status_code == 200
    assert WORD not in asked.content.decode() and "Show the draft" in asked.content.decode()
    shown = client.post(path)
    page = shown.content.decode()
    assert f"About {WORD}" in page and "As it was." in page
    assert "Draft, not public" in page and 'id="leave"' in page
    assert '<base target="_blank">' not in page
    for answer in (asked, shown):
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"] and '<meta name="robots" content="noindex' in page
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Frame-Options"] == "DENY" and not answer.cookies
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert (contentversion.read(), Version.objects.count()) == (version, versions)
    assert Article.objects.get().state == "draft"


def test_it_shows_the_text_as_it_was_or_always_the_latest(client, draft, share):
    then, always = share(draft), share(draft, shows="latest", days="30")
    Article.objects.update(body_html="<p>As it is.</p>")
    assert "As it was." in client.post(then).content.decode()
    assert "As it is." in client.post(always).content.decode()
    Article.objects.update(state="published", published_at=timezone.now())
    assert client.post(always).headers["Location"] == draft.get_absolute_url()
    assert "As it was." in client.post(then).content.decode()


def test_changes_of_a_public_piece_are_shared_while_they_wait(client, make_article, share):
    row = make_article(title="Public title")
    always = share(row, shows="latest")
    assert client.post(always).headers["Location"] == row.get_absolute_url()
    content = snapshots.take(row)
    content["fields"]["title"] = f"Changed {WORD}"
    working.keep(row, content)
    then = share(row)
    for path in (then, always):
        assert f"Changed {WORD}" in client.post(path).content.decode()
    working.end(row)
    assert client.post(always).headers["Location"] == row.get_absolute_url()
    assert f"Changed {WORD}" in client.post(then).content.decode()
    assert WORD not in client.get(row.get_absolute_url()).content.decode()


def test_the_admin_lists_links_and_ends_them(client, editor, draft, share):
    path = share(draft, days="7")
    client.force_login(editor)
    page = client.get(url_of(draft)).content.decode()
    assert "Whoever has this link can read, copy and forward it. Ending it recalls nothing." in page
    assert "editor" in page and path.split("/")[2] not in page
    assert 'value="1"' in page and "checked" in page
    assert url_of(draft) in client.get(url_of(draft, "change")).content.decode()
    assert "Shared by a link until" in client.get(url_of(draft, "history")).content.decode()
    other = ShareLink.objects.get()
    assert client.post(url_of(draft), {"end": str(other.pk)}).status_code == 302
    assert client.post(url_of(draft), {"end": "x"}).status_code == 302
    client.logout()
    assert not ShareLink.objects.exists()
    assert client.get(path).status_code == 410


def test_a_version_that_is_deleted_takes_its_links_with_it(client, draft, share):
    path, always = share(draft), share(draft, shows="latest")
    Version.objects.all().delete()
    assert [client.post(one).status_code for one in (path, always)] == [410, 200]


def test_what_is_over_says_so_in_one_sentence(client, draft, share):
    paths = [share(draft) for _n in range(3)]
    links = list(ShareLink.objects.order_by("pk"))
    assert timezone.now() < links[0].ends_at < timezone.now() + datetime.timedelta(days=1, minutes=1)
    links[0].ends_at = timezone.now()
    links[0].save()
    links[1].delete()
    assert tidy() == 1
    Article.objects.get().delete()
    assert not ShareLink.objects.exists()
    forged = paths[0][:-3] + "xx/"
    pages = set()
    for path in [*paths, forged, "/share/x/", "/share/" + "x" * 300 + "/"]:
        for answer in (client.get(path), client.post(path)):
            assert (answer.status_code, answer["Cache-Control"]) == (410, "no-store")
            assert WORD not in answer.content.decode()
            pages.add(re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)[0])
    assert len(pages) == 1 and "Ask whoever gave it to you" in pages.pop()


def test_no_link_without_the_consent_of_whom_a_picture_shows(client, editor, draft, share):
    buffer = io.BytesIO()
    Pixels.new("RGB", (80, 40), "red").save(buffer, "PNG")
    picture = Image.objects.create_from_upload(
        ContentFile(buffer.getvalue()), alt_text="A field.", credit="Ours"
    )
    Article.objects.update(body_html=f'<figure data-picture="{picture.uuid}"></figure><p>As it was.</p>')
    then, always = share(draft), share(draft, shows="latest")
    shown = client.post(then).content.decode()
    source = re.search(r'src="(/media/[^"]+)"', shown)[1]
    assert client.get(source).status_code == 200  # the reader sees it too
    Image.objects.update(shows_recognisable_person=True)
    assert share(draft) is None
    client.force_login(editor)
    assert (
        "The consent of somebody who can be recognised is missing"
        in client.get(url_of(draft)).content.decode()
    )
    client.logout()
    for path in (then, always):
        assert client.post(path).status_code == 410


def test_only_who_may_change_a_piece_shares_it(client, writer, editor, draft, make_article):
    theirs = make_article(state="draft", published_at=None, created_by=editor)
    public = make_article()
    client.force_login(writer)
    for row, status in [(draft, 200), (theirs, 404), (public, 403)]:
        assert client.get(url_of(row)).status_code == status
        assert client.post(url_of(row), {"days": "1", "shows": "now"}).status_code == status
    assert [link.created_by for link in ShareLink.objects.all()] == [writer]
    mine = ShareLink.objects.get()
    client.force_login(editor)
    client.post(url_of(theirs), {"end": str(mine.pk)})  # not by the page of another piece
    assert ShareLink.objects.exists()
    assert client.post(url_of(draft), {"days": "365", "shows": "now"}).status_code == 200
    assert ShareLink.objects.count() == 1


def test_a_form_of_another_site_shows_nothing(client, draft, share):
    path = share(draft)
    answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and WORD not in answer.content.decode()
    assert client.post(path, headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"}).status_code == 200


def test_a_network_that_asks_again_and_again_has_to_wait(client, draft, share, monkeypatch):
    from newsroom.guard.throttle import Limit
    from newsroom.versions.sharing import views

    monkeypatch.setattr(views, "NETWORK", Limit("few-drafts", 1, 3600))
    path = share(draft)
    assert [client.post(path).status_code for _n in range(2)] == [200, 429]


def test_neither_the_rows_nor_the_logs_hold_the_token(client, draft, share):
    path = share(draft)
    token = path.split("/")[2]
    stored = [str(value) for row in ShareLink.objects.values_list() for value in row]
    assert not any(token in value or token.split(".")[0] in value for value in stored)
    record = logging.LogRecord("django.request", logging.ERROR, "x", 1, "Failed: %s", (path,), None)
    assert token.split(".")[0] not in DiscreetFormatter().format(record)


def test_a_backup_that_is_put_back_ends_every_link(client, draft, share):
    path = share(draft)
    said = settling._at_every_restore()
    assert any("1 link that showed a draft was ended" in sentence for sentence in said)
    assert client.get(path).status_code == 410
    assert end_all() == ""
