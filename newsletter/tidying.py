"""What the worker forgets when its time is over."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from newsletter import imports
from newsletter.models import AddressChange, SeenEvent, Subscriber, Suppression, Wish
from newsletter.models.subscriber import DAYS_PENDING
from newsletter.tokens import CHANGE_TO

EVERY = 3600  # seconds
GONE = [Subscriber.State.UNSUBSCRIBED, Subscriber.State.BOUNCED]
GONE_FOR = timedelta(days=365)  # after which only the keyed hash stays
AT_ONCE = 1000  # readers in one run
SEEN_FOR = timedelta(days=1)  # far longer than a signature holds, whatever the clock does


def tidy() -> None:
    """Delete sign-ups that nobody confirmed, and what else has had its time."""
    now = timezone.now()
    too_old = now - timedelta(days=DAYS_PENDING)
    pending = Subscriber.objects.filter(state=Subscriber.State.PENDING)
    pending.filter(Q(mailed_at__lt=too_old) | Q(mailed_at=None, created_at__lt=too_old)).delete()
    Wish.objects.filter(created_at__lt=too_old).delete()
    AddressChange.objects.filter(created_at__lt=now - timedelta(days=CHANGE_TO.days)).delete()
    SeenEvent.objects.filter(created_at__lt=now - SEEN_FOR).delete()
    gone = Subscriber.objects.filter(state__in=GONE, state_changed_at__lt=now - GONE_FOR)
    for reader in gone[:AT_ONCE]:
        if Suppression.objects.of(reader.address_key).exists():
            reader.delete()
        else:
            reader.erase(Suppression.Reason.UNSUBSCRIBED)
    imports.forget_undecided()
