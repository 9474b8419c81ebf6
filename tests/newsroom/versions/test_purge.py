"""A purged name is in no byte of the database, in nothing that a visitor gets, and in no backup that is put back."""

import json
import secrets
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, FormerAddress
from newsletter.models import Batch, Issue, Item
from newsroom.backups import expiry, naming
from newsroom.backups.models import Erasure
from newsroom.search.index import indexer
from newsroom.search.models import Document, DocumentText, Spelling
from newsroom.unsaved.models import UnsavedText
from newsroom.versions import sweeping
from newsroom.versions.models import GoneAddress, Purge, Trashed, Version
from newsroom.versions.recording import recording
from newsroom.versions.trash.putting import to_trash
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/versions/purge/"
TABLES = [
    Article, Version, Trashed, GoneAddress, FormerAddress, LogEntry, Issue, Item, UnsavedText, Document, DocumentText, Spelling, Erasure,
]  # fmt: skip


@pytest.fixture
def name():
    """Return a name that nothing else holds: two words."""
    return [
        f"Zeug{secrets.token_hex(8).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
        for _word in range(2)
    ]


@pytest.fixture
def desk(file_database, client, make_user):
    client.force_login(make_user("admin", "Administrator", is_superuser=True))
    return client


def uncompressed():
    """Let PostgreSQL store long texts as they are, so that their bytes can be searched."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in TABLES:
                for field in model._meta.concrete_fields:
                    if field.get_internal_type() in {"TextField", "RichTextField"}:
                        cursor.execute(
                            f'ALTER TABLE {model._meta.db_table} ALTER "{field.column}" SET STORAGE EXTERNAL'
                        )


def written_everywhere(name, make_article, admin):
    """Return an article that held the name until just now; versions, trash, redirect, newsletter and log hold it yet."""
    first, last = name
    slug = f"{first}-{last}".lower()
    article = make_article(slug=slug, body_html=f"<p>{first} <em>{last}</em> came home.</p>" * 200)
    with recording(article, admin):
        Article.objects.filter(pk=article.pk).update(dek=f"{first.upper()} {last} tells.")
    issue = Issue.objects.create(
        slug="june", subject=f"{first} {last} is home", state="sent", published_at=timezone.now()
    )
    issue.items.create(article=article, blurb=f"Read how {first} {last} came home.")
    Batch.objects.create(issue=issue, size=1183, sent=1183)
    LogEntry.objects.create(
        user=admin, object_id=str(article.pk), object_repr=f"{first} {last}", action_flag=CHANGE
    )
    UnsavedText.objects.create(
        user=admin, model="articles.article", object_key=str(article.pk), content=f'["{first} {last}"]'
    )
    other = make_article(title=f"{first} {last}, once more", slug=f"{slug}-2")
    other.withdraw()
    other.save()
    with to_trash([other], admin):
        other.delete()
    with recording(article, admin):
        article.refresh_from_db()
        article.slug, article.dek, article.body_html = "she-came-home", "She tells.", "<p>She came home.</p>"
        article.save()
    return article


def raw(*words):
    from tests.rawfiles import on_disk

    found = on_disk(*TABLES).lower()
    return [word for word in words if word.lower().encode() in found]


def test_it_is_shown_where_it_stands_and_taken_out_of_every_byte(desk, make_article, name):
    uncompressed()
    admin = desk.get("/admin/").context["user"]
    article = written_everywhere(name, make_article, admin)
    first, last = name
    former = f"/news/{first}-{last}/".lower()
    assert desk.get(former).status_code == 301
    assert desk.get(former.rstrip("/") + "-2/").status_code == 410
    assert raw(*name) == name
    typed = f"  {first.lower()}  {last.upper()} "
    shown = desk.post(PAGE, {"phrase": typed, "answer": "404", "_search": ""}).content.decode()
    version = Version.objects.of(article).earliest("pk")
    assert f"{reverse('admin:articles_article_compare', args=[article.pk])}?new={version.pk}" in shown
    trashed = Trashed.objects.get()
    assert reverse("admin:versions_trashed_change", args=[trashed.pk]) in shown
    assert former in shown
    assert "1,183 mails sent on" in shown
    assert "Edit these first" not in shown
    assert Version.objects.of(article).count() > 1  # a search changes nothing
    told = desk.post(PAGE, {"phrase": typed, "answer": "404", "_purge": ""}).content.decode()
    assert "1,183 mails sent on" in told
    assert "in copies that others made" in told
    assert former in told  # in the letters
    while indexer.purge():
        continue
    assert sweeping.sweep()
    assert raw(*name) == []
    for path in [former, former.rstrip("/") + "-2/"]:
        assert desk.get(path).status_code == 404
    archive = desk.get("/newsletter/june/").content.decode()
    assert "█" in archive
    assert first not in archive
    assert "She came home" in desk.get("/news/she-came-home/").content.decode()
    assert not Trashed.objects.exists()
    assert not UnsavedText.objects.exists()
    purge = Purge.objects.get()
    assert purge.by == admin
    assert first not in desk.get(PAGE).content.decode()


def test_what_is_live_is_listed_to_be_edited_first_and_its_address_may_say_gone(desk, make_article, name):
    first, last = name
    article = make_article(title=f"{first} {last}")
    FormerAddress.record(f"/news/{first}-{last}/", article.get_absolute_url())
    sent = {"phrase": f"{first} {last}", "answer": "410"}
    shown = desk.post(PAGE, {**sent, "_search": ""}).content.decode()
    assert "Edit these first" in shown
    assert reverse("admin:articles_article_change", args=[article.pk]) in shown
    told = desk.post(PAGE, {**sent, "_purge": ""}).content.decode()
    assert "Still shown" in told
    article.refresh_from_db()
    assert article.title == f"{first} {last}"
    assert desk.get(f"/news/{first}-{last}/").status_code == 410


def test_changes_that_wait_and_take_it_out_survive_it(desk, make_article, name):
    without = "<p>She came home.</p>"
    article = make_article(body_html=without)
    with recording(article, comment=f"Names {name[0]}"):
        Article.objects.filter(pk=article.pk).update(body_html=f"<p>{name[0]} came home.</p>")
    form = reverse("admin:articles_article_change", args=[article.pk])
    desk.post(form, values_on(desk.get(form)) | {"body_html": without, "_draft": ""})
    public = Version.objects.of(article).waiting().get().public
    desk.post(PAGE, {"phrase": name[0], "answer": "404", "_purge": ""})
    public.refresh_from_db()
    assert name[0] not in public.content + public.comment
    desk.post(form, values_on(desk.get(form)) | {"_save": ""})
    article.refresh_from_db()
    assert article.body_html == without


def test_changes_that_wait_survive_it_where_their_comment_alone_says_it(desk, make_article, name):
    article = make_article()
    form = reverse("admin:articles_article_change", args=[article.pk])
    said = f"{name[0]} is out of the text now"
    desk.post(form, values_on(desk.get(form)) | {"dek": "A day of work.", "_comment": said, "_draft": ""})
    desk.post(PAGE, {"phrase": name[0], "answer": "404", "_purge": ""})
    copy = Version.objects.of(article).waiting().get()
    assert copy.comment == "█ is out of the text now"
    assert copy.read()["fields"]["dek"] == "A day of work."


def test_it_leaves_the_log_however_its_letters_are_written_there(desk):
    said = json.dumps([{"added": {"name": "fact", "object": "Bà Đường"}}])
    admin = desk.get("/admin/").context["user"]
    LogEntry.objects.create(user=admin, object_repr="Laos", action_flag=CHANGE, change_message=said)
    desk.post(PAGE, {"phrase": "ba duong", "answer": "404", "_purge": ""})
    assert LogEntry.objects.get().get_change_message() == "Added fact “█”."


def test_a_backup_that_is_put_back_is_purged_again(desk, make_article, name, snapshot):
    admin = desk.get("/admin/").context["user"]
    first, last = name
    draft = make_article(
        title="A draft", state="draft", body_html=f"<p>Of {first} <em>{last}</em>, today.</p>"
    )
    public = make_article(slug=f"of-{first}-{last}", dek=f"{first} {last}")
    article = written_everywhere(name, make_article, admin)
    backup = snapshot()
    for one in (draft, public):
        one.refresh_from_db()
        one.slug, one.dek, one.body_html = f"other-{one.pk}", "", "<p>Nobody.</p>"
        one.save()
    desk.post(PAGE, {"phrase": f"{first} {last}", "answer": "404", "_purge": ""})
    said = " ".join(backup.put_back())
    assert "Purged again" in said
    assert first not in said
    draft.refresh_from_db()
    assert draft.body_html == "<p>Of █, today.</p>"
    public.refresh_from_db()
    assert (public.dek, public.state) == ("█", "withdrawn")  # its address holds it, and people have to look
    assert not Trashed.objects.exists()
    assert all(first not in version.content for version in Version.objects.of(article))
    assert first not in desk.get("/newsletter/june/").content.decode()


def test_only_administrators_purge_and_nothing_says_the_word(client, make_user, editor, name, caplog):
    client.force_login(editor)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"phrase": name[0], "_purge": ""}).status_code == 403
    assert not Purge.objects.exists()
    client.force_login(make_user("boss", "Administrator"))
    assert client.get(PAGE).status_code == 200
    refused = client.post(PAGE, {"phrase": "x", "_search": ""}).content.decode()
    assert "at least two letters" in refused


def test_it_says_until_when_backups_hold_it():
    now = timezone.now()
    names = [naming.name_of(now - timedelta(days=days)) for days in range(40)]
    day = expiry.gone_by(names, (7, 0, 0))
    assert day == timezone.localtime(now + timedelta(days=7)).date()
    assert expiry.gone_by(names, (7, 4, 3)) > day + timedelta(days=14)  # weeks and months
    assert expiry.gone_by([], (7, 4, 3)) is None
