"""The mail of an issue: rendered once for everybody; per reader only the link to unsubscribe and headers differ."""

import email
import re
import secrets
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import urljoin, urlsplit

import css_inline
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from articles.richtext import for_mail
from newsroom.sitesettings.models import SiteSettings

from . import addresses, plaintext
from .contents import sections
from .models import Issue, Subscriber
from .wire import Alternatives, Part

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
    """An issue as mail: subject, html and text, with GAP in the place of the link to unsubscribe."""

    def __init__(self, issue, site, subject):
        context = _context(issue, site)
        self.subject = " ".join(subject.split())
        self.html = _inliner.inline(
            BETWEEN_TAGS.sub(">\n<", render_to_string("newsletter/mail/issue.html", context))
        )
        self.text = plaintext.tidy(render_to_string("newsletter/mail/issue.txt", context))
        self.sender = formataddr((site.name, settings.DEFAULT_FROM_EMAIL))
        self.headers = _shared_headers(site)
        words = {"Subject": self.subject, "From": self.sender}
        self._wire = Alternatives(
            b"".join(
                SMTP.header_factory(name, value).fold(policy=SMTP).encode() for name, value in words.items()
            ),
            Part(self.text, GAP),
            Part(self.html, GAP),
            boundary=f"={secrets.token_hex(16)}",
        )

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
        wire = self._wire.filled(self.headers | own, unsubscribe_url, escape(unsubscribe_url))
        message = IssueMail(
            self.subject,
            self.text.replace(GAP, unsubscribe_url),
            return_path,
            [own.pop("To")],
            headers={"From": self.sender} | self.headers | own,
        )
        message.attach_alternative(self.html.replace(GAP, escape(unsubscribe_url)), "text/html")
        message.wire = wire
        return message


class IssueMail(EmailMultiAlternatives):
    """A message whose bytes stand ready: from_email is the return path, the sender is among the headers."""

    wire = b""

    def message(self, *, policy=email.policy.default):
        """Return the message as mailers send it, the same to the byte as `wire`."""
        return email.message_from_bytes(self.wire, policy=policy.clone(refold_source="none"))


def test_message(key):
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


def deliverable(address):
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
        "date": timezone.localtime(issue.published_at or issue.send_at or timezone.now()),
        "page_url": urljoin(settings.SITE_URL, issue.get_absolute_url()),
        "unsubscribe_url": GAP,
        "introduction_html": introduction,
        "introduction": plaintext.from_html(introduction),
        "sections": sections(issue),
        "is_rtl": issue.language in settings.LANGUAGES_BIDI,
    }
