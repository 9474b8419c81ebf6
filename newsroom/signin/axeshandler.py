"""The handler that django-axes asks before a password is checked and tells the result."""

from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from newsroom.signin import attempts


class SignInThrottle(AbstractAxesHandler, AxesBaseHandler):
    """The limits of newsroom.signin.attempts, as a handler of django-axes."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return not self.is_locked(request, credentials)

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return attempts.is_locked(request, attempts.name_in(credentials))

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        return max(
            limit.number(subject)
            for limit, subject in attempts.limits_of(request, attempts.name_in(credentials))
        )

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        request.axes_credentials = credentials
        attempts.count_failure(request, attempts.name_in(credentials))
        request.axes_locked_out = self.is_locked(request, credentials)

    def user_logged_in(self, sender: object, request: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
        if request is not None:
            attempts.forgive(request, user.get_username())

    def user_logged_out(self, sender: object, request: Any, user: Any, **kwargs: Any) -> None:
        """Change no counter."""
