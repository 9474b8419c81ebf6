"""What officers type at the desk."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inquiries.desk.blanks import open_blanks
from inquiries.forms import MessageField
from inquiries.models import Admission, CannedAnswer
from inquiries.officers import all_officers, members

# What has to be true before somebody is referred to another organisation, in this order.
REFERRAL = {
    "consent": _("They agreed to be referred, and to what is passed on"),
    "partner": _("We know the organisation, or two that we know vouch for it"),
    "least": _("We pass on only what the organisation needs"),
    "channel": _("It goes through a channel that nobody else reads"),
    "contact": _("A safe way and time to reach them was agreed"),
    "told": _("They know who gets in touch, when, and what happens next"),
    "followed": _("We asked afterwards whether it worked"),
}


class AnswerForm(forms.Form):
    """An answer, or a question back."""

    use_required_attribute = False  # one form holds all of these: each button sends all

    text = MessageField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}))

    def clean_text(self):
        """Refuse a text in which a blank of a canned answer was forgotten."""
        text = self.cleaned_data["text"]
        forgotten = open_blanks(text)
        if forgotten:
            raise forms.ValidationError(
                gettext("Fill in what is still blank: %(blanks)s") % {"blanks": ", ".join(forgotten)}
            )
        return text


class NoteForm(forms.Form):
    """A note that only officers read."""

    use_required_attribute = False

    note = MessageField(label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}))


class CannedForm(forms.Form):
    """Which canned answer goes into the text."""

    use_required_attribute = False

    canned = forms.ModelChoiceField(
        CannedAnswer.objects.all(), label=_("Canned answer"), required=False, empty_label=_("Choose one")
    )


class OfficerForm(forms.Form):
    """Whose inquiry it is."""

    use_required_attribute = False

    officer = forms.ModelChoiceField(
        User.objects.none(), label=_("Officer"), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = all_officers()


class ReferralForm(forms.Form):
    """The checklist for a referral to another organisation."""

    use_required_attribute = False

    referred_to = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    steps = forms.MultipleChoiceField(
        label=_("Done"), choices=REFERRAL.items(), required=False, widget=forms.CheckboxSelectMultiple
    )


class LanguagesForm(forms.Form):
    """The languages in which an officer reads messages and writes answers."""

    codes = forms.MultipleChoiceField(
        label=_("Languages that you read and write"),
        help_text=_("The form offers only languages that an officer has ticked."),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class LetInForm(forms.Form):
    """Whom an officer lets in, and that they are sure who it is."""

    account = forms.ModelChoiceField(User.objects.none(), widget=forms.HiddenInput)
    state = forms.CharField(widget=forms.HiddenInput)  # of the account, as the page showed it
    spoken = forms.BooleanField(label=_("I have spoken to them, by telephone or in person, and it is them"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = members().exclude(pk=by.pk)

    def clean(self) -> dict[str, Any]:
        """Refuse an account that became another since the page was made: the officer has not seen that."""
        data = super().clean() or self.cleaned_data
        account = data.get("account")
        if account is not None and data.get("state") != Admission.state_of(account):
            text = _(
                "The account was changed after you opened this page. Read why it is closed, and call again."
            )
            self.add_error("spoken", text)
        return data


class PeriodForm(forms.Form):
    """From the first to the last day of an export."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return data


class SearchForm(forms.Form):
    """What to look for in the open inquiries."""

    q = forms.CharField(label=_("Search open inquiries"), max_length=200, required=False)


def ticked(steps, before, officer):
    """Return the checklist with who ticked each step and when; what was ticked before keeps its name."""
    today = timezone.localdate().isoformat()
    return {step: before.get(step, [today, officer.get_username()]) for step in steps}
