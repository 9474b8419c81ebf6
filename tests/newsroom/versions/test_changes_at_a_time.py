"""Changes become public at the time that was set, by whichever web process is first; where they can't, it is told."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Fact, Resource
from newsroom import mail as staff_mail
from newsroom.backups import settling
from newsroom.outbox.models import Mail
from newsroom.pictures.uses import uses_of
from newsroom.versions.models import Trashed, Version
from newsroom.versions.workingcopies import scheduling, waitingpictures, working
from tests.newsroom.pictures.test_images import make_image
from tests.pageforms import values_on

from .test_drafts_of_changes import make, send, signed_in
from .test_recording import ALL, change

pytestmark = pytest.mark.django_db
__all__ = ["make", "signed_in"]


def page_of(row, name):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}_changes", args=[row.pk])


def set_time(client, row, hours=1):
    """Set the time of the changes of a row as one does on the page."""
    at = timezone.localtime() + datetime.timedelta(hours=hours)
    values = values_on(client.get(page_of(row, "schedule"))) | {
        "publish_at_0": f"{at:%Y-%m-%d}",
        "publish_at_1": f"{at:%H:%M:%S}",
    }
    return client.post(page_of(row, "schedule"), values | {"_schedule": ""}, follow=True)


def let_time_pass():
    Version.objects.exclude(publish_at=None).update(publish_at=timezone.now())


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_it_is_published_as_by_hand(signed_in, make, model):
    row, name, ann = make(model), ALL[model], signed_in("ann")
    send(ann, row, "_draft", **{name: "Later"})
    assert "The changes become public on" in set_time(ann, row).text
    assert not scheduling.is_any_due()
    let_time_pass()
    assert scheduling.is_any_due()
    scheduling.publish_due()
    assert getattr(type(row).objects.get(pk=row.pk), name) == "Later"
    assert working.of(row) is None
    assert not scheduling.is_any_due()
    version = Version.objects.of(row).first()
    assert (version.kind, version.created_by.username, version.based_on.kind) == ("saved", "ann", "draft")


def test_rows_and_relations_go_along(signed_in, make_country, make_article, make_topic):
    country, ann = make_country(), signed_in("ann")
    article = make_article(topics=[make_topic()])
    new = {
        "label": "Population",
        "value": "7",
        "source": "Ours",
        "as_of": "2020",
        "order": "1",
        "source_url": "",
    }
    send(ann, country, "_draft", **{"facts-TOTAL_FORMS": "1"}, **{f"facts-0-{key}": new[key] for key in new})
    send(ann, article, "_draft", countries=str(country.pk), topics=[])
    for row in (country, article):
        set_time(ann, row)
    let_time_pass()
    scheduling.publish_due()
    assert Fact.objects.get().pk > 0
    assert (list(article.countries.all()), list(article.topics.all())) == ([country], [])


def test_what_is_refused_is_tried_once_and_told(signed_in, make_article, make_user):
    row, ann = make_article(title="Before", slug="before"), signed_in("ann")
    send(signed_in("ben"), row, "_draft", title="Later", slug="later")
    set_time(ann, row)
    make_article(slug="later")
    let_time_pass()
    scheduling.publish_due()
    row.refresh_from_db()
    assert row.title == "Before"
    copy = working.of(row)
    assert (copy.publish_at, copy.read()["fields"]["title"]) == (None, "Later")
    assert not scheduling.is_any_due()
    posted = Mail.objects.filter(kind=scheduling.MAIL)
    messages = [staff_mail.changes_not_published(one.key) for one in posted]
    assert sorted(message.to[0] for message in messages) == ["ann@example.org", "ben@example.org"]
    assert change(row) in messages[0].body
    assert "Later" not in messages[0].body
    told = "Changes did not become public at the time that was set."
    assert told in ann.get(reverse("admin:index")).text
    page = ann.get(change(row), follow=True)
    assert "They did not become public at the time that was set:" in page.text
    assert "such as its address, has been taken meanwhile" in page.text
    ann.post(change(row), values_on(page) | {"_save": "", "slug": "later-still"})
    assert told not in ann.get(reverse("admin:index")).text
    assert staff_mail.changes_not_published(posted[0].key) is None
    assert not mail.outbox


def test_a_time_is_refused_for_what_could_not_be_published_now(signed_in, make_resource):
    row, ann = make_resource(), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    Resource.objects.filter(pk=row.pk).update(link="not-a-link")
    page = set_time(ann, row)
    assert "The changes can’t be published as they are:" in page.text
    assert "Enter a valid URL" in page.text
    assert working.of(row).publish_at is None
    row.refresh_from_db()
    assert row.title != "Later"
    assert "This time is over." in set_time(ann, row, hours=-1).text


def test_an_editors_draft_keeps_the_time_and_a_writers_takes_it_off(signed_in, make_article):
    walt, ann = signed_in("walt", "Writer"), signed_in("ann")
    row = make_article(created_by=walt.get(reverse("admin:index")).context["user"])
    send(walt, row, "_draft", title="By Walt")
    assert walt.get(page_of(row, "schedule")).status_code == 403
    assert "_schedule" not in walt.get(change(row)).text
    set_time(ann, row)
    at = working.of(row).publish_at
    assert "It becomes public at the time that was set" in send(ann, row, "_draft", dek="By Ann").text
    assert (working.of(row).publish_at, working.of(row).scheduled_by.username) == (at, "ann")
    assert "now an Editor has to set it anew" in send(walt, row, "_draft", dek="By Walt").text
    assert working.of(row).publish_at is None


def test_a_picture_in_them_is_its_writers_no_more(signed_in, make_article, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    walt, ann = signed_in("walt", "Writer"), signed_in("ann")
    image, row = make_image(created_by=User.objects.get(username="walt")), make_article(title="A piece")
    pages = [f"/admin/pictures/image/{image.pk}/{name}/" for name in ("replace", "change")]
    send(ann, row, "_draft", lead_picture=str(image.pk))
    assert walt.get(pages[0]).status_code == 200
    assert "A piece: changes that wait</a> (not public)" in ann.get(pages[1]).text
    set_time(ann, row)
    assert walt.get(pages[0]).status_code == 403
    assert f'href="{pages[0]}"' not in walt.get(pages[1]).text
    let_time_pass()
    scheduling.publish_due()
    assert walt.get(pages[0]).status_code == 403
    assert "A piece</a> (public)" in ann.get(pages[1]).text
    assert "changes that wait" not in ann.get(pages[1]).text


@pytest.mark.parametrize("hours", [None, 1])
def test_a_picture_in_a_text_of_changes_has_its_use_there(signed_in, make_article, settings, tmp_path, hours):
    settings.MEDIA_ROOT = tmp_path / "media"
    ann, image, row = signed_in("ann"), make_image(), make_article(title="A piece")
    send(ann, row, "_draft", body_html=f'<p>Text.</p><figure data-picture="{image.uuid}"></figure>')
    if hours:
        set_time(ann, row, hours)
    (use,) = uses_of(image)
    assert (use.row, bool(use.public_from), use.is_public) == (row, bool(hours), False)
    other = make_article(title="Other", lead_picture=image)
    assert {one.row for one in uses_of(image)} == {row, other}
    offered = ann.get(reverse("admin:articles_article_unpublish", args=[other.pk])).text
    assert "Nothing else shows" not in offered


def test_pictures_of_changes_are_found_without_reading_every_version(settings, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by the number of rows")
    settings.MEDIA_ROOT = tmp_path / "media"
    assert "version_one_working_copy" in waitingpictures.copies_that_name(make_image()).explain()


@pytest.mark.django_db(transaction=True)
def test_pages_that_ask_wait_for_nobody_who_saves_and_keep_nobody_waiting(signed_in, make_article):
    """On SQLite a transaction holds the only write lock."""
    row, ann = make_article(), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    inside = []

    def watch(execute, sql, parameters, many, context):
        if connection.in_atomic_block and "session" not in sql:
            inside.append(sql)
        return execute(sql, parameters, many, context)

    pages = [page_of(row, "schedule"), page_of(row, "discard")]
    pages += [reverse(f"admin:articles_article_{name}", args=[row.pk]) for name in ("times", "unpublish")]
    with connection.execute_wrapper(watch):
        assert [ann.get(page).status_code for page in pages] == [200] * 4
    assert inside == []


def test_a_time_is_taken_off(signed_in, make_article):
    row, ann = make_article(), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    set_time(ann, row)
    page = values_on(ann.get(page_of(row, "schedule")))
    send(ann, row, "_draft", title="Later still")
    assert (
        "Look at them first."
        in ann.post(page_of(row, "schedule"), page | {"_unschedule": ""}, follow=True).text
    )
    page = values_on(ann.get(page_of(row, "schedule")))
    ann.post(page_of(row, "schedule"), page | {"_unschedule": ""})
    assert (working.of(row).publish_at, Article.objects.get().title) == (None, row.title)


def test_changes_are_discarded_after_a_question(signed_in, make_article):
    row, ann = make_article(title="Before"), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    page = ann.get(page_of(row, "discard"))
    assert "won’t be published" in " ".join(page.text.split())
    assert working.of(row)
    assert "Discarded." in ann.post(page_of(row, "discard"), values_on(page), follow=True).text
    assert working.of(row) is None
    assert values_on(ann.get(change(row)))["title"] == "Before"
    assert "No changes wait." in ann.get(page_of(row, "discard"), follow=True).text
    former = Version.objects.of(row).first()
    assert (former.kind, former.read()["fields"]["title"]) == ("draft", "Later")
    assert values_on(ann.get(f"{change(row)}?restore={former.pk}"))["title"] == "Later"


def test_the_list_says_where_changes_wait(signed_in, make_article, django_assert_num_queries):
    rows, ann = [make_article(title=f"Piece {number}") for number in range(4)], signed_in("ann")
    url = reverse("admin:articles_article_changelist")

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            ann.get(url)
        return len(asked)

    ann.get(url)
    before = queries()
    for row in rows[:2]:
        send(ann, row, "_draft", dek="Later")
    set_time(ann, rows[0])
    assert queries() == before
    text = ann.get(url).text
    assert (text.count(">changes waiting</span>"), text.count(">changes public on")) == (1, 1)
    assert text.count('class="field-state_and_changes"') == 4 and "column-changes_waiting" not in text
    form = BeautifulSoup(ann.get(change(rows[1])).content, "html.parser")
    assert form.select_one(".side-state").text.split()[1:] == ["published", "changes", "waiting"]
    for value, found in (("yes", rows[:2]), ("timed", rows[:1])):
        shown = ann.get(url, {"waiting": value}).context["cl"].queryset
        assert set(shown) == set(found)


def test_what_goes_to_the_trash_is_not_published_and_its_changes_come_back_without_a_time(
    signed_in, make_callout
):
    row, ann = make_callout(title="Before"), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    set_time(ann, row)
    delete = reverse("admin:articles_callout_delete", args=[row.pk])
    assert ann.post(delete, {"post": "yes"}).status_code == 302
    let_time_pass()
    assert not scheduling.is_any_due()
    scheduling.publish_due()
    assert not Mail.objects.filter(kind=scheduling.MAIL).exists()
    ann.post(reverse("admin:versions_trashed_put_back", args=[Trashed.objects.get().pk]))
    row.refresh_from_db()
    assert row.title == "Before"
    copy = working.of(row)
    assert (copy.publish_at, copy.read()["fields"]["title"]) == (None, "Later")
    assert values_on(ann.get(change(row)))["title"] == "Later"


def test_a_backup_that_is_put_back_takes_every_time_off(signed_in, make):
    row, ann = make(Article), signed_in("ann")
    send(ann, row, "_draft", title="Discarded after the backup")
    set_time(ann, row)
    let_time_pass()
    said = settling._at_every_restore()
    scheduling.publish_due()
    assert any("1 draft of changes had a time of publication" in sentence for sentence in said)
    assert working.of(row).publish_at is None
    assert Article.objects.get(pk=row.pk).title != "Discarded after the backup"
    assert scheduling.unschedule_all() == ""
