"""A writer hands a piece in, an Editor sends it back or publishes it, and colleagues write notes; nobody else may."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from newsroom.outbox import sending
from newsroom.outbox.models import Mail
from newsroom.versions import recording
from newsroom.versions.models import MailWish, Remark, Review
from newsroom.versions.review import steps
from newsroom.versions.workingcopies import working
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
REFUSED = "You may not open this page"
KINDS = ["article", "page", "resource"]


def form_of(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def review_of(row):
    return reverse(f"admin:articles_{row._meta.model_name}_review", args=[row.pk])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def people(make_user):
    """Return the clients of ann, a Writer, and of ben, an Editor."""
    return client_of(make_user("ann", "Writer")), client_of(make_user("ben", "Editor"))


@pytest.fixture
def draft(people, make_article):
    return make_article(
        title="A draft of ann",
        state=Article.State.DRAFT,
        published_at=None,
        created_by=User.objects.get(username="ann"),
    )


def send(client, row, button, **values):
    """Send the form of a row as it is shown, with other values, by one of its buttons."""
    page = client.get(form_of(row))
    return client.post(form_of(row), values_on(page) | values | {button: ""}, follow=True)


def step(client, row, button, text=""):
    return client.post(review_of(row), {"text": text, button: ""}, follow=True)


def state_of(row):
    review = steps.of(row)
    return review and review.state


def test_a_piece_goes_from_its_writer_to_an_editor_and_back_and_out(people, draft):
    ann, ben = people
    assert 'name="_submit"' in ann.get(form_of(draft)).text
    saved = send(ann, draft, "_submit", title="Ann’s draft")
    assert saved.redirect_chain[-1][0] == review_of(draft) + "?submit"
    assert "One step is left: submit it." in saved.text and state_of(draft) is None
    assert "Submitted." in step(ann, draft, "_submit", "Please look at the numbers").text
    first = ben.get("/admin/").text
    assert "Waiting for your review" in first and "Please look at the numbers" in first
    assert f'href="{form_of(draft)}"' in first
    form = ben.get(form_of(draft)).text
    assert "Waiting for review" in form and "Please look at the numbers" in form

    assert "Sent back." in step(ben, draft, "_send_back", "Name the source of the second").text
    first = ann.get("/admin/").text
    assert "Sent back to you" in first and "Name the source of the second" in first
    assert "Waiting for your review" not in ben.get("/admin/").text

    step(ann, draft, "_submit", "Named")
    assert "Published. See it at" in send(ben, draft, "_publish").text
    assert state_of(draft) is None
    assert Client().get(draft.get_absolute_url()).status_code == 200
    history = ben.get(reverse("admin:articles_article_history", args=[draft.pk])).text
    told = ["published", "Named", "Name the source of the second", "Please look at the numbers"]
    assert [history.index(one) for one in told[1:]] == sorted(history.index(one) for one in told[1:])
    kinds = list(Remark.objects.of(draft).values_list("kind", flat=True))
    assert kinds == ["published", "submitted", "sent-back", "submitted"]


def test_what_is_submitted_stays_so_while_its_writer_goes_on_and_can_be_taken_back(people, draft):
    ann, _ben = people
    step(ann, draft, "_submit")
    page = send(ann, draft, "_save", title="Better").text
    assert "it stays submitted" in page and 'name="_submit"' not in page
    assert state_of(draft) == "waiting"
    assert "Taken back." in step(ann, draft, "_take_back").text
    assert state_of(draft) is None and "Waiting for review" not in ann.get(form_of(draft)).text


@pytest.mark.parametrize("kind", KINDS)
def test_changes_of_what_is_public_are_handed_in_too(people, request, kind):
    _ann, ben = people
    row = request.getfixturevalue(f"make_{kind}")(title="Public")
    send(ben, row, "_submit", title="Later")
    assert type(row).objects.get(pk=row.pk).title == "Public"
    step(ben, row, "_submit", "Is it better so?")
    assert state_of(row) == "waiting"
    page = ben.get("/admin/").text
    assert "Is it better so?" in page
    send(ben, row, "_save")
    assert type(row).objects.get(pk=row.pk).title == "Later" and state_of(row) is None


def test_the_list_says_and_finds_what_waits(people, draft, make_article):
    ann, ben = people
    make_article(title="Another")
    step(ann, draft, "_submit")
    address = reverse("admin:articles_article_changelist")
    assert '<span class="state state-review-waiting">waiting for review</span>' in ben.get(address).text
    found = ben.get(f"{address}?state=review-waiting").text
    assert "A draft of ann" in found and "Another" not in found
    assert "A draft of ann" not in ben.get(f"{address}?state=review-sent-back").text


def test_nobody_who_may_publish_is_forced_through_it(people, make_article):
    _ann, ben = people
    mine = make_article(title="Ben’s", state=Article.State.DRAFT, published_at=None)
    assert 'name="_submit"' not in ben.get(form_of(mine)).text
    send(ben, mine, "_publish")
    assert Article.objects.get(pk=mine.pk).is_public and not Remark.objects.exists()


@pytest.mark.parametrize(
    ("role", "button", "may"),
    [
        ("Editor", "_submit", True), ("Editor", "_note", True), ("Editor", "_send_back", True), ("Editor", "_take_back", True),
        ("Administrator", "_submit", True), ("Administrator", "_send_back", True),
        ("Writer", "_submit", False), ("Writer", "_note", False), ("Writer", "_send_back", False), ("Writer", "_take_back", False),
        ("Newsletter manager", "_note", False), ("Inquiry officer", "_note", False), ("Inquiry officer", "_submit", False),
    ],
)  # fmt: skip
def test_each_step_is_taken_or_refused_in_the_look_of_the_admin(make_user, draft, role, button, may):
    """The Writer is another one than whose draft it is."""
    if button in {"_send_back", "_take_back"}:
        step(client_of(draft.created_by), draft, "_submit")
    client, before = client_of(make_user("zoe", role)), Remark.objects.count()
    answer = step(client, draft, button, "A word")
    assert (Remark.objects.count() > before) == may
    if may:
        assert answer.status_code == 200 and answer.redirect_chain
    else:
        assert answer.status_code in {403, 404} and "branding" in answer.text
        assert client.get(review_of(draft)).status_code in {403, 404}


def test_the_writer_sends_nothing_back_by_hand(people, draft):
    ann, _ben = people
    step(ann, draft, "_submit")
    refused = step(ann, draft, "_send_back", "To me")
    assert refused.status_code == 403 and REFUSED in refused.text and state_of(draft) == "waiting"
    assert 'name="_send_back"' not in ann.get(review_of(draft)).text


def test_a_visitor_and_who_is_signed_out_get_to_the_sign_in_page(draft, client):
    answer = client.post(review_of(draft), {"_note": "", "text": "Hello"})
    assert 'name="password"' in answer.text and not Remark.objects.exists()


def test_a_step_out_of_turn_changes_nothing_and_says_so(people, draft):
    ann, ben = people
    for button in ("_send_back", "_take_back"):
        assert "somebody has taken a step meanwhile" in step(ben, draft, button, "Why").text
    step(ann, draft, "_submit", "First")
    assert "somebody has taken a step meanwhile" in step(ann, draft, "_submit", "Second").text
    assert [one.text for one in Remark.objects.of(draft)] == ["First"]


def test_what_is_public_with_no_changes_cannot_be_submitted(people, make_article):
    _ann, ben = people
    row = make_article()
    assert 'name="_submit"' not in ben.get(review_of(row)).text
    assert "somebody has taken a step meanwhile" in step(ben, row, "_submit").text and state_of(row) is None


def test_sending_back_and_notes_need_a_word(people, draft):
    ann, ben = people
    step(ann, draft, "_submit")
    for button in ("_send_back", "_note"):
        page = ben.post(review_of(draft), {"text": "  ", button: ""})
        assert page.status_code == 200 and "Write something first." in page.text
    assert state_of(draft) == "waiting"
    long = ben.post(review_of(draft), {"text": "long " * 500, "_send_back": ""})
    assert "at most 2000 characters" in long.text and state_of(draft) == "waiting"


def test_notes_are_for_colleagues_and_go_with_the_piece(people, make_article):
    _ann, ben = people
    row = make_article()
    step(ben, row, "_note", "Check the <b>name</b> of the village")
    step(ben, row, "_note", "Check the <b>name</b> of the village")  # a second press
    assert Remark.objects.count() == 1
    page = ben.get(form_of(row)).text
    assert "Check the &lt;b&gt;name&lt;/b&gt; of the village" in page and "<strong>ben</strong>" in page
    for address in (row.get_absolute_url(), "/", "/feeds/news.rss"):
        assert b"village" not in Client().get(address).getvalue()
    assert row.title not in Client().get("/search/?q=village").text
    recording.forget_key("articles.article", row.pk)
    assert not Remark.objects.exists() and not Review.objects.exists()


def test_a_piece_in_the_trash_waits_for_nobody_and_comes_back_as_it_was(people, draft):
    from newsroom.versions.trash import putting

    ann, ben = people
    step(ann, draft, "_submit", "Please")
    key = draft.pk
    with putting.to_trash([draft]):
        draft.delete()
    assert "Waiting for your review" not in ben.get("/admin/").text
    assert Review.objects.filter(object_id=key).exists() and Remark.objects.filter(object_id=key).exists()


def test_whose_draft_was_published_meanwhile_gets_a_draft_of_changes_and_is_told(people, draft):
    ann, ben = people
    values = values_on(ann.get(form_of(draft)))
    send(ben, draft, "_publish")
    answer = ann.post(form_of(draft), values | {"title": "Ann goes on", "_save": ""}, follow=True)
    assert answer.status_code == 200 and "It was published since you opened it." in answer.text
    stored = Article.objects.get(pk=draft.pk)
    assert stored.title == "A draft of ann" and stored.is_public
    assert working.of(draft).as_row().title == "Ann goes on"
    assert "Published lately" in ann.get("/admin/").text


def test_mail_goes_to_those_who_asked_for_it_and_names_who_and_the_title_alone(people, draft, make_user):
    ann, ben = people
    make_user("cat", "Editor")
    make_user("dan", "Newsletter manager")
    assert (
        "You get mail about reviews"
        in ben.post(reverse("admin:review_mail"), {"wanted": "on"}, follow=True).text
    )
    for name in ("ann", "dan"):
        MailWish.objects.create(user=User.objects.get(username=name))
    step(ann, draft, "_submit", "The secret comment")
    sending.send_due()
    asked = mail.outbox.pop()
    assert not mail.outbox and asked.to == ["ben@example.org"] and "ann asks for a review" in asked.subject
    words = asked.body + str(asked.alternatives)
    assert "A draft of ann" in words and form_of(draft) in words
    assert "secret" not in words and "The first paragraph" not in words
    step(ben, draft, "_send_back", "The secret answer")
    sending.send_due()
    answered = mail.outbox.pop()
    assert answered.to == ["ann@example.org"] and "has sent back" in answered.subject
    assert "secret" not in answered.body
    ben.post(reverse("admin:review_mail"), {})
    step(ann, draft, "_submit")
    assert not Mail.objects.filter(kind="review_asked").exists()
    send(ben, draft, "_publish")
    sending.send_due()
    assert "has published" in mail.outbox.pop().subject


@pytest.mark.parametrize("late", ["taken back", "no right", "no wish", "gone"])
def test_mail_that_nobody_needs_any_more_is_not_sent(people, draft, late):
    ann, _ben = people
    ben = User.objects.get(username="ben")
    MailWish.objects.create(user=ben)
    step(ann, draft, "_submit")
    assert Mail.objects.filter(kind="review_asked").count() == 1
    if late == "taken back":
        step(ann, draft, "_take_back")
    elif late == "no right":
        ben.groups.clear()
    elif late == "no wish":
        MailWish.objects.all().delete()
    else:
        Article.objects.filter(pk=draft.pk).delete()
    sending.send_due()
    assert not mail.outbox and not Mail.objects.exists()


def test_a_purge_of_a_name_takes_the_notes_that_hold_it(people, make_article):
    from newsroom.versions.purging.purging import Phrase, purge

    _ann, ben = people
    row = make_article(state=Article.State.DRAFT, published_at=None)
    step(ben, row, "_submit", "Leave Noi Example out")
    step(ben, row, "_note", "Nothing of her")
    purge(Phrase("Noi Example"), User.objects.get(username="ben"), is_gone=False)
    assert [one.text for one in Remark.objects.of(row)] == ["Nothing of her"]
    assert state_of(row) == "waiting" and ben.get("/admin/").status_code == 200
    assert timezone.now() >= steps.of(row).asked_at


def test_an_editor_sends_back_what_others_submitted_and_takes_back_only_their_own(people, draft):
    ann, ben = people
    step(ann, draft, "_submit")
    theirs = ben.get(review_of(draft)).text
    assert 'name="_send_back"' in theirs and 'name="_take_back"' not in theirs
    assert f'class="button" href="{form_of(draft)}">Read and publish<' in theirs
    assert 'name="_take_back"' in ann.get(review_of(draft)).text
    step(ann, draft, "_take_back")
    step(ben, draft, "_submit")
    assert 'name="_take_back"' in ben.get(review_of(draft)).text
