"""The mail of an issue: rendered once for everybody; per reader only the link to unsubscribe and headers differ."""

import email
import re
import secrets
from email.policy import SMTP
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
    """The site's settings lack what every newsletter has to say."""


def prepare(issue, subject=None):
    """Render what all readers share; raises NotReady without a postal address or the reason for the mail.

    The subject is the issue's own unless another is given.
    """
    site = SiteSettings.load()
    if not site.postal_address.strip():
        raise NotReady(_("The site settings lack the postal address."))
    if not site.newsletter_reason.strip():
        raise NotReady(_("The site settings don't say why one gets the newsletter."))
    with translation.override(settings.LANGUAGE_CODE):
        return Prepared(issue, site, subject or issue.subject)


class Prepared:
    """An issue as mail: subject, html and text, with GAP in the place of the link to unsubscribe.

    Readers who came by an imported list read at its end how they came to it; a list is rendered at its first reader.
    """

    def __init__(self, issue: Issue, site: SiteSettings, subject: str) -> None:
        self._context = _context(issue, site)
        self.subject = " ".join(subject.split())
        self.sender = sender(site)
        self.headers = _shared_headers(site)
        own = self._of_list(None)
        self.html, self.text, self._wire = own.html, own.text, own.wire
        self._by_list = {None: own}

    def _of_list(self, pk: int | None) -> "Rendered":
        """Return the issue as those get it who came by that list, or who signed up themselves."""
        context = self._context
        if pk is not None:
            context = context | {"reason": told_of_list(pk) or context["reason"]}
        html = _inliner.inline(
            BETWEEN_TAGS.sub(">\n<", render_to_string("newsletter/mail/issue.html", context))
        )
        text = plaintext.tidy(render_to_string("newsletter/mail/issue.txt", context))
        words = {"Subject": self.subject, "From": self.sender}
        wire = Alternatives(
            b"".join(
                SMTP.header_factory(name, value).fold(policy=SMTP).encode() for name, value in words.items()
            ),
            Part(text, GAP),
            Part(html, GAP),
            boundary=f"={secrets.token_hex(16)}",
        )
        return Rendered(html, text, wire)

    @property
    def size(self):
        """Return the bytes of a message, but for the few that one reader adds."""
        return len(self._wire.filled(self.headers, GAP, GAP))

    def message(self, subscriber, *, message_id, return_path, unsubscribe_url):
        """Return the message to one reader, which any mailer of Django can send; its `wire` is ready bytes.

        message_id comes with its < and >. Raises ValueError for an address that mail can't carry.
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
        wire = rendered.wire.filled(self.headers | own, unsubscribe_url, escape(unsubscribe_url))
        message = IssueMail(
            self.subject,
            rendered.text.replace(GAP, unsubscribe_url),
            return_path,
            [own.pop("To")],
            headers={"From": self.sender} | self.headers | own,
        )
        message.attach_alternative(rendered.html.replace(GAP, escape(unsubscribe_url)), "text/html")
        message.wire = wire
        return message


class Rendered(NamedTuple):
    """An issue as those who came by one list get it."""

    html: str
    text: str
    wire: Alternatives


def told_of_list(pk: int) -> str:
    """Return how the readers of an imported list came to it, in words for them; nothing where it is gone."""
    source = Import.objects.filter(pk=pk).only("told", "created_at").first()
    if source is None:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        day = date_format(timezone.localtime(source.created_at))
        return source.told or _("You are on a list of readers that was brought in on %(day)s.") % {"day": day}


class IssueMail(EmailMultiAlternatives):
    """A message whose bytes stand ready: from_email is the return path, the sender is among the headers."""

    wire = b""

    def message(self, *, policy=email.policy.default):
        """Return the message as mailers send it, the same to the byte as `wire`."""
        return email.message_from_bytes(self.wire, policy=policy.clone(refold_source="none"))


def test_message(key: str):
    """Return the issue as its editor gets it for a test; the key is '<issue>:<account>'."""
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


def deliverable(address: str):
    """Return the address with its domain in ASCII; raises ValueError where the part before it is not."""
    name, _at, domain = address.rpartition("@")
    if not name.isascii() or not name or not domain or not address.isprintable():
        raise ValueError("Mail can't carry this address.")
    try:
        return address if domain.isascii() else addresses.mailbox(address)
    except ValidationError:
        raise ValueError("Mail can't carry this address.") from None


def _shared_headers(site):
    headers = {
        "List-Id": f"<newsletter.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Archive": f"<{urljoin(settings.SITE_URL, reverse('newsletter:home'))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return headers | ({"Reply-To": site.contact_email} if site.contact_email else {})


def _context(issue, site):
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
