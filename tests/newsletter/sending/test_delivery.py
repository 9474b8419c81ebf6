"""Sending an issue: one row for each reader, committed message by message."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import Count
from django.utils import timezone

from articles.models import Article
from newsletter.models import Batch, Delivery, Dispatch, DomainPause, Issue, Subscriber, Suppression
from newsletter.sending import batch, jobs, lifecycle, waves
from newsroom.outbox import sending, worker
from newsroom.outbox.models import Mail
from newsroom.pictures.models import Image
from tests.mailserver import MailServer
from tests.servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site", "fresh_sender")]
State = Delivery.State


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory):
    running = MailServer(tmp_path_factory.mktemp("mail")).start()
    yield running
    running.kill()


@pytest.fixture
def by_smtp(settings, mail_server):
    """Send to the real server; return what it accepted in this test."""
    settings.MAILERS = mail_server.mailer
    before = len(mail_server.accepted)
    return lambda: mail_server.accepted[before:]


def states(issue):
    """Return how many deliveries there are in each state."""
    return dict(Delivery.objects.filter(issue=issue).values_list("state").annotate(Count("pk")))


def later():
    """Let everything that was put off be due now."""
    now = timezone.now()
    DomainPause.objects.update(until=now)
    Delivery.objects.filter(state=State.DEFERRED).update(due_at=now)
    Batch.objects.filter(due_at__isnull=False).update(due_at=now)
    jobs._silent_until = 0.0


def test_everybody_gets_it_once_and_the_figures_say_so(due_issue, make_subscriber):
    readers = [make_subscriber() for _ in range(7)]
    jobs.send_due()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(reader.address for reader in readers)
    due_issue.refresh_from_db()
    assert due_issue.state == Issue.State.SENT
    assert due_issue.finished_at
    progress = lifecycle.progress(due_issue)
    assert (progress.total, progress.sent, progress.waiting, progress.done) == (7, 7, 0, 1)
    jobs.send_due()
    assert len(mail.outbox) == 7


def test_send_now_leaves_a_minute_for_undo(make_issue, make_article, make_subscriber):
    make_subscriber()
    issue = make_issue(articles=[make_article()])
    assert lifecycle.send_now(issue)
    jobs.send_due()
    assert mail.outbox == []
    assert lifecycle.undo(issue)
    issue.refresh_from_db()
    assert issue.state == Issue.State.DRAFT
    assert not lifecycle.undo(issue)
    lifecycle.schedule(issue, timezone.now())
    jobs.send_due()
    assert not lifecycle.undo(issue)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)  # PostgreSQL raises the content version at the commit
@pytest.mark.parametrize("happens", ["withdrawn", "replaced", "hidden"])
def test_a_picture_that_goes_while_an_issue_is_sent_is_in_no_further_mail(
    make_issue, make_subscriber, monkeypatch, happens
):
    words = {"alt_text": "Boats at dawn", "credit": "Photo: us", "width": 640, "height": 320}
    sizes = [{"kind": "width", "format": "jpeg", "width": 640, "height": 320, "name": "640.jpg"}]
    image = Image.objects.create(storage_key="former", renditions=sizes, **words)
    issue = make_issue(introduction_html=f'<p>Look:</p><figure data-picture="{image.uuid}"></figure>')
    changes = {
        "withdrawn": {"state": Image.State.WITHDRAWN, "renditions": []},
        "replaced": {"storage_key": "present"},
        "hidden": {"shows_recognisable_person": True},  # whose consent is not noted
    }
    flush = waves.flush

    def and_then(accepted):
        """Let somebody change the picture between two messages."""
        flush(accepted)
        if len(mail.outbox) == 1:
            Image.objects.filter(pk=image.pk).update(**changes[happens])

    monkeypatch.setattr(batch, "TICK", 0)
    monkeypatch.setattr(waves, "flush", and_then)
    for _reader in range(4):
        make_subscriber()
    assert lifecycle.schedule(issue, timezone.now())
    jobs.send_due()
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 4
    first, *_next, last = [message.body + message.alternatives[0][0] for message in mail.outbox]
    assert "/former/640.jpg" in first and "Boats at dawn" in first
    assert "/former/640.jpg" not in last
    assert ("/present/640.jpg" in last) is ("Boats at dawn" in last) is (happens == "replaced")


def test_the_audience_is_fixed_when_it_starts(due_issue, make_subscriber, monkeypatch):
    from newsletter.sending import enqueuing

    monkeypatch.setattr(enqueuing, "BATCH", 2)
    readers = [make_subscriber() for _ in range(5)]
    waiting = make_subscriber(state=Subscriber.State.PENDING)
    lifecycle.start(due_issue)
    late = make_subscriber()
    waiting.confirm()
    enqueuing.enqueue_due()
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == {reader.pk for reader in readers}
    assert list(Batch.objects.order_by("pk").values_list("size", flat=True)) == [2, 2, 1]
    jobs.send_due()
    assert late.address not in [message.to[0] for message in mail.outbox]


def test_writing_the_ledger_goes_on_where_it_was_interrupted(due_issue, make_subscriber, monkeypatch):
    from newsletter.sending import enqueuing

    monkeypatch.setattr(enqueuing, "BATCH", 2)
    for _ in range(5):
        make_subscriber()
    lifecycle.start(due_issue)
    steps = iter([False, True])
    enqueuing.enqueue_due(lambda: next(steps))
    assert Delivery.objects.count() == 2
    assert not lifecycle.finish(due_issue)
    enqueuing.enqueue_due()
    assert Delivery.objects.count() == 5
    assert Dispatch.objects.get().is_complete
    enqueuing.enqueue_due()
    assert Delivery.objects.count() == 5


def test_suppressed_addresses_are_left_out(due_issue, make_subscriber):
    kept, stopped = make_subscriber(), make_subscriber()
    Suppression.add(stopped.address_key, Suppression.Reason.COMPLAINED)
    jobs.send_due()
    assert [message.to for message in mail.outbox] == [[kept.address]]


@pytest.mark.parametrize("leave", ["unsubscribe", "erase", "pause"])
def test_who_leaves_while_it_goes_out_gets_nothing(due_issue, make_subscriber, leave):
    make_subscriber()
    leaver = make_subscriber()
    lifecycle.start(due_issue)
    jobs.enqueuing.enqueue_due()
    if leave == "unsubscribe":
        leaver.unsubscribe()
    elif leave == "erase":
        leaver.erase()
    else:
        leaver.pause_until(timezone.localdate() + timedelta(days=30))
    jobs.send_due()
    assert len(mail.outbox) == 1
    assert states(due_issue) == {State.SENT: 1, State.CANCELLED: 1}
    assert lifecycle.progress(due_issue).cancelled == 1


def test_who_takes_another_address_while_it_goes_out_gets_it_there(due_issue, make_subscriber):
    reader = make_subscriber()
    lifecycle.start(due_issue)
    jobs.enqueuing.enqueue_due()
    reader.set_address("new@example.org")
    reader.save()
    jobs.send_due()
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


def test_a_pause_holds_it_and_resume_goes_on(due_issue, make_subscriber):
    for _ in range(3):
        make_subscriber()
    lifecycle.start(due_issue)
    assert lifecycle.pause(due_issue, "Wait a moment.")
    jobs.send_due()
    assert mail.outbox == []
    assert not lifecycle.pause(due_issue)
    due_issue.refresh_from_db()
    assert due_issue.pause_reason == "Wait a moment."
    assert lifecycle.resume(due_issue)
    jobs.send_due()
    assert len(mail.outbox) == 3


def test_a_pause_in_the_middle_stops_before_the_next_message(due_issue, make_subscriber, monkeypatch):
    for _ in range(4):
        make_subscriber()
    send = sending.transport.send

    def pausing(message, *steps):
        answer = send(message, *steps)
        lifecycle.pause(due_issue)
        return answer

    monkeypatch.setattr(sending.transport, "send", pausing)
    jobs.send_due()
    assert len(mail.outbox) == 1
    assert states(due_issue) == {State.SENT: 1, State.QUEUED: 3}


def test_cancel_sends_nothing_to_the_rest(due_issue, make_subscriber):
    for _ in range(3):
        make_subscriber()
    lifecycle.start(due_issue)
    jobs.enqueuing.enqueue_due()
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state=State.SENT)
    assert lifecycle.cancel(due_issue)
    jobs.send_due()
    assert mail.outbox == []
    assert states(due_issue) == {State.SENT: 1, State.CANCELLED: 2}
    progress = lifecycle.progress(due_issue)
    assert (progress.sent, progress.cancelled, progress.done) == (1, 2, 1)
    assert not lifecycle.resume(due_issue)


def test_a_withdrawn_article_pauses_it_and_says_so(make_issue, make_article, make_subscriber):
    make_subscriber()
    kept, gone = make_article(title="Kept"), make_article(title="Gone too soon")
    issue = make_issue(articles=[kept, gone])
    lifecycle.schedule(issue, timezone.now())
    lifecycle.start(issue)
    Article.objects.filter(pk=gone.pk).update(state=Article.State.DRAFT)
    jobs.send_due()
    issue.refresh_from_db()
    assert issue.state == Issue.State.PAUSED
    assert "Gone too soon" in issue.pause_reason
    assert mail.outbox == []
    lifecycle.resume(issue)
    jobs.send_due()
    assert "Kept" in mail.outbox[0].body
    assert "Gone too soon" not in mail.outbox[0].body


def test_without_a_postal_address_it_pauses_and_says_so(due_issue, make_subscriber, site):
    make_subscriber()
    site.postal_address = ""
    site.save()
    jobs.send_due()
    due_issue.refresh_from_db()
    assert due_issue.state == Issue.State.PAUSED
    assert "postal address" in due_issue.pause_reason


def test_transactional_mail_leaves_first(due_issue, make_subscriber, make_user):
    from newsroom.outbox import posting

    for _ in range(3):
        make_subscriber()
    user = make_user("ann", "Writer")
    posting.post("password_reset", user.pk)
    jobs.send_due()
    assert mail.outbox[0].to == [user.email]
    assert len(mail.outbox) == 4


def test_a_row_found_being_sent_is_uncertain_and_sent_again_under_the_same_id(
    due_issue, make_subscriber, by_smtp
):
    reader = make_subscriber("lost-1@example.org")
    lifecycle.start(due_issue)
    jobs.enqueuing.enqueue_due()
    jobs.send_due()
    assert states(due_issue) == {State.DEFERRED: 1}
    assert lifecycle.progress(due_issue).uncertain == 1
    later()
    Delivery.objects.update(state=State.SENDING)  # as if the sender had been killed here
    jobs.send_due()
    assert states(due_issue) == {State.SENT: 1}
    progress = lifecycle.progress(due_issue)
    assert (progress.sent, progress.deferred, progress.uncertain) == (1, 0, 1)
    ids = [one["id"] for one in by_smtp()]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert str(reader.pk) not in ids[0].partition("@")[0].strip("<").split("-")


def test_a_passing_refusal_is_tried_later(due_issue, make_subscriber, by_smtp):
    make_subscriber("busy-1@example.org")
    jobs.send_due()
    assert states(due_issue) == {State.DEFERRED: 1}
    assert Delivery.objects.get().answer == "451 4.7.1"
    due_issue.refresh_from_db()
    assert due_issue.state == Issue.State.SENDING
    jobs.send_due()
    assert by_smtp() == []
    later()
    jobs.send_due()
    assert states(due_issue) == {State.SENT: 1}
    due_issue.refresh_from_db()
    assert due_issue.state == Issue.State.SENT


def test_after_three_days_it_is_given_up_and_nobody_is_suppressed(due_issue, make_subscriber, by_smtp):
    make_subscriber("full-1@example.org")
    jobs.send_due()
    later()
    Delivery.objects.update(first_tried_at=timezone.now() - timedelta(days=3, minutes=1))
    jobs.send_due()
    assert states(due_issue) == {State.FAILED: 1}
    assert lifecycle.progress(due_issue).failed == 1
    assert not Suppression.objects.exists()
    assert Subscriber.objects.get().is_confirmed


def test_an_unknown_mailbox_is_suppressed_and_not_tried_again(due_issue, make_subscriber, by_smtp):
    make_subscriber("unknown-1@example.org")
    make_subscriber()
    jobs.send_due()
    assert states(due_issue) == {State.SENT: 1, State.BOUNCED: 1}
    gone = Subscriber.objects.get(address="unknown-1@example.org")
    assert gone.state == Subscriber.State.BOUNCED
    assert Suppression.objects.of(gone.address_key).get().reason == Suppression.Reason.BOUNCED


def test_a_domain_that_refuses_us_pauses_and_staff_are_told(
    due_issue, make_subscriber, make_user, by_smtp, site
):
    boss = make_user("boss", "Administrator", is_superuser=True)
    for number in range(9):
        make_subscriber(f"reader-{number}@blocked.example")
    make_subscriber()
    jobs.send_due()
    assert states(due_issue) == {State.SENT: 1, State.DEFERRED: 9}
    assert not Suppression.objects.exists()
    paused = DomainPause.objects.get()
    assert (paused.domain, paused.answer, paused.refused) == ("blocked.example", "550 5.7.1", 5)
    assert Delivery.objects.filter(attempts=0, state=State.DEFERRED).count() == 4
    assert [str(paused) for paused in lifecycle.progress(due_issue).paused_domains] == ["blocked.example"]
    told = Mail.objects.get()
    assert told.key == f"{paused.pk}:{boss.pk}"
    sending.send_due()
    assert [one["to"] for one in by_smtp()][-1] == boss.email


def test_a_domain_whose_mailboxes_all_seem_unknown_pauses_too(due_issue, make_subscriber, by_smtp):
    for number in range(12):
        make_subscriber(f"unknown-{number}@broken.example")
    jobs.send_due()
    assert not Suppression.objects.exists()
    assert states(due_issue) == {State.DEFERRED: 12}


def test_a_paused_domain_is_tried_again_at_once_where_staff_say_so(
    due_issue, make_subscriber, admin_user, client
):
    reader = make_subscriber()
    lifecycle.start(due_issue)
    jobs.enqueuing.enqueue_due()
    soon = timezone.now() + timedelta(hours=4)
    paused = DomainPause.objects.create(domain="example.org", until=soon)
    jobs.send_due()
    assert states(due_issue) == {State.DEFERRED: 1}
    client.force_login(admin_user)
    form = {"action": "try_again", "_selected_action": [paused.pk]}
    answer = client.post("/admin/newsletter/domainpause/", form, follow=True)
    assert "goes to these domains again" in answer.content.decode()
    jobs.send_due()
    assert [message.to for message in mail.outbox] == [[reader.address]]


def test_a_mail_server_out_of_reach_costs_no_attempt(due_issue, make_subscriber, settings, mail_server):
    make_subscriber()
    down = {"host": "127.0.0.1", "port": free_port(), "timeout": 2}
    settings.MAILERS = {"default": {"BACKEND": "newsroom.outbox.smtp.Mailer", "OPTIONS": down}}
    jobs.send_due()
    assert Delivery.objects.values_list("state", "attempts").get() == (State.QUEUED, 0)
    settings.MAILERS = mail_server.mailer
    later()
    jobs.send_due()
    assert states(due_issue) == {State.SENT: 1}


def test_a_sender_whose_batch_was_taken_over_writes_nothing(due_issue, make_subscriber, monkeypatch, caplog):
    for _ in range(3):
        make_subscriber()
    send = sending.transport.send

    def slow(message, *steps):
        answer = send(message, *steps)
        Batch.objects.update(leased_by="another")
        return answer

    monkeypatch.setattr(sending.transport, "send", slow)
    jobs.send_due()
    assert len(mail.outbox) == 1
    assert states(due_issue) == {State.SENDING: 1, State.QUEUED: 2}
    assert Batch.objects.get().sent == 0
    assert "taken over" in caplog.text


def test_it_stops_between_two_messages_when_the_worker_is_asked_to(due_issue, make_subscriber, monkeypatch):
    for _ in range(3):
        make_subscriber()
    send = sending.transport.send

    def stopping(message, *steps):
        worker.stopping.set()
        return send(message, *steps)

    monkeypatch.setattr(sending.transport, "send", stopping)
    try:
        jobs.send_due()
    finally:
        worker.stopping.clear()
    assert states(due_issue) == {State.SENT: 1, State.QUEUED: 2}
    assert Batch.objects.get().leased_by == ""


def test_the_rate_is_limited_for_all_senders_together(due_issue, make_subscriber, settings):
    import time

    settings.MAIL_PER_MINUTE = 600  # ten a second
    for _ in range(21):  # of which no two of its seconds can take all
        make_subscriber()
    began = time.monotonic()
    jobs.send_due()
    assert len(mail.outbox) == 21
    assert time.monotonic() - began > 0.9


def test_a_domain_at_its_limit_lets_the_others_pass(due_issue, make_subscriber, settings):
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 60
    first = [make_subscriber(f"{number}@slow.example") for number in range(2)]
    others = [make_subscriber(f"one@{number}.example") for number in range(4)]
    jobs.send_due()
    order = [message.to[0] for message in mail.outbox]
    assert order[-1] == first[1].address
    assert set(order) == {reader.address for reader in first + others}


def test_a_correction_goes_to_those_who_got_it(due_issue, make_subscriber, make_issue, make_article):
    got_it = make_subscriber()
    jobs.send_due()
    make_subscriber()
    correction = make_issue(articles=[make_article()], corrects=due_issue)
    lifecycle.schedule(correction, timezone.now())
    jobs.send_due()
    assert [message.to for message in mail.outbox] == [[got_it.address]] * 2


def test_the_progress_takes_few_queries_however_long_the_ledger(
    due_issue, make_subscriber, django_assert_num_queries
):
    for count in (1, 50):
        Batch.objects.bulk_create(Batch(issue=due_issue, size=500, sent=count) for _ in range(count))
        with django_assert_num_queries(4):
            lifecycle.progress(due_issue)
