"""The mail of an issue: rendered once, since only the link to unsubscribe and some headers differ between readers."""

import email
import re
import secrets
from email.message import EmailMessage, Message
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import css_inline
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from newsletter.issues.contents import sections
from newsletter.issues.models import Issue
from newsletter.readers import addresses
from newsletter.readers.mail import sender
from newsletter.readers.models.lists import Import
from newsletter.readers.models.subscriber import Subscriber
from newsroom.richtext.renderings import for_mail
from newsroom.sitesettings.models import SiteSettings

from . import plaintext
from .mime import Alternatives, Part

GAP = "link-to-unsubscribe-of-one-reader"
BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
_inliner = css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)


class NotReady(Exception):
    """The site settings lack what every newsletter has to say by law."""


def prepare(issue: Issue, subject: str = "") -> "Prepared":
    """Render what all readers share, with another subject if one is given.

    Raises NotReady where the site settings lack the postal address or the reason for the mail.
    """
    site = SiteSettings.load()
    if not site.postal_address.strip():
        raise NotReady(_("The site settings lack the postal address."))
    if not site.newsletter_reason.strip():
        raise NotReady(_("The site settings don't say why one gets the newsletter."))
    with translation.override(settings.LANGUAGE_CODE):
        return Prepared(issue, site, subject or issue.subject)


class Prepared:
    """An issue as mail: subject, HTML and text, with GAP in the place of the link to unsubscribe.

    Readers from an imported list are told at the end how they came to it; the mail of a list is rendered for its first
    reader.
    """

    def __init__(self, issue: Issue, site: SiteSettings, subject: str) -> None:
        self._context = _context(issue, site)
        self.subject = " ".join(subject.split())
        self.sender = sender(site)
        self.headers = _shared_headers(site)
        own = self._of_list(None)
        self.html, self.text, self._mime = own.html, own.text, own.mime
        self._by_list: dict[int | None, Rendered] = {None: own}

    def _of_list(self, pk: int | None) -> "Rendered":
        """Return the mail to the readers from an imported list, or (None) to those who signed up themselves."""
        context = self._context
        if pk is not None:
            context = context | {"reason": told_of_list(pk) or context["reason"]}
        html = _inliner.inline(
            BETWEEN_TAGS.sub(">\n<", render_to_string("newsletter/sending/mail/issue.html", context))
        )
        text = plaintext.tidy(render_to_string("newsletter/sending/mail/issue.txt", context))
        words = {"Subject": self.subject, "From": self.sender}
        mime = Alternatives(
            b"".join(
                SMTP.header_factory(name, value).fold(policy=SMTP).encode() for name, value in words.items()
            ),
            Part(text, GAP),
            Part(html, GAP),
            boundary=f"={secrets.token_hex(16)}",
        )
        return Rendered(html, text, mime)

    @property
    def size(self) -> int:
        """Return the bytes of a message, without the few that differ between readers."""
        return len(self._mime.filled(self.headers, GAP, GAP))

    def message(
        self, subscriber: Subscriber, *, message_id: str, return_path: str, unsubscribe_url: str
    ) -> "IssueMail":
        """Return the message to one reader, which any mailer of Django can send; `mime` holds its bytes.

        message_id includes < and >. Raises ValueError for an address that mail can't carry.
        """
        own = {
            "To": deliverable(subscriber.address),
            "Date": format_datetime(timezone.now()),
            "Message-ID": message_id,
            "List-Unsubscribe": f"<{unsubscribe_url}>",
        }
        pk = subscriber.came_by_id
        if pk not in self._by_list:
            self._by_list[pk] = self._of_list(pk)
        rendered = self._by_list[pk]
        mime = rendered.mime.filled(self.headers | own, unsubscribe_url, escape(unsubscribe_url))
        message = IssueMail(
            self.subject,
            rendered.text.replace(GAP, unsubscribe_url),
            return_path,
            [own.pop("To")],
            headers={"From": self.sender} | self.headers | own,
        )
        message.attach_alternative(rendered.html.replace(GAP, escape(unsubscribe_url)), "text/html")
        message.mime = mime
        return message


class Rendered(NamedTuple):
    """The mail of an issue to the readers from one list."""

    html: str
    text: str
    mime: Alternatives


def told_of_list(pk: int) -> str:
    """Return what the readers from an imported list are told about it, '' where the list is deleted."""
    source = Import.objects.filter(pk=pk).only("told", "created_at").first()
    if source is None:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        day = date_format(timezone.localtime(source.created_at))
        return source.told or _("You are on a list of readers that was brought in on %(day)s.") % {"day": day}


class IssueMail(EmailMultiAlternatives):
    """A message with its bytes; from_email is the return path, and the sender stands in the headers."""

    mime = b""
    metadata: dict[str, str]  # for providers, see django-anymail

    def message(self, *, policy: "Policy[Message] | None" = None) -> EmailMessage:
        """Return the message that mailers send, whose bytes are those of `mime`."""
        modern = policy if isinstance(policy, EmailPolicy) else email.policy.default
        return email.message_from_bytes(self.mime, policy=modern.clone(refold_source="none"))


def test_message(key: str) -> IssueMail | None:
    """Make the mail with which an editor tests an issue; the key is '<issue>:<account>'."""
    issue_id, _colon, user_id = key.partition(":")
    issue = Issue.objects.filter(pk=issue_id).first()
    user = get_user_model().objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if issue is None or user is None:
        return None
    try:
        prepared = prepare(issue, _("Test: %(subject)s") % {"subject": issue.subject})
    except NotReady:
        return None
    return prepared.message(
        Subscriber(address=user.email),
        message_id=f"<test-{secrets.token_hex(16)}@{urlsplit(settings.SITE_URL).hostname}>",
        return_path=settings.DEFAULT_FROM_EMAIL,
        unsubscribe_url=urljoin(settings.SITE_URL, reverse("newsletter:home")),
    )


def deliverable(address: str) -> str:
    """Return the address with its domain in ASCII; raises ValueError where the part before the @ is not ASCII."""
    name, _at, domain = address.rpartition("@")
    if not name.isascii() or not name or not domain or not address.isprintable():
        raise ValueError("Mail can't carry this address.")
    try:
        return address if domain.isascii() else addresses.mailbox(address)
    except ValidationError:
        raise ValueError("Mail can't carry this address.") from None


def _shared_headers(site: SiteSettings) -> dict[str, str]:
    headers = {
        "List-Id": f"<newsletter.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Archive": f"<{urljoin(settings.SITE_URL, reverse('newsletter:home'))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return headers | ({"Reply-To": site.contact_email} if site.contact_email else {})


def _context(issue: Issue, site: SiteSettings) -> dict[str, object]:
    introduction = for_mail(issue.introduction_html, issue.get_absolute_url())
    return {
        "issue": issue,
        "site": site,
        "reason": site.newsletter_reason,
        "date": timezone.localtime(issue.published_at or issue.send_at or timezone.now()),
        "page_url": urljoin(settings.SITE_URL, issue.get_absolute_url()),
        "unsubscribe_url": GAP,
        "introduction_html": introduction,
        "introduction": plaintext.from_html(introduction),
        "sections": sections(issue),
        "is_rtl": issue.language in settings.LANGUAGES_BIDI,
    }
