"""What somebody had in hand whose account is closed goes to a colleague, and is not forgotten until it does."""

import datetime
import re
import threading
import time

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from newsroom.editing import inhand
from newsroom.versions.models import Review, Version
from newsroom.versions.recording import recording
from newsroom.versions.review import steps
from newsroom.versions.workingcopies import handover, scheduling, working
from newsroom.versions.workingcopies.handover import Pieces
from tests.newsroom.versions.test_review import client_of, form_of, send, step
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
DRAFT = {"state": Article.State.DRAFT, "published_at": None}


def account_of(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def page_of(user):
    return reverse("admin:auth_user_in_hand", args=[user.pk])


def save_account(client, user, **values):
    """Save the form of an account as it is shown, with other values; None takes a tick off."""
    sent = values_on(client.get(account_of(user))) | values
    return client.post(account_of(user), {name: value for name, value in sent.items() if value is not None})


@pytest.fixture
def head(make_user):
    return client_of(make_user("head", "Administrator"))


@pytest.fixture
def ann(make_user):
    return make_user("ann", "Writer", first_name="Ann", last_name="Example")


@pytest.fixture
def ben(make_user):
    return make_user("ben", "Writer")


@pytest.fixture
def draft(make_article, ann):
    return make_article(title="A draft of ann", created_by=ann, **DRAFT)


def hand_over_at_once(work, former, heirs, by):
    """Let an Administrator for each of the heirs hand work over at the same moment; return how much each heir got."""
    begin, moved = threading.Barrier(len(heirs)), {}

    def hand_over(to):
        try:
            begin.wait(10)
            moved[to.username] = work.hand_over(User.objects.get(pk=former.pk), to, by)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_over, args=[to]) for to in heirs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return moved


def close(*people):
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_active=False)


def test_taking_may_sign_in_off_leads_to_what_the_person_had_in_hand(head, ann, ben, draft, make_resource):
    make_resource(title="A resource of ann", created_by=ann, **DRAFT)
    answer = save_account(head, ann, is_active=None)
    assert (answer.status_code, answer["Location"]) == (302, page_of(ann))
    page = head.get(page_of(ann)).text
    for said in (
        "What Ann Example had in hand",
        "2 drafts",
        "A draft of ann",
        "A resource of ann",
        form_of(draft),
    ):
        assert said in page
    assert "inquir" not in page.split('id="content-main"')[1].lower()


def test_saving_anything_else_of_an_account_or_one_with_nothing_leads_on(head, ann, ben, draft):
    assert save_account(head, ann, first_name="Anna")["Location"] != page_of(ann)
    assert save_account(head, ben, is_active=None)["Location"] != page_of(ben)


def test_a_draft_becomes_a_colleagues_own_and_its_history_says_so(head, ann, ben, draft):
    close(ann)
    assert client_of(ben).get(form_of(draft)).status_code != 200
    assert head.post(page_of(ann), {"pieces": ben.pk}).status_code == 302
    draft.refresh_from_db()
    assert (draft.created_by, draft.state) == (ben, "draft")
    version = Version.objects.of(draft).saved().first()
    assert version.comment == "Handed over from Ann Example to ben"
    assert version.created_by.username == "head"
    assert client_of(ben).get(form_of(draft)).status_code == 200
    assert not Article.objects.published().exists()


def test_what_was_sent_back_is_sent_back_to_the_new_one(head, ann, ben, draft, editor):
    step(client_of(ann), draft, "_submit")
    step(client_of(editor), draft, "_send_back", "Name the source.")
    close(ann)
    head.post(page_of(ann), {"pieces": ben.pk})
    assert steps.of(draft).asked_by == ben
    assert steps.of(draft).state == Review.State.SENT_BACK
    page = client_of(ben).get("/admin/").text
    assert "Sent back to you" in page and "A draft of ann" in page


