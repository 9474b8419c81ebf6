"""The forms of the readers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.models.topic import Topic
from articles.places.models.country import Country
from newsletter.readers import addresses
from newsroom.guard.spamtrap import SpamTrap


class AddressField(forms.CharField):
    """A mail address, kept as its owner writes it."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    default_error_messages = {"required": _("Enter your email address.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Your email address"))
        super().__init__(max_length=addresses.LONGEST, **kwargs)

    def clean(self, value: str | None) -> str:
        """Return the address, trimmed; raises ValidationError."""
        return addresses.cleaned(super().clean(value))


class SubjectsField(forms.ModelMultipleChoiceField):
    """Check boxes for countries or topics."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Sequence[str] | None) -> QuerySet[Model]:
        """Refuse numbers that are too large for the database, which would raise an error in Django."""
        for one in value or []:
            if not one.isdecimal() or len(one) > 18:
                raise ValidationError(self.error_messages["invalid_choice"], params={"value": one})
        return super().clean(value)


class InterestsForm(forms.Form):
    """Countries and topics that somebody wants to read about; none means all."""

    countries = SubjectsField(Country.objects.all(), label=_("Countries"), required=False)
    topics = SubjectsField(Topic.objects.all(), label=_("Topics"), required=False)


class SignUpForm(SpamTrap, InterestsForm):
    """The sign-up form with interests."""

    address = AddressField()


class LinkForm(SpamTrap):
    """The form that asks for the link to one's own page."""

    address = AddressField()


class AddressForm(forms.Form):
    """A reader's new address."""

    address = AddressField(label=_("New email address"))

    @property
    def key(self) -> str:
        """Return the key of the address."""
        return addresses.key_of(self.cleaned_data["address"])


class PauseForm(forms.Form):
    """For how long no newsletter comes."""

    months = forms.TypedChoiceField(
        label=_("Pause for"),
        choices=[(1, _("one month")), (3, _("three months")), (6, _("six months"))],
        coerce=int,
    )
