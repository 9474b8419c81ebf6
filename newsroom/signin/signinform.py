"""The form of signing in: the password, and then a code of the second factor, or the app is set up."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from newsroom.signin.secondfactor import codes, factors, proofs, requirement, setup

CODE = "sign_in_code"
PROOF = "sign_in_proof"
NEW_CODES = "_new_recovery_codes"  # the attribute of a request that has set up an app
SECRET = "sign_in_secret"  # noqa: S105 - the name of a field


class SignInForm(AdminAuthenticationForm):
    """Takes the password first; `step` tells what it asks for next.

    A script, or whoever is asked for it, may send password and code at once.
    """

    sign_in_code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )
    sign_in_proof = forms.CharField(required=False, widget=forms.HiddenInput)
    sign_in_secret = forms.CharField(required=False, widget=forms.HiddenInput)

    step = "password"
    is_locked = False
    offer: setup.Offer | None = None

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if self.data.get(PROOF):
            self.fields["username"].required = self.fields["password"].required = False

    def clean(self) -> dict[str, Any]:
        """Check the password or its proof, and then what is asked beside it."""
        proof = self.cleaned_data.get(PROOF)
        if proof:
            user = proofs.account_of(proof)
            if user is None:
                raise ValidationError(_("That took too long. Sign in once more."), code="stale")
            self.confirm_login_allowed(user)
            self.user_cache = user
        else:
            super().clean()
        user = self.user_cache
        if isinstance(user, User) and self.request is not None:
            self._go_on(self.request, user)
        return self.cleaned_data

    def _go_on(self, request: HttpRequest, user: User) -> None:
        if factors.of(user):
            self._ask_for_code(request, user)
        elif requirement.is_due(user):
            self._ask_to_set_up(request, user)

    def _ask_for_code(self, request: HttpRequest, user: User) -> None:
        code = self.cleaned_data.get(CODE)
        answer = codes.check(request, user, code) if code else None
        if answer is codes.Answer.RIGHT:
            return
        self._wait("code", user)
        if answer is None:
            raise ValidationError(_("Enter the code that your app shows now."), code="code_wanted")
        if answer is codes.Answer.LOCKED:
            self.is_locked = True
            raise ValidationError(_("The code was wrong too often. Try again later."), code="locked")
        raise ValidationError(
            _("That code was not right, or it was used already. Wait for the next one."), code="code_wrong"
        )

    def _ask_to_set_up(self, request: HttpRequest, user: User) -> None:
        sealed, code = self.cleaned_data.get(SECRET) or "", self.cleaned_data.get(CODE)
        proven = setup.prove(user, sealed, code) if sealed and code else None
        if proven:
            made = factors.set_up(user, proven.secret, proven.step)
            if not made:  # another tab was faster
                self._ask_for_code(request, user)
            vars(request)[NEW_CODES] = made
            return
        self.offer = setup.offer(user, sealed)
        self._wait("set-up", user)
        self._show(SECRET, self.offer.sealed)
        if sealed and code:
            raise ValidationError(_("That code was not right. Wait for the next one."), code="code_wrong")
        raise ValidationError(
            _("This site asks for a second factor: set it up now, and sign in with it."), code="set_up"
        )

    def _wait(self, step: str, user: User) -> None:
        self.step = step
        self._show(PROOF, proofs.proof_for(user))
        self._show(CODE, "")

    def _show(self, name: str, value: str) -> None:
        """Let the form that is shown again hold this value."""
        self.data = (
            {**self.data.dict(), name: value}
            if isinstance(self.data, QueryDict)
            else {**self.data, name: value}
        )