def test_changes_that_wait_go_over_and_say_the_same(head, ann, ben, make_article):
    row = make_article(title="Before", created_by=ann)
    send(client_of(ann), row, "_draft", title="After")
    former = working.of(row)
    assert former.created_by == ann
    close(ann)
    head.post(page_of(ann), {"pieces": ben.pk})
    copy = working.of(row)
    row.refresh_from_db()
    assert (copy.created_by, copy.based_on, row.created_by) == (ben, former, ben)
    assert copy.read()["fields"]["title"] == "After"
    assert row.title == "Before"
    assert "Your changes that wait" in client_of(ben).get("/admin/").text
    assert values_on(client_of(ben).get(form_of(row)))["title"] == "After"


def test_what_was_changed_elsewhere_meanwhile_stays_under_the_changes_that_go_over(
    head, ann, ben, make_article
):
    row = make_article(title="Before", dek="Before", created_by=ann)
    send(client_of(ann), row, "_draft", title="After")
    Article.objects.filter(pk=row.pk).update(dek="By a command")
    close(ann)
    head.post(page_of(ann), {"pieces": ben.pk})
    fields = working.of(row).read()["fields"]
    assert (fields["title"], fields["dek"]) == ("After", "By a command")


def test_changes_with_a_time_stay_as_they_are(head, make_user, make_article, ben):
    eve = make_user("eve", "Editor")
    row = make_article(title="Before")
    send(client_of(eve), row, "_draft", title="After")
    at = timezone.now() + datetime.timedelta(days=1)
    Version.objects.waiting().update(publish_at=at, scheduled_by=eve)
    close(eve)
    assert "Nothing waits to be handed over" in head.get(page_of(eve)).text
    copy = working.of(row)
    assert (copy.created_by, copy.publish_at) == (eve, at)


def test_what_a_colleague_may_not_change_stays_until_somebody_may(head, make_user, make_page, ben, editor):
    eve = make_user("eve", "Editor")
    row = make_page(title="Before")
    send(client_of(eve), row, "_draft", title="After")
    close(eve)
    answer = head.post(page_of(eve), {"pieces": ben.pk}, follow=True)
    assert "1 piece with a review or changes" in answer.text
    assert working.of(row).created_by == eve
    head.post(page_of(eve), {"pieces": editor.pk})
    assert working.of(row).created_by == editor


def test_only_those_who_may_change_articles_are_offered(head, ann, ben, draft, make_user):
    make_user("nel", "Newsletter manager")
    closed = make_user("eve", "Editor")
    close(ann, closed)
    offered = head.get(page_of(ann)).text.split('name="pieces"')[1].split("</select>")[0]
    assert ">ben<" in offered and ">head<" in offered
    for name in ("nel", "eve", "Ann Example"):
        assert f">{name}<" not in offered
    nel = User.objects.get(username="nel")
    assert head.post(page_of(ann), {"pieces": nel.pk}).status_code == 200
    draft.refresh_from_db()
    assert draft.created_by == ann


def test_nothing_is_taken_from_somebody_who_still_works(head, ann, ben, draft):
    head.post(page_of(ann), {"pieces": ben.pk})
    assert Pieces().hand_over(ann, ben, ben) == 0
    draft.refresh_from_db()
    assert draft.created_by == ann


def test_losing_the_role_leads_there_as_well(head, ann, draft):
    other = Group.objects.get(name="Newsletter manager")
    assert save_account(head, ann, groups=[other.pk])["Location"] == page_of(ann)


def test_the_first_page_says_so_until_it_is_done(head, ann, ben, draft, editor):
    close(ann)
    said = "The account of Ann Example is closed, and this is still in that name: 1 draft."
    assert said in head.get("/admin/").text
    assert said not in client_of(editor).get("/admin/").text
    head.post(page_of(ann), {"pieces": ""})  # decided later
    assert said in head.get("/admin/").text
    head.post(page_of(ann), {"pieces": ben.pk})
    assert "Ann Example is closed" not in head.get("/admin/").text


def test_the_first_page_counts_who_else_waits_for_the_same(head, ann, ben, draft, make_article):
    make_article(title="A draft of ben", created_by=ben, **DRAFT)
    close(ann, ben)
    assert "1 more account waits for the same." in head.get("/admin/").text


