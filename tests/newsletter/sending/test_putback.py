"""Promise 10: an issue is not sent a second time because a backup was put back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Batch, Delivery, Dispatch, Issue
from newsletter.sending import enqueuing, jobs, lifecycle, putback
from newsroom.outbox import pausing
from tests.newsroom.backups.test_resuming import resume, work

pytestmark = pytest.mark.django_db(transaction=True)
READERS = 12


@pytest.fixture
def sending(site, make_issue, make_subscriber, make_article, monkeypatch):
    """Return an issue of which five of twelve readers have got their message; some are not enqueued yet."""
    monkeypatch.setattr(enqueuing, "BATCH", 8)
    for _number in range(READERS):
        make_subscriber()
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    lifecycle.start(issue)
    steps = iter([False, True])
    enqueuing.enqueue_due(lambda: next(steps))
    Dispatch.objects.update(
        due_at=timezone.now() + timedelta(days=1)
    )  # the worker does not come to the others
    first = Delivery.objects.order_by("pk").values_list("pk", flat=True)[:5]
    Delivery.objects.exclude(pk__in=list(first)).update(
        due_at=timezone.now() + timedelta(days=1), state="deferred"
    )
    jobs.send_due()
    Delivery.objects.filter(state="deferred").update(due_at=None, state="queued")
    for model in (Dispatch, Batch):
        model.objects.update(due_at=timezone.now())
    assert len(mail.outbox) == 5
    mail.outbox.clear()
    return issue


def test_the_default_sends_none_and_lists_who_may_lack_the_issue(sending, snapshot, client, admin_user):
    backup = snapshot()
    Delivery.objects.filter(state="queued").update(
        state="sent"
    )  # some of the rest, and then the machine dies
    mail.outbox.clear()
    backup.put_back()
    work()
    assert mail.outbox == [] and pausing.is_paused()
    told = resume("--yes")
    assert f"{READERS - 5} readers may lack it" in told
    work()
    assert mail.outbox == [] and not pausing.is_paused()
    issue = Issue.objects.get(pk=sending.pk)
    assert issue.state == Issue.State.CANCELLED and putback.lacking(issue).count() == READERS - 5
    client.force_login(admin_user)
    page = client.get(reverse("admin:newsletter_issue_lacking", args=[issue.pk]))
    assert page.content.decode().count("@example.org") >= READERS - 5


def test_finishing_sends_to_those_who_lack_it_in_the_backup(sending, snapshot):
    had_it = set(Delivery.objects.filter(state="sent").values_list("subscriber__address_key", flat=True))
    backup = snapshot()
    backup.put_back()
    resume("--finish-issues")
    work()
    got_it = {message.to[0] for message in mail.outbox}
    assert len(mail.outbox) == READERS - 5 and not got_it & had_it


def test_an_issue_that_was_sent_after_the_backup_is_not_sent_again(
    site,
    snapshot,
    make_issue,
    make_subscriber,
    make_article,
):
    for _number in range(3):
        make_subscriber()
    issue, undone = make_issue(articles=[make_article()]), make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    lifecycle.schedule(undone, timezone.now() + timedelta(seconds=1))
    backup = snapshot()
    lifecycle.undo(undone)
    jobs.send_due()
    assert len(mail.outbox) == 3
    mail.outbox.clear()
    backup.put_back()
    resume("--finish-issues")
    work()
    assert mail.outbox == []
    assert Issue.objects.get(pk=issue.pk).state == Issue.State.SENT
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert Issue.objects.get(pk=undone.pk).state == Issue.State.DRAFT


def test_an_issue_that_an_editor_paused_is_asked_about_and_stays_paused_or_is_closed(sending, snapshot):
    lifecycle.pause(sending)
    backup = snapshot()
    for option, told, state in (
        ("--finish-issues", "Still paused", Issue.State.PAUSED),
        ("--yes", f"{READERS - 5} readers may lack it", Issue.State.CANCELLED),
    ):
        backup.put_back()
        said = resume(option)
        assert "was paused while it was being sent" in said and told in said
        work()
        assert mail.outbox == [] and Issue.objects.get(pk=sending.pk).state == state


def test_an_issue_that_was_begun_and_paused_meanwhile_is_no_draft_again(
    site, snapshot, make_issue, make_subscriber, make_article
):
    make_subscriber()
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    backup = snapshot()
    lifecycle.start(issue)
    lifecycle.pause(issue)
    backup.put_back()
    assert Issue.objects.get().state == Issue.State.PAUSED
    resume("--finish-issues")
    work()
    assert mail.outbox == [] and Issue.objects.get().state == Issue.State.PAUSED


def test_an_issue_that_was_due_meanwhile_becomes_a_draft(
    site, snapshot, make_issue, make_subscriber, make_article
):
    make_subscriber()
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    backup = snapshot()
    backup.put_back()
    assert "A draft again" in resume("--yes")
    work()
    assert mail.outbox == [] and Issue.objects.get().state == Issue.State.DRAFT


def test_who_signs_up_meanwhile_hears_that_mail_takes_longer(client, site):
    page = reverse("newsletter:sign_up_sent")
    assert "later than usual" not in client.get(page).content.decode()
    pausing.pause()
    assert "later than usual" in client.get(page).content.decode()
