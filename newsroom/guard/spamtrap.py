"""Two traps that people never notice and simple robots fall into, without a cookie and without a puzzle."""

from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FASTEST = 2  # seconds between opening a form and sending it
SALT = "newsroom.spamtrap"


def opened_now():
    """Return the signed time at which a form is shown."""
    return signing.dumps(int(timezone.now().timestamp()), salt=SALT)


def seconds_since(token: str):
    """Return how long ago a form was opened; raises BadSignature where we did not write that."""
    return timezone.now().timestamp() - signing.loads(token, salt=SALT)


class SpamTrap(forms.Form):
    """A mixin: a field that only robots see, and a signed time that can't be too short and is never too long.

    A view asks `is_trapped` first and then answers as if all were well. Who is only too fast sees the form
    once more with all that they typed. Templates show both by `{% include "newsroom/_traps.html" %}`.
    """

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, timed=True, **kwargs: Any) -> None:
        """Without timed, what came from a page that is the same for everybody passes without a time."""
        super().__init__(*args, **kwargs)
        self.timed = timed
        self.initial.setdefault("opened", opened_now())

    @property
    def is_trapped(self):
        """Return whether the field that people don't see was filled in."""
        return bool(self.data.get(self.add_prefix("website")))

    def clean(self):
        cleaned = super().clean()
        try:
            too_fast = seconds_since(self.data.get(self.add_prefix("opened"), "")) < FASTEST
        except signing.BadSignature:
            self.data = self.data.copy()  # what is shown once more holds a time
            self.data[self.add_prefix("opened")] = opened_now()
            too_fast = self.timed
        if too_fast and not self.errors:  # with another error it comes back anyway
            self.add_error(
                None, _("That was very fast. Please look at the form once more and send it again.")
            )
        return cleaned
