"""An issue on its way from the first click to the correction, as its editor meets it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.models import Batch, Delivery, Dispatch, Issue, Item, Subscriber
from newsletter.sending import checks, jobs, lifecycle
from newsroom.outbox import sending
from newsroom.pictures.models import Image

pytestmark = pytest.mark.usefixtures("fresh_sender")
LIST = "/admin/newsletter/issue/"
ADD = f"{LIST}add/"


@pytest.fixture
def manager(db):
    user = User.objects.create_user("manager", "manager@example.org", is_staff=True)
    user.groups.add(Group.objects.get(name="Newsletter manager"))
    return user


@pytest.fixture
def desk(client, manager, site):
    """Return a client at which a newsletter manager sits."""
    client.force_login(manager)
    return client


def url(issue, page):
    return f"{LIST}{issue.pk}/{page}/"


def form_of(issue, **values):
    """Return what the form of a draft posts."""
    data = {
        "subject": issue.subject, "preheader": issue.preheader, "slug": issue.slug, "language": issue.language,
        "introduction_html": issue.introduction_html, "audience": issue.audience,
    }  # fmt: skip
    for prefix, kind, fields in [
        ("items", "article", ["group", "title", "blurb", "position"]),
        ("items-2", "event", ["group", "title", "when", "url", "blurb", "position"]),
    ]:
        items = list(issue.items.filter(kind=kind))
        data |= {f"{prefix}-TOTAL_FORMS": len(items), f"{prefix}-INITIAL_FORMS": len(items)}
        for number, item in enumerate(items):
            data |= {f"{prefix}-{number}-id": item.pk, f"{prefix}-{number}-issue": issue.pk}
            data |= {f"{prefix}-{number}-{field}": getattr(item, field) for field in fields}
    return data | values


def send(issue):
    """Let the worker send an issue whose minute is over."""
    Issue.objects.filter(pk=issue.pk).update(send_at=timezone.now())
    jobs.send_due()
    issue.refresh_from_db()


def test_a_form_says_what_state_the_issue_is_in(desk, make_issue):
    heading = BeautifulSoup(desk.get(url(make_issue(), "change")).content, "html.parser").h1
    assert heading.select_one(".state").text == "draft"


def test_a_new_issue_starts_from_what_was_published_since_the_last_one(
    desk, make_article, make_country, make_issue
):
    make_issue(created_at=timezone.now() - timedelta(days=20))
    make_article(title="Before", published_at=timezone.now() - timedelta(days=21))
    make_article(title="Since", countries=[make_country()], dek="What happened.")
    page = desk.get(ADD).content.decode()
    assert "1 article was published since" in page
    moment = timezone.localtime(timezone.now() - timedelta(days=20))
    answer = desk.post(
        ADD,
        {
            "since_0": f"{moment:%Y-%m-%d}",
            "since_1": f"{moment:%H:%M:%S}",
            "grouping": "countries",
            "language": "en",
        },
    )
    issue = Issue.objects.latest("pk")
    assert answer.url == f"{LIST}{issue.pk}/change/"
    item = issue.items.get()
    assert (item.article.title, item.group, item.blurb) == ("Since", "Laos", "What happened.")


def test_a_date_that_is_none_gets_a_message(desk):
    answer = desk.post(ADD, {"since_0": "2006-08-05", "since_1": "", "grouping": "colours", "language": "xx"})
    assert answer.status_code == 200
    assert Issue.objects.count() == 0
    assert "This field is required." in answer.content.decode()
    assert "colours is not one of the available choices" in answer.content.decode()


def test_entries_are_chosen_ordered_and_edited(desk, make_article, make_issue):
    issue = make_issue(articles=[make_article(title=f"Story {n}") for n in range(3)])
    more, draft = make_article(title="One more"), make_article(state="draft", published_at=None)
    data = form_of(
        issue,
        **{
            "items-0-DELETE": "on", "items-1-position": 30, "items-2-position": 20, "items-2-blurb": "In our words.",
            "items-2-title": "Another title", "more_articles": [more.pk],
            "items-2-TOTAL_FORMS": 1, "items-2-INITIAL_FORMS": 0, "items-2-0-title": "Meeting",
            "items-2-0-when": "5 May", "items-2-0-issue": issue.pk, "subject": "New subject",
        },
    )  # fmt: skip
    assert desk.post(f"{LIST}{issue.pk}/change/", data).status_code == 302
    issue.refresh_from_db()
    assert issue.subject == "New subject"
    assert [str(item) for item in issue.items.all()] == ["Another title", "Story 1", "One more", "Meeting"]
    assert [item.position for item in issue.items.all()] == [10, 20, 30, 40]
    assert issue.items.first().blurb == "In our words."
    refused = desk.post(f"{LIST}{issue.pk}/change/", form_of(issue, more_articles=[draft.pk]))
    assert "Only public articles can stand in an issue." in refused.content.decode()


def test_an_event_needs_a_title_at_once_and_an_audience_by_interest_its_subjects_before_it_is_sent(
    desk, make_issue
):
    issue = make_issue(subject="New in August", introduction_html="<p>Three stories.</p>")
    event = {
        "items-2-TOTAL_FORMS": 1,
        "items-2-INITIAL_FORMS": 0,
        "items-2-0-title": "",
        "items-2-0-when": "5 May",
    }
    page = desk.post(f"{LIST}{issue.pk}/change/", form_of(issue, **event))
    assert page.status_code == 200
    assert "This field is required" in page.content.decode()
    assert issue.items.count() == 0
    draft = form_of(issue, audience="interested", slug="", subject="Rescue in Vientiane")
    assert desk.post(f"{LIST}{issue.pk}/change/", draft).status_code == 302
    issue.refresh_from_db()
    assert issue.slug == "rescue-in-vientiane"
    asked = "Choose the countries or topics that its readers are interested in."
    assert asked in [finding.text for finding in checks.findings(issue) if finding.blocks]


def test_the_form_shows_lengths_and_how_many_readers_there_are(desk, make_issue, make_subscriber, make_topic):
    issue = make_issue(subject="Twelve chars", audience=Issue.Audience.INTERESTED)
    topic = make_topic()
    issue.topics.set([topic])
    for number in range(3):
        reader = make_subscriber()
        reader.topics.set([topic] if number else [make_topic(name="Other", slug="other")])
    page = desk.get(f"{LIST}{issue.pk}/change/").content.decode()
    assert 'data-length-of="id_subject">12 characters<' in page
    assert "2 people" in page


def test_the_form_asks_the_database_as_often_for_twenty_entries_as_for_one(desk, make_article, make_issue):
    counts = []
    for number in (1, 20):
        issue = make_issue(articles=[make_article() for _ in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(f"{LIST}{issue.pk}/change/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_asks_the_database_as_often_for_fifty_rows_as_for_one(desk, make_issue):
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_issue()
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_preview_shows_html_a_phone_and_text_under_a_strict_policy(desk, make_article, make_issue):
    issue = make_issue(articles=[make_article(title="Seven women")])
    page = desk.get(url(issue, "preview"))
    text = page.content.decode()
    assert text.count("<iframe") == 3
    assert text.count(f'src="{url(issue, "mail")}?scheme=') == 3
    assert text.count(" sandbox ") == 3
    assert "/news/" in text.partition("<pre")[2]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    mail = desk.get(url(issue, "mail"))
    assert "Seven women" in mail.content.decode()
    dark = desk.get(url(issue, "mail"), {"scheme": "dark"}).content.decode()
    assert "@media all" in dark
    policy = mail.headers["Content-Security-Policy"]
    for rule in ["default-src 'none'", "sandbox", "frame-ancestors 'self'", "style-src 'unsafe-inline'"]:
        assert rule in policy
    assert "script-src" not in policy
    assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_test_goes_to_the_person_who_asks_and_changes_nothing(desk, manager, make_issue, mailoutbox):
    issue = make_issue(subject="August")
    answer = desk.post(url(issue, "test"), follow=True)
    assert "A test is on its way to manager@example.org." in answer.content.decode()
    sending.send_due()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["manager@example.org"], "Test: August")]
    assert "List-Unsubscribe" in mailoutbox[0].message()
    issue.refresh_from_db()
    assert issue.state == Issue.State.DRAFT
    assert Delivery.objects.count() == 0


def test_without_a_mail_address_or_a_postal_address_no_test_is_sent(
    desk, manager, make_issue, site, mailoutbox
):
    issue = make_issue()
    site.postal_address = ""
    site.save()
    assert "lack the postal address" in desk.post(url(issue, "test"), follow=True).content.decode()
    assert "lack the postal address" in desk.get(url(issue, "preview")).content.decode()
    assert desk.get(url(issue, "mail")).status_code == 404
    type(manager).objects.update(email="")  # save() would sign the account out
    assert "has no mail address" in desk.post(url(issue, "test"), follow=True).content.decode()
    sending.send_due()
    assert mailoutbox == []


def test_nothing_is_sent_while_the_check_finds_a_fault(desk, make_issue, make_subscriber):
    make_subscriber()
    issue = make_issue(introduction_html='<p><a href="/nowhere/">Look</a></p>')
    page = desk.get(url(issue, "send")).content.decode()
    assert "The link of “Look” leads nowhere: /nowhere/" in page
    assert "Send now" not in page
    desk.post(url(issue, "send"), {"_now": ""})
    issue.refresh_from_db()
    assert issue.state == Issue.State.DRAFT


def test_nothing_is_sent_to_nobody(desk, make_issue, make_article):
    issue = make_issue(articles=[make_article()])
    assert "Nobody would get it" in desk.get(url(issue, "send")).content.decode()
    desk.post(url(issue, "send"), {"_now": ""})
    issue.refresh_from_db()
    assert issue.state == Issue.State.DRAFT


def test_send_now_says_to_how_many_waits_a_minute_and_can_be_undone(
    desk, make_issue, make_article, make_subscriber, mailoutbox
):
    Subscriber.objects.bulk_create(
        Subscriber(address=f"r{n}@example.org", address_key=f"r{n}@example.org", state="confirmed")
        for n in range(1812)
    )
    issue = make_issue(articles=[make_article()])
    assert "to 1,812 people" in desk.get(url(issue, "send")).content.decode()
    before = timezone.now()
    assert desk.post(url(issue, "send"), {"_now": ""}).url == url(issue, "progress")
    issue.refresh_from_db()
    assert issue.state == Issue.State.SCHEDULED
    assert timedelta(seconds=55) < issue.send_at - before < timedelta(seconds=65)
    jobs.send_due()
    assert mailoutbox == []
    page = desk.get(url(issue, "progress")).content.decode()
    assert "to 1,812 people" in page
    assert "Undo" in page
    assert "It is a draft again" in desk.post(url(issue, "undo"), follow=True).content.decode()
    issue.refresh_from_db()
    assert (issue.state, issue.send_at) == (Issue.State.DRAFT, None)


def test_it_is_scheduled_for_a_time_to_come(desk, make_issue, make_article, make_subscriber):
    make_subscriber()
    issue = make_issue(articles=[make_article()])
    past = desk.post(url(issue, "send"), {"_schedule": "", "at_0": "2020-01-01", "at_1": "09:00"})
    assert "This time is over" in past.content.decode()
    day = timezone.localdate() + timedelta(days=3)
    desk.post(url(issue, "send"), {"_schedule": "", "at_0": f"{day}", "at_1": "09:30"})
    issue.refresh_from_db()
    assert issue.state == Issue.State.SCHEDULED
    assert timezone.localtime(issue.send_at).strftime("%Y-%m-%d %H:%M") == f"{day} 09:30"
    assert LogEntry.objects.filter(object_id=issue.pk).count() == 1


def test_what_left_cannot_be_changed_or_deleted(desk, make_issue, make_article, make_subscriber):
    make_subscriber()
    issue = make_issue(articles=[make_article()], subject="As it was")
    data = form_of(issue, subject="Changed")
    desk.post(url(issue, "send"), {"_now": ""})
    for _moment in ("scheduled", "sent"):
        assert desk.post(f"{LIST}{issue.pk}/change/", data).status_code == 403
        assert desk.post(f"{LIST}{issue.pk}/delete/", {"post": "yes"}).status_code == 403
        assert desk.get(f"{LIST}{issue.pk}/change/").url == url(issue, "progress")
        send(issue)
        assert issue.state == Issue.State.SENT
    assert issue.subject == "As it was"


def test_its_figures_are_those_of_the_ledger(desk, make_issue, make_article, make_subscriber, mailoutbox):
    readers = [make_subscriber() for _ in range(3)]
    issue = make_issue(articles=[make_article()])
    desk.post(url(issue, "send"), {"_now": ""})
    send(issue)
    assert len(mailoutbox) == 3
    readers[0].unsubscribe()
    page = desk.get(url(issue, "progress")).content.decode()
    figures = dict(
        zip(
            *[iter(part.partition("<")[0] for part in page.replace("<dd>", "<dt>").split("<dt>")[1:])] * 2,
            strict=False,
        )
    )
    assert figures["Delivered to the mail server"] == "3"
    assert figures["Waiting"] == "0"
    assert figures["Unsubscribed since"] == "1"
    assert "See it in the archive" in page
    assert "1 of 3" not in page


def test_it_pauses_resumes_and_cancels_the_rest(desk, make_issue, make_article, make_subscriber, mailoutbox):
    make_subscriber()
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    lifecycle.start(issue)
    assert "Paused" in desk.post(url(issue, "pause"), follow=True).content.decode()
    jobs.send_due()
    assert mailoutbox == []
    page = desk.post(url(issue, "resume"), follow=True).content.decode()
    assert "Sending goes on" in page
    assert "Cancel the rest" in page
    assert "Cancelled" in desk.post(url(issue, "cancel"), follow=True).content.decode()
    assert "came too late" in desk.post(url(issue, "resume"), follow=True).content.decode()
    jobs.send_due()
    assert mailoutbox == []


def test_an_article_withdrawn_meanwhile_pauses_the_issue_and_says_so(
    desk, make_issue, make_article, make_subscriber, mailoutbox
):
    make_subscriber()
    article = make_article(title="Seven women")
    issue = make_issue(articles=[article, make_article()])
    lifecycle.schedule(issue, timezone.now())
    article.withdraw()
    article.save()
    send(issue)
    assert issue.state == Issue.State.PAUSED
    assert "An article was withdrawn: Seven women" in desk.get(url(issue, "progress")).content.decode()
    assert mailoutbox == []
    desk.post(url(issue, "resume"))
    jobs.send_due()
    assert "Seven women" not in mailoutbox[0].body


def test_the_script_gets_the_figures_alone(desk, make_issue):
    issue = make_issue(state=Issue.State.SENDING, published_at=timezone.now())
    part = desk.get(url(issue, "progress"), {"part": ""}).content.decode()
    assert 'id="figures" data-state="sending"' in part
    assert "<form" not in part
    assert "<html" not in part


def test_the_progress_page_asks_as_often_for_a_thousand_batches_as_for_one(desk, make_issue):
    issue = make_issue(state=Issue.State.SENDING, published_at=timezone.now())
    Dispatch.objects.create(issue=issue, last_id=0, is_complete=True)
    counts = []
    for number in (1, 999):
        Batch.objects.bulk_create(Batch(issue=issue, size=1000, sent=500) for _ in range(number))
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(url(issue, "progress"), {"part": ""}).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "500,000" in page


def test_a_correction_goes_to_exactly_those_who_got_the_issue(
    desk, make_issue, make_article, make_subscriber, mailoutbox
):
    got_it = make_subscriber()
    issue = make_issue(articles=[make_article()])
    desk.post(url(issue, "send"), {"_now": ""})
    send(issue)
    make_subscriber()
    answer = desk.post(url(issue, "correct"))
    correction = Issue.objects.get(corrects=issue)
    assert answer.url == f"{LIST}{correction.pk}/change/"
    page = desk.get(answer.url).content.decode()
    assert "exactly those who got the issue" in page
    assert 'name="audience"' not in page
    data = form_of(correction, introduction_html="<p>The number was wrong.</p>")
    del data["audience"]
    desk.post(answer.url, data)
    assert "to 1 person" in desk.get(url(correction, "send")).content.decode()
    desk.post(url(correction, "send"), {"_now": ""})
    send(correction)
    assert [mail.to for mail in mailoutbox] == [[got_it.address], [got_it.address]]
    assert mailoutbox[1].subject.startswith("Correction: ")


@pytest.mark.parametrize("role", ["Writer", "Editor", "Inquiry officer"])
def test_other_roles_have_no_way_in(client, make_user, make_issue, site, role):
    issue = make_issue()
    client.force_login(make_user("other", role))
    for path in [
        LIST,
        ADD,
        *(url(issue, page) for page in ("change", "preview", "mail", "send", "progress")),
    ]:
        assert client.get(path).status_code == 403, path
    for page in ("test", "send", "undo", "pause", "resume", "cancel", "correct"):
        assert client.post(url(issue, page)).status_code == 403, page
    issue.refresh_from_db()
    assert issue.state == Issue.State.DRAFT


def test_buttons_do_nothing_by_a_link(desk, make_issue):
    issue = make_issue(state=Issue.State.SENDING)
    for page in ("test", "undo", "pause", "resume", "cancel", "correct"):
        assert desk.get(url(issue, page)).status_code == 405
    assert desk.get(f"{LIST}999999/progress/").status_code == 404
    assert Item.objects.count() == 0


def test_a_picture_in_an_issue_with_a_time_is_its_writers_no_more(client, writer, make_issue):
    """What an Editor or manager has looked at goes to all readers: nobody else puts another file there."""
    words = {"alt_text": "A door.", "credit": "Ours", "width": 9, "height": 9, "storage_key": "0" * 32}
    image = Image.objects.create(created_by=writer, **words)
    issue = make_issue(introduction_html=f'<p>Look:</p><figure data-picture="{image.uuid}"></figure>')
    page = f"/admin/pictures/image/{image.pk}/replace/"
    client.force_login(writer)
    assert client.get(page).status_code == 200
    lifecycle.schedule(issue, timezone.now() + timedelta(hours=1))
    assert client.get(page).status_code == 403
    lifecycle.undo(issue)
    assert client.get(page).status_code == 200
