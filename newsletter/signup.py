"""What happens with the wishes of readers: the worker takes them up, a second after they were written down."""

from django.db import connection, transaction

from articles.models import Country, Topic
from newsletter import addresses
from newsletter.models import Subscriber, Wish
from newsroom import outbox

EVERY = 1  # seconds
AT_ONCE = 200  # wishes before other jobs have their turn


def take_up_wishes():
    """Take up what waits, oldest first; return how many."""
    for count in range(AT_ONCE):
        with transaction.atomic():
            wish = _next()
            if wish is None:
                return count
            _take_up(wish)
            wish.delete()
    return AT_ONCE


def _next():
    skip_locked = connection.features.has_select_for_update_skip_locked
    return Wish.objects.select_for_update(skip_locked=skip_locked).order_by("pk").first()


def _take_up(wish):
    key = addresses.key_of(wish.address)
    reader = Subscriber.objects.select_for_update().filter(address_key=key).first()
    if reader is None:
        if wish.kind == Wish.Kind.LINK:
            return
        reader = Subscriber()
        reader.set_address(wish.address)
    if wish.kind == Wish.Kind.SIGN_UP and not reader.is_confirmed:
        _note_sign_up(reader, wish)
    if reader.may_be_mailed():
        reader.count_mail()
        reader.save()
        outbox.post(_kind_of_mail(reader, wish), reader.pk)


def _note_sign_up(reader, wish):
    """Keep what somebody chose who has yet to confirm."""
    reader.set_address(wish.address)
    reader.language = wish.language
    reader.save()
    reader.countries.set(Country.objects.filter(pk__in=wish.countries))
    reader.topics.set(Topic.objects.filter(pk__in=wish.topics))


def _kind_of_mail(reader, wish):
    if reader.state == Subscriber.State.PENDING or (
        wish.kind == Wish.Kind.SIGN_UP and not reader.is_confirmed
    ):
        return "newsletter_confirm"
    return "newsletter_link"
