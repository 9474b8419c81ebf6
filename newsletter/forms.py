"""What readers fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import Country, Topic
from newsletter import addresses
from newsroom.guard.spamtrap import SpamTrap


class AddressField(forms.CharField):
    """A mail address as its owner writes it."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    default_error_messages = {"required": _("Enter your mail address.")}

    def __init__(self, **kwargs):
        super().__init__(**{"label": _("Your mail address"), "max_length": addresses.LONGEST} | kwargs)

    def clean(self, value):
        return addresses.cleaned(super().clean(value))


class InterestsForm(forms.Form):
    """Countries and topics that somebody wants to read about; none means all."""

    countries = forms.ModelMultipleChoiceField(
        Country.objects.all(), label=_("Countries"), required=False, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )


class SignUpForm(SpamTrap, InterestsForm):
    """The whole form, on a page of its own."""

    address = AddressField()


class LinkForm(SpamTrap):
    """Asks for the mail with the link to one's own page."""

    address = AddressField()