def test_a_piece_in_the_trash_is_in_nobodys_hands(head, ann, ben, draft):
    step(client_of(ann), draft, "_submit")
    head.post(reverse("admin:articles_article_delete", args=[draft.pk]), {"post": "yes"})
    assert not Article.objects.exists()
    close(ann)
    assert "Ann Example is closed" not in head.get("/admin/").text


def test_an_account_with_something_in_hand_is_not_deleted(admin_user, ann, draft):
    boss = client_of(admin_user)
    delete = reverse("admin:auth_user_delete", args=[ann.pk])
    answer = boss.post(delete, {"post": "yes"}, follow=True)
    assert "Ann Example still has in hand: 1 draft." in answer.text
    boss.post(
        reverse("admin:auth_user_changelist"),
        {"action": "delete_selected", "_selected_action": [ann.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=ann.pk).exists()
    close(ann)
    assert boss.get(delete)["Location"] == page_of(ann)
    boss.post(page_of(ann), {"pieces": admin_user.pk})
    boss.post(delete, {"post": "yes"})
    assert not User.objects.filter(pk=ann.pk).exists()


def test_an_account_that_set_a_time_is_not_deleted_before_it(admin_user, make_user, make_article):
    """Without it, the changes would not become public, and nobody would be told."""
    eve, boss = make_user("eve", "Editor"), client_of(admin_user)
    row = make_article(title="Before")
    send(client_of(eve), row, "_draft", title="After")
    at = timezone.now() + datetime.timedelta(days=1)
    Version.objects.waiting().update(publish_at=at, scheduled_by=eve, created_by=admin_user)
    close(eve)
    delete = reverse("admin:auth_user_delete", args=[eve.pk])
    answer = boss.post(delete, {"post": "yes"}, follow=True).text
    assert "has set the time of publication of 1 piece with changes." in answer
    many = {"action": "delete_selected", "_selected_action": [eve.pk], "post": "yes"}
    boss.post(reverse("admin:auth_user_changelist"), many)
    assert User.objects.filter(pk=eve.pk).exists()
    scheduling.schedule(working.of(row), at, admin_user)
    boss.post(delete, {"post": "yes"})
    assert not User.objects.filter(pk=eve.pk).exists()


def test_who_may_not_manage_accounts_does_not_get_in(ann, draft, editor, ben):
    close(ann)
    assert client_of(editor).post(page_of(ann), {"pieces": ben.pk}).status_code == 403
    assert Client().get(page_of(ann)).status_code == 302
    draft.refresh_from_db()
    assert draft.created_by == ann


def test_only_a_superuser_hands_over_what_a_superuser_had(head, make_user, make_article, admin_user, ben):
    sue = make_user("sue", "Editor", is_superuser=True)
    make_article(created_by=sue, **DRAFT)
    close(sue)
    assert head.get(page_of(sue)).status_code == 403
    assert "account of sue" not in head.get("/admin/").text
    assert "account of sue" in client_of(admin_user).get("/admin/").text


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_once_one_hands_it_over(file_database, ann, ben, make_user, make_article):
    cleo, by = make_user("cleo", "Writer"), make_user("head", "Administrator")
    drafts = [make_article(title=f"Draft {n}", created_by=ann, **DRAFT) for n in range(5)]
    close(ann)
    moved = hand_over_at_once(Pieces(), ann, (ben, cleo), by)
    assert sorted(moved.values()) == [0, 5]
    winner = next(name for name, count in moved.items() if count)
    assert {Article.objects.get(pk=one.pk).created_by.username for one in drafts} == {winner}
    said = [one.comment for one in Version.objects.saved() if one.comment]
    assert said == [f"Handed over from Ann Example to {winner}"] * 5


@pytest.mark.django_db(transaction=True)
def test_a_colleague_who_is_saving_the_draft_is_waited_for(file_database, ann, ben, make_user, make_article):
    by, draft = make_user("head", "Administrator"), make_article(title="Before", created_by=ann, **DRAFT)
    close(ann)
    may_begin, moved = threading.Event(), []

    def hand_over():
        try:
            may_begin.wait(10)
            moved.append(Pieces().hand_over(User.objects.get(pk=ann.pk), ben, by))
        finally:
            connection.close()

    thread = threading.Thread(target=hand_over)
    thread.start()
    with transaction.atomic():
        row = Article.objects.select_for_update().get(pk=draft.pk)
        may_begin.set()
        time.sleep(0.5)  # the other one has locked both accounts, and waits for the draft
        with recording(row, ben, "Saved at the same moment"):
            Article.objects.filter(pk=row.pk).update(title="After")
    thread.join()
    draft.refresh_from_db()
    assert (moved, draft.title, draft.created_by) == ([1], "After", ben)


def handed_over_while_closing(kind, user, to, by):
    """Return how much goes to somebody whose account is being closed at that moment."""
    may_begin, moved = threading.Event(), []

    def hand_over():
        try:
            may_begin.wait(10)
            moved.append(kind.hand_over(User.objects.get(pk=user.pk), to, by))
        finally:
            connection.close()

    thread = threading.Thread(target=hand_over)
    thread.start()
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=to.pk)
        may_begin.set()
        time.sleep(0.5)
        held.is_active = False
        held.save()
    thread.join()
    return moved


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_to_somebody_whose_account_is_being_closed(
    file_database, ann, ben, make_user, make_article
):
    by, draft = make_user("head", "Administrator"), make_article(title="Before", created_by=ann, **DRAFT)
    close(ann)
    assert handed_over_while_closing(Pieces(), ann, ben, by) == [0]
    draft.refresh_from_db()
    assert draft.created_by == ann


def test_what_was_published_meanwhile_is_in_hand_no_more(ann, ben, draft, monkeypatch):
    close(ann)
    found = handover._held(ann)
    Article.objects.filter(pk=draft.pk).update(state="published", published_at=timezone.now())
    monkeypatch.setattr(handover, "_held", lambda user: found)
    monkeypatch.setattr(Pieces, "forsaken", lambda self: User.objects.filter(pk=ann.pk))
    assert Pieces().hand_over(ann, ben, ben) == 0
    draft.refresh_from_db()
    assert draft.created_by == ann


def test_very_many_are_counted_and_the_first_shown(head, ann, make_article, make_resource, monkeypatch):
    monkeypatch.setattr(inhand, "MOST_LINES", 3)
    make_resource(title="A resource of ann", created_by=ann, **DRAFT)
    for number in range(3):
        make_article(title=f"Draft {number}", created_by=ann, **DRAFT)
    close(ann)
    page = head.get(page_of(ann)).text
    assert "4 drafts" in page and "The first 3 of them are shown." in page
    assert "Draft 2" in page and "A resource of ann" not in page
    Article.objects.filter(title="Draft 2").delete()
    page = head.get(page_of(ann)).text
    assert "A resource of ann" in page and "of them are shown" not in page


def test_the_first_page_reads_no_draft_to_count_them(head, ann, make_article):
    for number in range(3):
        make_article(title=f"Draft {number}", created_by=ann, **DRAFT)
    close(ann)
    with CaptureQueriesContext(connection) as queries:
        assert "3 drafts" in head.get("/admin/").text
    about = [one["sql"] for one in queries if re.search(rf'"created_by_id" = {ann.pk}\b', one["sql"])]
    assert about and not any('"articles_article"."title"' in one for one in about)


def test_of_very_many_some_go_over_at_a_time(head, ann, ben, make_article, monkeypatch):
    monkeypatch.setattr(handover, "MOST", 2)
    for number in range(3):
        make_article(title=f"Draft {number}", created_by=ann, **DRAFT)
    close(ann)
    page = head.post(page_of(ann), {"pieces": ben.pk}, follow=True).text
    assert "2 were handed over" in page and "Still here: 1 draft." in page
    head.post(page_of(ann), {"pieces": ben.pk})
    assert not Article.objects.filter(created_by=ann).exists()
