"""One connection to the mail server, and what its answers mean."""

import email.policy
import re
import smtplib
from collections.abc import Callable
from contextlib import suppress

from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend
from requests import ConnectTimeout
from urllib3.exceptions import NewConnectionError

from .replies import Answer, Result, classify

# Short ASCII lines with CRLF: no server on the way has a reason to touch them and break a DKIM signature.
WIRE = email.policy.SMTP.clone(cte_type="7bit")
PLAIN = re.compile(r"[\w.+=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
SIGN_IN_CODES = {530, 534, 535, 538}
LINE_WITH_DOT = re.compile(rb"(?m)^\.")


class Transport:
    """The default mailer with its connection kept open."""

    def __init__(self) -> None:
        self._mailer = None

    def send(self, message: str, meanwhile=None, after=None):
        """Send a message to one person and return the Answer.

        meanwhile() runs before the text leaves, while the server thinks about the sender; where it returns
        False nothing leaves, and what it raises goes through. after() runs once the text has left, while
        the server thinks about that. Raises ValueError for a message that no server could carry.
        """
        if len(message.recipients()) != 1:
            raise ValueError("A message goes to one person.")
        if self._mailer is None:
            self._mailer = mailers.default
        if isinstance(self._mailer, EmailBackend):
            return self._by_smtp(message, meanwhile, after)
        if meanwhile is not None and not meanwhile():
            return Answer(Result.UNWANTED)
        return self._by_other(message)

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        mailer, self._mailer = self._mailer, None
        if mailer is not None:
            with suppress(Exception):  # a broken connection is as good as a closed one
                mailer.close()

    def _by_smtp(self, message: str, meanwhile, after):
        sender, recipient = self._bare(message.from_email), self._bare(message.recipients()[0])
        wire = getattr(message, "wire", b"") or message.message(policy=WIRE).as_bytes()
        was_open = self._mailer.connection is not None
        refusal = self._name_sender(sender, len(wire))
        if meanwhile is not None:
            try:
                wanted = meanwhile()
            except BaseException:
                self.close()
                raise
            if not wanted:
                self._reset(waiting=refusal is None)
                return Answer(Result.UNWANTED)
        if refusal is None:
            refusal = self._read_about_sender()
        if refusal is not None and refusal.is_broken and was_open:  # the kept connection had ended
            refusal = self._name_sender(sender, len(wire)) or self._read_about_sender()
        refusal = refusal or self._name_recipient(recipient)
        if refusal is not None:
            self._reset()
            return refusal
        return self._send_text(wire, after)

    def _bare(self, address: str):
        """Return an address without the name that may stand before it; raises ValueError for none."""
        return address if PLAIN.fullmatch(address) else self._mailer.prep_address(address)

    def _name_sender(self, sender: str, size: int) -> Answer | None:
        """Say MAIL without waiting for the reply; return an Answer where the server can't be spoken to."""
        try:
            self._mailer.open()
            server = self._mailer.connection
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return _no_server(error)
        try:
            server.putcmd("mail", f"FROM:<{sender}>" + (f" size={size}" if server.has_extn("size") else ""))
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Answer(Result.DEFERRED, is_broken=True)
        return None

    def _read_about_sender(self) -> Answer | None:
        """Read the reply to MAIL; return a refusal or None."""
        try:
            code, text = self._mailer.connection.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Answer(Result.DEFERRED, is_broken=True)
        if code == 421:
            self._drop()
            return Answer(Result.DEFERRED, "421", is_broken=True)
        if code in SIGN_IN_CODES:
            self._drop()
            return _refused_sign_in(code, text)
        return None if code == 250 else classify(code, text, about_recipient=False)

    def _name_recipient(self, recipient):
        """Say RCPT; return a refusal or None."""
        try:
            code, text = self._mailer.connection.rcpt(recipient)
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Answer(Result.DEFERRED)
        return None if code in (250, 251) else classify(code, text, about_recipient=True)

    def _send_text(self, wire: bytes, after: Callable[[], None] | None) -> Answer:
        server = self._mailer.connection
        has_left = False
        try:
            code, text = server.docmd("data")
            if code != 354:
                self._reset()
                return classify(code, text, about_recipient=True, by_words_alone=True)
            end = b".\r\n" if wire.endswith(b"\r\n") else b"\r\n.\r\n"
            server.send(LINE_WITH_DOT.sub(b"..", wire) + end)
            has_left = True
            if after is not None:
                after()
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Answer(Result.LOST if has_left else Result.DEFERRED)
        if code == 421:
            self._drop()
        return classify(code, text, about_recipient=True, by_words_alone=True)

    def _reset(self, waiting=False) -> None:
        """Take the envelope back, so that the connection can carry the next message."""
        if self._mailer.connection is None:
            return
        try:
            if waiting:
                self._mailer.connection.getreply()
            if self._mailer.connection.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        """Let go of a connection that is of no more use, without a word."""
        connection, self._mailer.connection = self._mailer.connection, None
        if connection is not None:
            connection.close()
        with suppress(OSError, smtplib.SMTPException):
            self._mailer.close()  # a connection that was half open

    def _by_other(self, message: EmailMessage) -> Answer:
        try:
            self._mailer.open()
            self._mailer.send_messages([message])
        except AnymailRecipientsRefused:
            status = message.anymail_status.status or set()
            return Answer(Result.UNKNOWN if status == {"invalid"} else Result.REFUSED)
        except AnymailInvalidAddress:
            return Answer(Result.UNKNOWN)
        except AnymailAPIError as error:
            return _provider_error(error)
        except OSError as error:
            self.close()
            return Answer(Result.UNREACHABLE, type(error).__name__[:12], words=str(error))
        return Answer(Result.ACCEPTED)


def _no_server(error: Exception) -> Answer:
    """Return the Answer where there was no speaking to the server."""
    code = getattr(error, "smtp_code", None)
    text = getattr(error, "smtp_error", None)
    is_sign_in = isinstance(error, smtplib.SMTPAuthenticationError) or code in SIGN_IN_CODES
    if is_sign_in or (isinstance(error, smtplib.SMTPException) and "auth" in str(error).lower()):
        return _refused_sign_in(code, text or str(error))
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text or str(error)
    return Answer(Result.UNREACHABLE, str(code or ""), words=words or type(error).__name__)


def _refused_sign_in(code: int | None, text: bytes | str) -> Answer:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Answer(Result.UNREACHABLE, str(code or ""), words=words, is_sign_in=True)


def _provider_error(error: AnymailAPIError) -> Answer:
    """Return the Answer for a provider that did not take the message."""
    code = getattr(error, "status_code", None)
    if code is None:
        cause = error.__cause__
        reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
        if isinstance(cause, ConnectTimeout) or isinstance(reason, NewConnectionError):
            return Answer(Result.UNREACHABLE, words=type(cause).__name__)
        return Answer(Result.LOST)  # the request may have arrived
    if code in (401, 403):
        return Answer(Result.UNREACHABLE, str(code), words=_words_of_provider(error), is_sign_in=True)
    if code == 429 or code >= 500:
        return Answer(Result.DEFERRED, str(code))
    return Answer(Result.REFUSED, str(code))


def _words_of_provider(error: AnymailAPIError) -> str:
    """Return what the provider says of a key that it does not take."""
    response = getattr(error, "response", None)
    return str(getattr(response, "text", "") or getattr(response, "reason", "") or "")[:300]
