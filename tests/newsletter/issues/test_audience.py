"""Who gets an issue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Batch, Delivery, Issue, Subscriber
from newsletter.sending.audience import readers_of


@pytest.fixture
def deliver():
    """Return a function that notes an issue as delivered to readers."""

    def make(issue, readers, state=Delivery.State.SENT):
        batch = Batch.objects.create(issue=issue, size=len(readers))
        for reader in readers:
            Delivery.objects.create(issue=issue, batch=batch, subscriber=reader, state=state)

    return make


def test_everyone_means_the_confirmed_who_have_not_paused(make_issue, make_subscriber):
    ann = make_subscriber()
    for state in ("pending", "unsubscribed", "bounced"):
        make_subscriber(state=state)
    make_subscriber(paused_until=timezone.localdate() + timedelta(days=3))
    rested = make_subscriber(paused_until=timezone.localdate())
    assert set(readers_of(make_issue())) == {ann, rested}


def test_by_interest_means_those_who_chose_one_of_its_subjects_or_nothing_each_once(
    make_issue, make_subscriber, make_country, make_topic
):
    laos, law = make_country(), make_topic(name="Law", slug="law")
    issue = make_issue(audience=Issue.Audience.INTERESTED)
    issue.countries.set([laos])
    issue.topics.set([law])
    in_both, in_one, nothing, other = (make_subscriber() for _ in range(4))
    other.topics.set([make_topic(name="Health", slug="health")])
    in_both.countries.set([laos])
    in_both.topics.set([law])
    in_one.topics.set([law])
    gone = make_subscriber(state=Subscriber.State.UNSUBSCRIBED)
    gone.topics.set([law])
    assert sorted(readers_of(issue).values_list("pk", flat=True)) == [in_both.pk, in_one.pk, nothing.pk]


def test_a_correction_goes_to_exactly_those_who_got_the_issue(make_issue, make_subscriber, deliver):
    issue = make_issue()
    got_it, left_since, bounced, _new = (make_subscriber() for _ in range(4))
    deliver(issue, [got_it, left_since])
    deliver(issue, [bounced], Delivery.State.BOUNCED)
    left_since.state = Subscriber.State.UNSUBSCRIBED
    left_since.save()
    assert list(readers_of(make_issue(corrects=issue))) == [got_it]
