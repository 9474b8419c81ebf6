"""Two spam traps, a hidden field and a signed time, that people never notice; without a cookie and a puzzle."""

from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LATEST = 2**53  # seconds: a larger number is no time
FASTEST = 2  # seconds between opening a form and sending it
SALT = "newsroom.spamtrap"


def opened_now() -> str:
    """Return the current time, signed, for the form that is shown."""
    return signing.dumps(int(timezone.now().timestamp()), salt=SALT)


def seconds_since(token: str) -> float:
    """Return the seconds since a form was shown; raises BadSignature where the token is not ours."""
    shown_at = signing.loads(token, salt=SALT)
    if not isinstance(shown_at, int) or abs(shown_at) > LATEST:
        raise signing.BadSignature
    return timezone.now().timestamp() - shown_at


class SpamTrap(forms.Form):
    """A form with a field that only robots fill in, and a signed time before which it can't be sent.

    A view that finds `is_trapped` answers as if all were well. A form that was sent too fast is shown once more, with
    all that was typed. Templates show both fields by `{% include "newsroom/_traps.html" %}`.
    """

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, timed: bool = True, **kwargs: Any) -> None:
        """Without `timed`, a form without a signed time passes: it comes from a page that is the same for all."""
        super().__init__(*args, **kwargs)
        self.timed = timed
        self.initial.setdefault("opened", opened_now())

    @property
    def is_trapped(self) -> bool:
        """Return whether the hidden field was filled in."""
        return bool(self.data.get(self.add_prefix("website")))

    def clean(self) -> dict[str, Any] | None:
        """Refuse a form that was sent too fast."""
        cleaned = super().clean()
        try:
            too_fast = seconds_since(self.data.get(self.add_prefix("opened"), "")) < FASTEST
        except signing.BadSignature:
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[self.add_prefix("opened")] = opened_now()
            self.data = data
            too_fast = self.timed
        if too_fast and not self.errors:  # with another error the form is shown again anyway
            self.add_error(
                None, _("That was very fast. Please look at the form once more and send it again.")
            )
        return cleaned
