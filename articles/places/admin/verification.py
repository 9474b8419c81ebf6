"""The form that records who verified a hotline."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.places.models.hotline import Hotline
from newsroom.guard.staffpages import signed_in
from newsroom.unsaved.models import UnsavedText
from newsroom.unsaved.places import Place
from newsroom.unsaved.smallforms import SmallForm

if TYPE_CHECKING:
    import datetime


def verification_form(request: HttpRequest, pk: int) -> SmallForm:
    """Return the form that records a verification, with what the person who asks has typed into it."""
    key = {"model": "articles.hotline/verify", "object_key": str(pk)}
    place = Place(UnsavedText.objects.all(), user=signed_in(request), **key)
    return SmallForm(
        request, place, f"{key['model']}:{pk}", reverse("admin:articles_hotline_verify", args=[pk])
    )


class VerificationForm(forms.Form):
    """Who checked a hotline, and on which day."""

    verified_by = forms.CharField(
        label=gettext_lazy("Verified by"),
        max_length=120,
        help_text=gettext_lazy("Who called it, or asked the operator. Visitors don't see the name."),
    )
    verified_on = forms.DateField(
        label=gettext_lazy("on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, hotline: Hotline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hotline = hotline
        self.initial["seen"] = hotline.numbers

    def clean(self) -> None:
        """Raise ValidationError where a number was changed after this page was opened."""
        if self.cleaned_data.get("seen") != self.hotline.numbers:
            data = QueryDict(mutable=True)  # the page that is shown again carries the present numbers
            data.update(self.data)
            data["seen"] = self.hotline.numbers
            self.data = data
            raise forms.ValidationError(
                _("Somebody has changed a number or the address since. Verify what stands here now.")
            )

    def clean_verified_on(self) -> "datetime.date":
        day: datetime.date = self.cleaned_data["verified_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
