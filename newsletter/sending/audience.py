"""Who an issue is for."""

from django.db.models import Q

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsletter.sending.models import Delivery


def readers_of(issue):
    """Return the readers who would get the issue if it started now, each once.

    A correction goes to exactly those who got what it corrects, and still want mail.
    """
    readers = Subscriber.objects.receiving()
    if issue.corrects_id:
        got_it = Delivery.objects.filter(issue=issue.corrects_id, state=Delivery.State.SENT)
        return readers.filter(pk__in=got_it.exclude(subscriber=None).values("subscriber"))
    if issue.audience == Issue.Audience.INTERESTED:
        in_countries = Subscriber.countries.through.objects.filter(country__in=issue.countries.all())
        in_topics = Subscriber.topics.through.objects.filter(topic__in=issue.topics.all())
        # Who chose nothing was told that they get everything.
        chose_nothing = Q(countries=None, topics=None)
        return readers.filter(
            Q(pk__in=in_countries.values("subscriber"))
            | Q(pk__in=in_topics.values("subscriber"))
            | Q(pk__in=Subscriber.objects.filter(chose_nothing).values("pk"))
        )
    return readers
