"""Handles the wishes of readers (sign-ups and asked links): a job of the worker, a second after they came."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from articles.models.topic import Topic
from articles.places.models.country import Country
from newsletter.readers import addresses
from newsletter.readers.models.subscriber import Subscriber
from newsletter.readers.models.wish import Wish
from newsroom.guard.throttle import DAY, Limit
from newsroom.outbox import posting, requested
from newsroom.outbox.requested import Room

EVERY = 1  # seconds
AT_ONCE = 200  # wishes before other jobs run
LONGEST_WAIT = timedelta(days=1)  # while the cap of a domain is reached
WAITING = Limit("newsletter-waiting", 300, DAY)  # wishes that wait for the cap of a domain; more are dropped


def take_up_wishes() -> int:
    """Handle the wishes that are due, oldest first; return how many."""
    for count in range(AT_ONCE):
        with transaction.atomic():
            wish = _next()
            if wish is None:
                return count
            if _take_up(wish) is not Room.LATER or not _put_off(wish):
                wish.delete()
    return AT_ONCE


def _next() -> Wish | None:
    skip_locked = connection.features.has_select_for_update_skip_locked
    due = Wish.objects.filter(Q(due_at=None) | Q(due_at__lte=timezone.now()))
    return due.select_for_update(skip_locked=skip_locked).order_by("pk").first()


def _put_off(wish: Wish) -> bool:
    """Defer a wish until the cap of its domain allows the mail; return False where the wish has to be dropped."""
    now = timezone.now()
    if now - wish.created_at > LONGEST_WAIT:
        return False
    if wish.due_at is None and not WAITING.hit(requested.domain_of(addresses.mailbox(wish.address))):
        return False
    wish.due_at = now + timedelta(seconds=requested.seconds_left(addresses.mailbox(wish.address)) + 1)
    wish.save(update_fields=["due_at"])
    return True


def _take_up(wish: Wish) -> Room | None:
    """Handle one wish, unless a cap on mail is reached; return the Room, or None where no mail is to be sent."""
    key = addresses.key_of(wish.address)
    reader = Subscriber.objects.select_for_update().filter(address_key=key).first()
    if reader is None and wish.kind == Wish.Kind.LINK:
        return None
    may_be_mailed = reader is None or reader.may_be_mailed()
    room = requested.take(key) if may_be_mailed else None
    if reader is None and room is not Room.FREE:  # an address that gets no mail is not stored
        return room
    if reader is None:
        reader = Subscriber()
        reader.set_address(wish.address)
    if wish.kind == Wish.Kind.SIGN_UP and not reader.is_confirmed:
        _note_sign_up(reader, wish)
    if room is Room.FREE:
        reader.count_mail()
        reader.save(update_fields=["mails_sent", "mailed_at"])
        posting.post(_kind_of_mail(reader, wish), reader.pk)
    return room


def _note_sign_up(reader: Subscriber, wish: Wish) -> None:
    """Store the address, language and interests of a reader who has not confirmed yet."""
    reader.set_address(wish.address)
    reader.language = wish.language
    if reader.pk:
        reader.save(update_fields=["address", "address_key", "language"])
    else:
        reader.save(force_insert=True)
    reader.countries.set(Country.objects.filter(pk__in=wish.countries))
    reader.topics.set(Topic.objects.filter(pk__in=wish.topics))


def _kind_of_mail(reader: Subscriber, wish: Wish) -> str:
    if reader.state == Subscriber.State.PENDING or (
        wish.kind == Wish.Kind.SIGN_UP and not reader.is_confirmed
    ):
        return "newsletter_confirm"
    return "newsletter_link"
