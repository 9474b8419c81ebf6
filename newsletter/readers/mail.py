"""Mail to one reader who asked for something: one function for each, made when the outbox sends it.

The subjects do not name the site, since a subject is shown on a locked phone.
"""

from email.utils import formataddr, parseaddr
from urllib.parse import urljoin

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from newsletter.readers import addresses, tokens
from newsletter.readers.models.subscriber import DAYS_PENDING, Subscriber
from newsletter.readers.models.wish import AddressChange
from newsroom.outbox.templates import from_templates
from newsroom.sitesettings.models import SiteSettings

_inliner = css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)


def confirm(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that asks to confirm a sign-up; None for a reader who is confirmed already."""
    reader = _reader(key)
    if reader is None or reader.is_confirmed:
        return None
    return _message(
        "confirm", reader.mailbox, reader, link=tokens.CONFIRM.url(reader), days=tokens.CONFIRM.days
    )


def link(key: str) -> EmailMultiAlternatives | None:
    """Make the mail with the link to the reader's own page; None for a reader who has yet to confirm."""
    reader = _reader(key)
    if reader is None or reader.state == Subscriber.State.PENDING:
        return None
    return _message("link", reader.mailbox, reader, link=tokens.MANAGE.url(reader), days=tokens.MANAGE.days)


def welcome(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that follows a confirmation: what comes, and the reader's own page; None for who has left since."""
    reader = _reader(key)
    if reader is None or not reader.is_confirmed:
        return None
    return _message(
        "welcome",
        reader.mailbox,
        reader,
        link=tokens.MANAGE.url(reader),
        days=tokens.MANAGE.days,
        new_link=urljoin(f"{settings.SITE_URL}/", reverse("newsletter:ask_for_link")),
        unsubscribe=tokens.UNSUBSCRIBE.url(reader),
    )


def change_from(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that asks the former mailbox to agree to a change of address; None where it has agreed."""
    change = _change(key)
    if change is None or change.old_agreed_at:
        return None
    reader = change.subscriber
    return _message(
        "change_from",
        reader.mailbox,
        reader,
        link=tokens.CHANGE_FROM.url(change),
        days=tokens.CHANGE_FROM.days,
        change=change,
    )


def change_to(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that asks the new mailbox to agree to a change of address; None where it has agreed."""
    change = _change(key)
    if change is None or change.new_agreed_at:
        return None
    return _message(
        "change_to",
        addresses.mailbox(change.address),
        change.subscriber,
        link=tokens.CHANGE_TO.url(change),
        days=tokens.CHANGE_TO.days,
    )


KINDS = {
    "newsletter_confirm": confirm,
    "newsletter_link": link,
    "newsletter_welcome": welcome,
    "newsletter_change_from": change_from,
    "newsletter_change_to": change_to,
}


def sender(site: SiteSettings) -> str:
    """Return the From header of the newsletter's mail, with the name that the operator set, or the site's."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or site.name, address))


def _reader(key: str) -> Subscriber | None:
    return Subscriber.objects.filter(pk=key).first()


def _change(key: str) -> AddressChange | None:
    return AddressChange.objects.select_related("subscriber").filter(pk=key).first()


def _message(name: str, mailbox: str, reader: Subscriber, **context: object) -> EmailMultiAlternatives:
    site = SiteSettings.load()
    context |= {"reader": reader, "site": site, "days_pending": DAYS_PENDING}
    with translation.override(reader.language):
        return from_templates(
            f"newsletter/readers/mail/{name}", context, mailbox, style=_inliner.inline, sender=sender(site)
        )
