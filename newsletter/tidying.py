"""Deletes what the newsletter keeps only for a time: a job of the worker."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from newsletter.readers import imports
from newsletter.readers.models.subscriber import DAYS_PENDING, Subscriber, Suppression
from newsletter.readers.models.wish import AddressChange, Wish
from newsletter.readers.tokens import CHANGE_TO
from newsletter.sending.models import SeenEvent
from newsroom.outbox import clock

EVERY = 3600  # seconds
GONE = [Subscriber.State.UNSUBSCRIBED, Subscriber.State.BOUNCED]
GONE_FOR = timedelta(days=365)  # after which only a keyed hash of the address is kept
AT_ONCE = 1000  # readers in one run
SEEN_FOR = timedelta(days=1)  # far longer than a provider's signature is accepted
CHANGES_FOR = timedelta(days=CHANGE_TO.days or 0)  # as long as the links in their mails work


def tidy() -> None:
    """Delete unconfirmed sign-ups and everything else that has expired; nothing after a jump of the clock."""
    if not clock.may_purge():
        return
    now = timezone.now()
    too_old = now - timedelta(days=DAYS_PENDING)
    pending = Subscriber.objects.filter(state=Subscriber.State.PENDING)
    pending = pending.filter(Q(mailed_at__lt=too_old) | Q(mailed_at=None, created_at__lt=too_old))
    clock.log_purge("sign-ups that nobody confirmed", _delete(pending))
    clock.log_purge("wishes of readers", _delete(Wish.objects.filter(created_at__lt=too_old)))
    changes = AddressChange.objects.filter(created_at__lt=now - CHANGES_FOR)
    clock.log_purge("changes of address", _delete(changes))
    SeenEvent.objects.filter(created_at__lt=now - SEEN_FOR).delete()
    gone = Subscriber.objects.filter(state__in=GONE, state_changed_at__lt=now - GONE_FOR)
    clock.log_purge("readers who left", _forget(gone))
    clock.log_purge("lists that nobody decided about", imports.forget_undecided())


def _delete(old: QuerySet[Subscriber] | QuerySet[Wish] | QuerySet[AddressChange]) -> int:
    """Delete the rows of this queryset that still belong to it once they are locked; return how many."""
    with transaction.atomic():
        keys = list(old.select_for_update().values_list("pk", flat=True))
        old.model.objects.filter(pk__in=keys).delete()
    return len(keys)


def _forget(gone: QuerySet[Subscriber]) -> int:
    """Erase the readers of this queryset who still belong to it once locked, at most AT_ONCE; return how many."""
    count = 0
    for pk in list(gone.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            reader = gone.select_for_update().filter(pk=pk).first()
            if reader is None:
                continue
            if Suppression.objects.of(reader.address_key).exists():
                reader.delete()
            else:
                reader.erase(Suppression.Reason.UNSUBSCRIBED)
            count += 1
    return count
