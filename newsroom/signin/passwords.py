"""Passwords of the staff: set by a mailed link, by their owner, or by a superuser."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm as PasswordChangeForm
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.models import User
from django.core.exceptions import ObjectNotUpdated
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse_lazy

from newsroom.guard.staffpages import private
from newsroom.guard.throttle import DAY, Limit, network
from newsroom.outbox import posting
from newsroom.signin import devices
from newsroom.signin.sessions import note_who_changes

RESETS = Limit("password-reset", 5, 3600)  # mails to one address
RESETS_A_DAY = Limit("password-reset-day", 10, DAY)
RESETS_OF_A_NETWORK = Limit("password-reset-network", 30, 3600)


class AccountChanged(Exception):
    """The account has been changed since the form was checked."""


class StoresPasswordAlone(auth_forms.SetPasswordMixin):
    """A form that saves the password field alone.

    Hashing takes a moment. Saving the whole account after it would undo what an administrator has changed meanwhile,
    such as its address, or whether it is active.
    """

    # The fields on which the right to set the password depends.
    UNCHANGED: tuple[str, ...] = ("password", "email", "is_active")

    def set_password_and_save(
        self,
        user: User,
        password_field_name: str = "password1",  # noqa: S107 - the name of a field
        commit: bool = True,
    ) -> User:
        """Hash the password and save it; raises AccountChanged, or ObjectNotUpdated where the account is gone."""
        seen = {name: getattr(user, name) for name in self.UNCHANGED}
        super().set_password_and_save(user, password_field_name=password_field_name, commit=False)
        if commit:
            with transaction.atomic():
                stored = User.objects.select_for_update().filter(pk=user.pk).first()
                if stored and any(getattr(stored, name) != value for name, value in seen.items()):
                    raise AccountChanged
                user.save(update_fields=["password"])
        return user


class NewPasswordForm(StoresPasswordAlone, auth_forms.SetPasswordForm):
    """A password that is set by a mailed link."""

    def save(self, commit: bool = True) -> User:
        self.user.came_by_mail = True  # inquiries.officers.accountchanges reads it
        return super().save(commit)


class OwnPasswordForm(StoresPasswordAlone, PasswordChangeForm):
    """A new password of one's own, which needs the old one."""

    def save(self, commit: bool = True) -> User:
        self.user.has_proven_password = True  # type: ignore[attr-defined]  # inquiries.officers.accountchanges reads it
        note_who_changes(self.user, self.user)
        return super().save(commit)


class GivenPasswordForm(StoresPasswordAlone, auth_forms.AdminPasswordChangeForm):
    """A password that a superuser sets for somebody, or removes."""

    UNCHANGED = ()


admin.site.password_change_form = OwnPasswordForm


class ResetForm(auth_forms.PasswordResetForm):
    """Posts for which address a link is wanted; the worker looks whether there is an account.

    So neither the response nor its timing tells whether there is one.
    """

    def save(self, *, request: HttpRequest, **kwargs: Any) -> None:  # type: ignore[override]  # the view passes it
        email = self.cleaned_data["email"]
        if not RESETS_OF_A_NETWORK.hit(network(request)):
            return
        if not RESETS.hit(email.casefold()) or not RESETS_A_DAY.hit(email.casefold()):
            return
        posting.post("password_wanted", 0, to=email)


class NewPasswordView(auth_views.PasswordResetConfirmView):
    """Sets the password of whoever has the mailed link, and makes that browser a known one."""

    def form_valid(self, form: auth_forms.SetPasswordForm[User]) -> HttpResponse:
        try:
            response = super().form_valid(form)
        except (AccountChanged, ObjectNotUpdated):  # the link was for the account as it was
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        return devices.remember(self.request, response, form.user.get_username())


# Any: Django's generic views have no type in common that knows as_view() and its options.
def _page(view_class: Any, **options: Any) -> Callable[..., HttpResponse]:
    """Return a view of django.contrib.auth that looks like the admin."""

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = admin.site.each_context(request) | {"is_nav_sidebar_enabled": False}
        response: HttpResponse = view_class.as_view(extra_context=context, **options)(request, **kwargs)
        return response

    return private(view)


password_urls = [
    path("", _page(auth_views.PasswordResetView, form_class=ResetForm), name="admin_password_reset"),
    path("sent/", _page(auth_views.PasswordResetDoneView), name="password_reset_done"),
    path(
        "<uidb64>/<token>/",
        _page(
            NewPasswordView, form_class=NewPasswordForm, success_url=reverse_lazy("password_reset_complete")
        ),
        name="password_reset_confirm",
    ),
    path("set/", _page(auth_views.PasswordResetCompleteView), name="password_reset_complete"),
]
