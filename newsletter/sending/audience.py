"""The audience of an issue."""

from django.db.models import Q

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber, SubscriberQuerySet
from newsletter.sending.models import Delivery


def readers_of(issue: Issue) -> SubscriberQuerySet:
    """Return the readers who would get the issue if its sending started now, each once.

    A correction goes to those who got the corrected issue and are still subscribed.
    """
    readers = Subscriber.objects.receiving()
    if issue.corrects_id:
        got_it = Delivery.objects.filter(issue=issue.corrects_id, state=Delivery.State.SENT)
        return readers.filter(pk__in=got_it.exclude(subscriber=None).values("subscriber"))
    if issue.audience == Issue.Audience.INTERESTED:
        in_countries = Subscriber.countries.through.objects.filter(country__in=issue.countries.all())
        in_topics = Subscriber.topics.through.objects.filter(topic__in=issue.topics.all())
        # Readers who chose nothing were told that they get everything.
        chose_nothing = Q(countries=None, topics=None)
        return readers.filter(
            Q(pk__in=in_countries.values("subscriber"))
            | Q(pk__in=in_topics.values("subscriber"))
            | Q(pk__in=Subscriber.objects.filter(chose_nothing).values("pk"))
        )
    return readers
