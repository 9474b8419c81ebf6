"""A domain that calls everybody unknown: it is paused, nobody stays suppressed, and all get their mail when it resumes."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from newsletter.models import Batch, Delivery, DomainPause, DomainTally, Subscriber, Suppression
from newsletter.sending import bounces, jobs, lifecycle, returnpaths, waves
from newsletter.sending.bounces import Fate
from newsroom.outbox import sending
from newsroom.outbox.replies import Answer, Result, classify
from tests.newsletter.sending.returns import dsn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site", "fresh_sender")]
State = Delivery.State
UNKNOWN = classify(550, "5.1.1 no such user", about_recipient=True)


@pytest.fixture
def server(monkeypatch):
    """Return the domains that call everybody unknown, as a set to change; messages to others are accepted."""
    broken = set()
    send = sending.transport.send

    def answer(message, begin=lambda: True, after=None):
        if message.recipients()[0].partition("@")[2] in broken:
            return UNKNOWN if begin() else Answer(Result.UNWANTED)
        return send(message, begin, after)

    monkeypatch.setattr(sending.transport, "send", answer)
    return broken


def restart():
    """Send as a process that has just been started: nothing is remembered but what lies in the database."""
    jobs._failures = 0
    jobs.send_due()


def test_nobody_stays_suppressed_and_all_get_it_when_the_domain_resumes(
    due_issue, make_subscriber, server, make_user
):
    make_user("boss", "Administrator", is_superuser=True)
    readers = [make_subscriber(f"r{number}@broken.example") for number in range(50)]
    other = make_subscriber("somebody@example.org")
    server.add("broken.example")
    jobs.send_due()
    assert not Suppression.objects.exists()
    assert Subscriber.objects.confirmed().count() == 51
    progress = lifecycle.progress(due_issue)
    assert (progress.sent, progress.bounced, progress.deferred) == (1, 0, 50)
    sending.send_due()
    assert "nobody there was unsubscribed" in " ".join(mail.outbox[-1].body.split())
    server.clear()
    jobs.resume_domain(DomainPause.objects.get())
    jobs.send_due()
    got = [message.to[0] for message in mail.outbox if "List-Id" in message.extra_headers]
    assert sorted(got) == sorted([other.address, *(reader.address for reader in readers)])
    progress = lifecycle.progress(due_issue)
    assert (progress.sent, progress.deferred, progress.done) == (51, 0, 1)


def test_a_wave_is_counted_over_restarts(due_issue, make_subscriber, server, monkeypatch):
    for number in range(30):
        make_subscriber(f"r{number}@broken.example")
    server.add("broken.example")
    send, calls = sending.transport.send, []

    def four_a_process(message, begin, after):
        calls.append(1)
        answer = send(message, begin, after)
        if len(calls) % 4 == 0:
            lifecycle.pause(due_issue)  # ends this sender after the message
        return answer

    monkeypatch.setattr(sending.transport, "send", four_a_process)
    for _ in range(4):
        restart()
        lifecycle.resume(due_issue)
    assert len(calls) <= 12
    assert DomainPause.objects.get().refused == 10
    assert not Suppression.objects.exists()


def test_readers_who_are_gone_among_many_stay_suppressed(due_issue, make_subscriber, server):
    for number in range(40):
        make_subscriber(f"ok-{number}@large.example")
    server.add("gone.large.example")
    for number in range(9):
        make_subscriber(f"r{number}@gone.large.example")
    jobs.send_due()
    assert Suppression.objects.count() == 9
    assert not DomainPause.objects.exists()
    assert DomainTally.objects.get().unknown == 9


def test_an_old_tally_begins_anew(site):
    for _ in range(9):
        assert waves.note("old.example", UNKNOWN) is None
    DomainTally.objects.update(since=timezone.now() - timedelta(days=2))
    assert waves.note("old.example", UNKNOWN) is None
    assert DomainTally.objects.get().unknown == 1


def test_what_was_accepted_counts_for_every_sender(site):
    accepted = {"large.example": 100, "unheard.example": 5}
    waves.note("large.example", UNKNOWN, accepted=3)
    waves.flush(accepted)
    assert DomainTally.objects.get().answered == 104
    assert accepted == {"large.example": 0, "unheard.example": 5}
    for _ in range(20):
        assert waves.note("large.example", UNKNOWN) is None


def test_returns_through_a_relay_make_a_wave_too(due_issue, make_subscriber):
    readers = [make_subscriber(f"r{number}@broken.example") for number in range(20)]
    left = readers[2]
    jobs.send_due()
    left.unsubscribe()
    fates = []
    for reader in readers:
        path = returnpaths.return_path(due_issue, reader)
        raw = (
            dsn("550 5.1.1 no such user", "5.1.1")
            .replace("RETURN_PATH", path)
            .replace("READER", reader.address)
        )
        fates.append(bounces.take(raw.encode(), path))
    assert fates[9:] == [Fate.NOTED] * 11
    assert DomainPause.objects.get().domain == "broken.example"
    assert Subscriber.objects.confirmed().count() == 19
    assert Subscriber.objects.get(pk=left.pk).state == Subscriber.State.UNSUBSCRIBED
    assert not Suppression.objects.exclude(address_hash="").filter(
        pk__in=[row.pk for one in readers if one != left for row in Suppression.objects.of(one.address_key)]
    )


def test_some_returns_of_many_that_were_taken_are_no_wave(due_issue, make_subscriber):
    readers = [make_subscriber(f"r{number}@large.example") for number in range(60)]
    jobs.send_due()
    for reader in readers[:12]:
        path = returnpaths.return_path(due_issue, reader)
        raw = (
            dsn("550 5.1.1 no such user", "5.1.1")
            .replace("RETURN_PATH", path)
            .replace("READER", reader.address)
        )
        assert bounces.take(raw.encode(), path) is Fate.SUPPRESSED
    assert not DomainPause.objects.exists()


def test_a_wave_that_a_killed_sender_left_half_undone_is_undone_by_the_next(
    due_issue, make_subscriber, server, monkeypatch
):
    for number in range(12):
        make_subscriber(f"r{number}@broken.example")
    server.add("broken.example")

    def killed(*_args):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(waves, "restore_readers", killed)
        with pytest.raises(SystemExit):
            jobs.send_due()
    assert Suppression.objects.count() == 10
    Batch.objects.update(lease_until=None)  # as the sweep does for a process that is dead
    jobs.send_due()
    assert not Suppression.objects.exists()
    assert lifecycle.progress(due_issue).deferred == 12
    assert Batch.objects.get().bounced == 0


def test_somebody_who_acts_meanwhile_is_left_as_they_want(due_issue, make_subscriber, server, monkeypatch):
    readers = [make_subscriber(f"r{number}@broken.example") for number in range(12)]
    server.add("broken.example")
    with monkeypatch.context() as waiting:
        waiting.setattr(waves, "restore_readers", lambda paused: None)
        jobs.send_due()
    gone = [reader for reader in readers if Suppression.objects.of(reader.address_key).exists()]
    gone[0].erase()
    Subscriber.objects.get(pk=gone[1].pk).suppress(Suppression.Reason.COMPLAINED)
    waves.restore_all_readers()
    assert not Subscriber.objects.filter(pk=gone[0].pk).exists()
    assert Suppression.objects.of(gone[0].address_key).get().reason == Suppression.Reason.ERASED
    assert Suppression.objects.of(gone[1].address_key).get().reason == Suppression.Reason.COMPLAINED
    assert Subscriber.objects.confirmed().count() == 10
    assert Suppression.objects.count() == 2
