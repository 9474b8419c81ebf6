"""Sends one mail at once through the configured mailer, for the operator, with what the server says to it."""

import smtplib
from email.utils import formatdate, make_msgid, parseaddr

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from . import mailproof
from .mailfiles import MailFileBackend
from .sending import message_domain
from .smtp import SIGN_IN_CODES, WIRE

LONGEST = 500  # characters of an answer


class Refused(Exception):
    """The mail was not taken; the text says what the server said, and what can be done."""


def message_to(address: str) -> EmailMessage:
    """Return the mail of the trial."""
    text = _(
        "This is a trial of the mail of %(site)s.\n\nIt was sent by `manage.py doctor`. That you read it shows that the "
        "site can send mail; if it lay with the spam, the entries of the domain in the DNS are missing (docs/mail.md).\n"
    )
    message = EmailMessage(
        _("A trial of our mail"), text % {"site": settings.SITE_URL}, settings.DEFAULT_FROM_EMAIL, [address]
    )
    domain = message_domain() or "localhost"
    message.extra_headers |= {
        "Message-ID": make_msgid(domain=domain),
        "Date": formatdate(localtime=True),
        "Auto-Submitted": "auto-generated",
    }
    return message


def send(address: str) -> str:
    """Send the mail, and return what the server said as it took it; raises Refused."""
    mailer, message = mailers.default, message_to(address)
    if isinstance(mailer, EmailBackend):
        said = _by_smtp(mailer, message)
    elif isinstance(mailer, MailFileBackend):
        mailer.send_messages([message])
        return _("It lies in a folder as a file, and goes nowhere: EMAIL_URL is file://….")
    else:
        try:
            mailer.send_messages([message])
        except (AnymailError, OSError) as error:
            raise Refused(" ".join(str(error).split())[:LONGEST]) from None
        said = str(getattr(getattr(message, "anymail_status", None), "message_id", "") or "")
    mailproof.note()
    return said


def _by_smtp(mailer: EmailBackend, message: EmailMessage) -> str:
    """Send by SMTP, and return the server's last words; raises Refused with its refusal."""
    sender, recipient = parseaddr(message.from_email)[1], message.recipients()[0]
    try:
        mailer.open()
        server = mailer.connection
        if server is None:
            raise smtplib.SMTPServerDisconnected
        server.ehlo_or_helo_if_needed()
        for step in (lambda: server.mail(sender), lambda: server.rcpt(recipient)):
            code, words = step()
            if code not in (250, 251):
                raise smtplib.SMTPResponseException(code, words)
        code, words = server.data(message.message(policy=WIRE).as_bytes())
        if code != 250:
            raise smtplib.SMTPResponseException(code, words)
        return _line(code, words)
    except smtplib.SMTPResponseException as error:
        advice = (
            _("User name and password stand in EMAIL_URL, where @ : / # are written as %40 %3A %2F %23.")
            if error.smtp_code in SIGN_IN_CODES
            else ""
        )
        said = _line(error.smtp_code, error.smtp_error)
        raise Refused(f"{said.rstrip('.')}. {advice}" if advice else said) from None
    except (smtplib.SMTPException, OSError) as error:
        reason = getattr(error, "strerror", "") or " ".join(str(error).split()) or type(error).__name__
        raise Refused(
            _("%(reason)s. Look at host and port in EMAIL_URL, and whether the network lets us through.")
            % {"reason": reason[:LONGEST].rstrip(".")}
        ) from None
    finally:
        mailer.close()


def _line(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:LONGEST]
