"""One SMTP conversation (RFC 5321) for each message, over a connection that stays open between messages."""

import email.policy
import re
import smtplib
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from .replies import Answer, Result, classify

# Short ASCII lines with CRLF: no server on the way has a reason to touch them and break a DKIM signature.
WIRE = email.policy.SMTP.clone(cte_type="7bit")
PLAIN = re.compile(r"[\w.+=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
SIGN_IN_CODES = {530, 534, 535, 538}
LINE_WITH_DOT = re.compile(rb"(?m)^\.")
LONGEST_REPLY = 64 * 1024  # bytes


class Replies:
    """Reads the replies of a server: each has to be there whole in time, and to come to an end.

    A time limit of the socket alone holds for each piece, and a server that sends a letter now and then holds the
    sender up for days.
    """

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection, self._seconds = connection, seconds
        self._read = bytearray()

    def begin(self) -> None:
        """Give the next reply its time and its room."""
        self._until, self._room = time.monotonic() + self._seconds, LONGEST_REPLY

    def readline(self, limit: int) -> bytes:
        """Return the next line, as a file does; raises OSError where the reply takes too long."""
        while (end := self._read.find(b"\n") + 1) == 0 and len(self._read) < limit:
            self._connection.settimeout(max(self._until - time.monotonic(), 0.001))
            piece = self._connection.recv(4096)
            self._room -= len(piece)
            if self._room < 0 or time.monotonic() > self._until:
                raise TimeoutError(f"the answer did not end within {self._seconds:g} s")
            if not piece:
                end = len(self._read)
                break
            self._read += piece
        self._connection.settimeout(self._seconds)
        line = bytes(self._read[: end or limit])
        del self._read[: len(line)]
        return line

    def close(self) -> None:
        """Do nothing: the connection is closed by its owner."""


class _InTime(smtplib.SMTP):
    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = Replies(self.sock, self.timeout)
        if self.file is not None:
            self.file.begin()
        return super().getreply()


class _InTimeByTLS(_InTime, smtplib.SMTP_SSL):
    pass


class Mailer(EmailBackend):
    """Django's mailer for SMTP with an end to each reply."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the class of the connection."""
        return _InTimeByTLS if self.use_ssl else _InTime


class Conversation:
    """Sends messages through Django's SMTP backend, step by step, and tells from its replies what became of each."""

    def __init__(self, mailer: EmailBackend) -> None:
        self._mailer = mailer

    def deliver(
        self,
        message: EmailMessage,
        is_still_wanted: Callable[[], bool] | None,
        after: Callable[[], None] | None,
    ) -> Answer:
        """Send a message to its one recipient; the functions are those that Transport.send() takes."""
        sender, recipient = self._bare(message.from_email), self._bare(message.recipients()[0])
        wire = getattr(message, "mime", b"") or message.message(policy=WIRE).as_bytes()
        was_open = self._mailer.connection is not None
        refusal = self._name_sender(sender, len(wire))
        if is_still_wanted is not None and not is_still_wanted():
            self._reset(waiting=refusal is None)
            return Answer(Result.UNWANTED)
        if refusal is None:
            refusal = self._read_about_sender()
        if refusal is not None and refusal.is_broken and was_open:  # the open connection had ended
            refusal = self._name_sender(sender, len(wire)) or self._read_about_sender()
        if refusal is not None and refusal.is_broken and not refusal.code:  # nor does a new one lead anywhere
            return Answer(Result.UNREACHABLE, words="no answer to MAIL")
        refusal = refusal or self._name_recipient(recipient)
        if refusal is not None:
            self._reset()
            return refusal
        return self._send_text(wire, after)

    def _bare(self, address: str) -> str:
        """Return an address without a display name; raises ValueError where it is malformed."""
        return address if PLAIN.fullmatch(address) else self._mailer.prep_address(address)

    def _server(self) -> smtplib.SMTP:
        """Return the open connection; raises SMTPServerDisconnected without one."""
        if self._mailer.connection is None:
            raise smtplib.SMTPServerDisconnected
        return self._mailer.connection

    def _name_sender(self, sender: str, size: int) -> Answer | None:
        """Say MAIL without waiting for the reply; return an Answer where there is no conversation."""
        try:
            self._mailer.open()
            server = self._server()
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
            code, text = self._server().getreply()
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

    def _name_recipient(self, recipient: str) -> Answer | None:
        """Say RCPT; return a refusal or None."""
        try:
            code, text = self._server().rcpt(recipient)
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Answer(Result.DEFERRED)
        return None if code in (250, 251) else classify(code, text, about_recipient=True)

    def _send_text(self, wire: bytes, after: Callable[[], None] | None) -> Answer:
        """Say DATA and send the message; return the Answer to it."""
        has_left = False
        try:
            server = self._server()
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

    def _reset(self, waiting: bool = False) -> None:
        """Say RSET, so that the connection can carry the next message; `waiting`: a reply has not been read yet."""
        if self._mailer.connection is None:
            return
        try:
            if waiting:
                self._server().getreply()
            if self._server().rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        """Close the connection without QUIT."""
        connection, self._mailer.connection = self._mailer.connection, None
        if connection is not None:
            connection.close()
        with suppress(OSError, smtplib.SMTPException):
            self._mailer.close()  # a connection that was half open


def _no_server(error: Exception) -> Answer:
    """Return the Answer where connecting or signing in failed."""
    code: int | None = getattr(error, "smtp_code", None)
    text: bytes | str | None = getattr(error, "smtp_error", None)
    is_sign_in = isinstance(error, smtplib.SMTPAuthenticationError) or code in SIGN_IN_CODES
    if is_sign_in or (isinstance(error, smtplib.SMTPException) and "auth" in str(error).lower()):
        return _refused_sign_in(code, text or str(error))
    words = (
        text.decode("utf-8", "replace")
        if isinstance(text, bytes)
        else text or getattr(error, "strerror", "") or str(error)
    )
    return Answer(Result.UNREACHABLE, str(code or ""), words=words or type(error).__name__)


def _refused_sign_in(code: int | None, text: bytes | str) -> Answer:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Answer(Result.UNREACHABLE, str(code or ""), words=words, is_sign_in=True)
