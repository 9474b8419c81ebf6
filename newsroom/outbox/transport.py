"""Sends a message through the default mailer, SMTP or a provider, and tells from its answer what became of it."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from .replies import Answer, Result
from .smtp import Conversation

if TYPE_CHECKING:
    from anymail.exceptions import AnymailAPIError


class Transport:
    """The default mailer with its connection kept open."""

    def __init__(self) -> None:
        self._mailer: BaseEmailBackend | None = None

    def send(
        self,
        message: EmailMessage,
        is_still_wanted: Callable[[], bool] | None = None,
        after: Callable[[], None] | None = None,
    ) -> Answer:
        """Send a message to one person and return the Answer.

        is_still_wanted() runs before the message is sent, while the server checks the sender; if it returns False,
        nothing is sent, and what it raises is raised here. after() runs once the message has been sent, while the server
        checks that. Raises ValueError for a message that no server could carry.
        """
        if len(message.recipients()) != 1:
            raise ValueError("A message goes to one person.")
        if self._mailer is None:
            self._mailer = mailers.default
        if isinstance(self._mailer, EmailBackend):
            return Conversation(self._mailer).deliver(message, self._closing_on_error(is_still_wanted), after)
        if is_still_wanted is not None and not is_still_wanted():
            return Answer(Result.UNWANTED)
        return self._by_other(self._mailer, message)

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        mailer, self._mailer = self._mailer, None
        if mailer is not None:
            with suppress(Exception):  # a broken connection is as good as a closed one
                mailer.close()

    def _closing_on_error(self, is_still_wanted: Callable[[], bool] | None) -> Callable[[], bool] | None:
        """Return is_still_wanted() so that the connection is closed if it raises: the server waits for a command."""
        if is_still_wanted is None:
            return None

        def guarded() -> bool:
            try:
                return is_still_wanted()
            except BaseException:
                self.close()
                raise

        return guarded

    def _by_other(self, mailer: BaseEmailBackend, message: EmailMessage) -> Answer:
        """Send by a provider or to files."""
        # Here, and not in every process of a site that sends by SMTP: it loads an HTTP client.
        from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused

        try:
            mailer.open()
            mailer.send_messages([message])
        except AnymailRecipientsRefused:
            status = message.anymail_status.status or set()  # type: ignore[attr-defined]  # anymail sets it
            return Answer(Result.UNKNOWN if status == {"invalid"} else Result.REFUSED)
        except AnymailInvalidAddress:
            return Answer(Result.UNKNOWN)
        except AnymailAPIError as error:
            return _provider_error(error)
        except OSError as error:
            self.close()
            return Answer(
                Result.UNREACHABLE,
                type(error).__name__[:12],
                words=getattr(error, "strerror", "") or str(error),
            )
        return Answer(Result.ACCEPTED)


def _provider_error(error: "AnymailAPIError") -> Answer:
    """Return the Answer for a provider that did not take the message."""
    from requests import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    code: int | None = getattr(error, "status_code", None)
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


def _words_of_provider(error: "AnymailAPIError") -> str:
    """Return what the provider says of a key that it refuses."""
    response = getattr(error, "response", None)
    return str(getattr(response, "text", "") or getattr(response, "reason", "") or "")[:300]
