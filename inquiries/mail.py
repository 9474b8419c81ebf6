"""Mail about inquiries: to senders only as they chose, to officers without any of what was written.

Each kind has a function that posts it and one that makes it when the worker sends it. The outbox in between
holds the key of a row and nothing of an inquiry; for notices about accounts it holds the former address, encrypted.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inquiries.floods import abuse
from inquiries.models import AccountChange, Entry, Inquiry
from inquiries.models.inquiry import ReplyBy
from inquiries.officers.membership import all_officers
from newsroom.conditions.conditions import Condition
from newsroom.outbox import posting
from newsroom.outbox.mailboxes import mailbox_of
from newsroom.outbox.models import LostMail, Mail
from newsroom.outbox.templates import from_templates


def kinds() -> Iterator[tuple[str, Callable[..., EmailMultiAlternatives | None]]]:
    """Yield each kind of mail and the function that makes it, for the outbox."""
    yield "inquiry-received", acknowledgement
    yield "inquiry-answer", answer
    yield "inquiry-closing", closing
    for name in ("waits", "flood", "deleted_unread"):
        yield f"inquiry-{name.replace('_', '-')}", partial(_to_officer, name)
    yield "inquiry-account", account


def acknowledge(inquiry: Inquiry) -> None:
    """Post the acknowledgement where mail was chosen: at most one a day to a mailbox, within the cap of its domain."""
    address = inquiry.words["address"]
    is_first = inquiry.may_mail and abuse.within(abuse.ACKNOWLEDGEMENTS, mailbox_of(address))
    if is_first and abuse.has_room(address):
        posting.post("inquiry-received", inquiry.pk)


def tell_of_answer(entry: Entry) -> bool:
    """Post the answer, or the notice that it waits, where mail was chosen; return whether the caps allowed it."""
    if not entry.inquiry.may_mail:
        return True
    if not abuse.within(abuse.ANSWERS, mailbox_of(entry.inquiry.words["address"])):
        return False
    posting.post("inquiry-answer", entry.pk)
    return True


def tell_of_closing(inquiry: Inquiry) -> bool:
    """Post that the thread closes soon, where mail was chosen; return whether the caps allowed it."""
    if not inquiry.may_mail:
        return True
    if not abuse.has_room(inquiry.words["address"]):
        return False
    posting.post("inquiry-closing", inquiry.pk)
    return True


def tell_officers(only: User | None = None) -> None:
    """Post to every officer, or one, that something waits on the desk, unless such a mail is still in the outbox."""
    waiting = set(Mail.objects.filter(kind="inquiry-waits", lease_until=None).values_list("key", flat=True))
    for officer in all_officers().exclude(email=""):
        if str(officer.pk) not in waiting and only in {None, officer}:
            posting.post("inquiry-waits", officer.pk)


def tell_of_flood(suspicions: Iterable[str]) -> None:
    """Post to every officer that a flood was set aside, at most once in four hours."""
    if abuse.FLOOD & set(suspicions) and abuse.within(abuse.MAILS_ABOUT_A_FLOOD, "all"):
        for officer in all_officers().exclude(email=""):
            posting.post("inquiry-flood", officer.pk)


def tell_of_unread_deletions() -> None:
    """Post to every officer that an inquiry was deleted before anybody had read it."""
    for officer in all_officers().exclude(email=""):
        posting.post("inquiry-deleted-unread", officer.pk)


def tell_of_account(change: AccountChange, addresses: Iterable[str]) -> None:
    """Post what happened to an officer's account to each of these addresses."""
    for address in sorted(addresses):
        posting.post("inquiry-account", change.pk, to=address)


def acknowledgement(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that says that a message has arrived; it holds the reference and nothing else."""
    inquiry = Inquiry.objects.filter(pk=key).first()
    return _to_sender("received", inquiry) if inquiry and inquiry.may_mail else None


def answer(key: str) -> EmailMultiAlternatives | None:
    """Make the mail with an answer, or the notice that one waits, as the sender of the inquiry chose."""
    entry = Entry.objects.filter(pk=key).select_related("inquiry").first()
    if entry is None or not entry.inquiry.may_mail:
        return None
    if entry.inquiry.words["reply_by"] == ReplyBy.FULL:
        return _to_sender("answer", entry.inquiry, text=entry.words["text"].lstrip())
    return _to_sender("answer_waits", entry.inquiry)


def closing(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that says that a thread closes soon."""
    inquiry = Inquiry.objects.filter(pk=key, warned_at__isnull=False).first()
    return _to_sender("closing", inquiry) if inquiry and inquiry.may_mail else None


def account(key: str, to: str = "") -> EmailMultiAlternatives | None:
    """Make the mail that says what happened to an officer's account."""
    change = AccountChange.objects.filter(pk=key).first()
    if change is None or not to:
        return None
    names = [officer.get_username() for officer in all_officers()]
    link = urljoin(settings.SITE_URL, reverse("admin:inquiries_inquiry_officers"))
    return _message("account", to, {"change": change, "names": names, "link": link})


def _to_officer(name: str, key: str) -> EmailMultiAlternatives | None:
    officer = all_officers().filter(pk=key).exclude(email="").first()
    link = urljoin(settings.SITE_URL, reverse("admin:inquiries_inquiry_changelist"))
    return _message(name, officer.email, {"link": link}) if officer else None


def _to_sender(name: str, inquiry: Inquiry, **context: object) -> EmailMultiAlternatives:
    with translation.override(inquiry.words["language"] or settings.LANGUAGE_CODE):
        link = urljoin(settings.SITE_URL, reverse("inquiries:mailbox"))
        context |= {"reference": inquiry.words["reference"], "link": link}
        return _message(name, inquiry.words["address"], context)


def _message(name: str, to: str, context: dict[str, object]) -> EmailMultiAlternatives:
    """Return a mail whose sender has no name, so that an inbox shows nothing of what it is about."""
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return from_templates(
        f"inquiries/mail/{name}",
        context,
        to,
        html_path="inquiries/mail/message.html",
        sender=settings.INQUIRY_FROM_EMAIL,
        headers=headers,
    )


def lost_to_officers() -> Condition:
    """Return whether notices to officers were given up, so that they may not know what waits for them."""
    names = ["inquiry-waits", "inquiry-flood", "inquiry-deleted-unread", "inquiry-account"]
    number = LostMail.objects.filter(kind__in=names).count()
    if not number:
        return Condition("mail to officers")
    text = ngettext(
        "%(count)s notice to an inquiry officer could not be sent for two weeks.",
        "%(count)s notices to inquiry officers could not be sent for two weeks.",
        number,
    )
    return Condition(
        "mail to officers",
        text % {"count": number},
        _("Tell them, mend their addresses, and have the notices sent again."),
        page="admin:outbox_lostmail_changelist",
    )
