"""The forms of the desk."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inquiries.desk.blanks import open_blanks
from inquiries.forms import MessageField
from inquiries.models import Admission, CannedAnswer
from inquiries.officers.membership import all_officers, members

# The checklist before somebody is referred to another organisation, in this order.
REFERRAL = {
    "consent": _("They agreed to be referred, and to what is passed on"),
    "partner": _("We know the organisation, or two that we know vouch for it"),
    "least": _("We pass on only what the organisation needs"),
    "channel": _("It goes through a channel that nobody else reads"),
    "contact": _("A safe way and time to reach them was agreed"),
    "told": _("They know who gets in touch, when, and what happens next"),
    "followed": _("We asked afterwards whether it worked"),
}


def _offer(field: forms.Field, accounts: QuerySet[User]) -> None:
    """Let a field offer these accounts; raises TypeError where it takes none."""
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{field.label} takes no accounts.")
    field.queryset = accounts


class AnswerForm(forms.Form):
    """An answer, or a question back."""

    use_required_attribute = False  # the page has one form: each of its buttons sends all fields

    text = MessageField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}))

    def clean_text(self) -> str:
        """Refuse a text that still holds a blank of a canned answer."""
        text: str = self.cleaned_data["text"]
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
        _offer(self.fields["officer"], all_officers())


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
    """Whom an officer lets in, with the statement that they checked who it is."""

    account = forms.ModelChoiceField(User.objects.none(), widget=forms.HiddenInput)
    state = forms.CharField(widget=forms.HiddenInput)  # of the account, as the page showed it
    spoken = forms.BooleanField(label=_("I have spoken to them, by telephone or in person, and it is them"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["account"], members().exclude(pk=by.pk))

    def clean(self) -> dict[str, Any]:
        """Refuse an account that was changed after the officer opened the page."""
        data = super().clean() or self.cleaned_data
        account = data.get("account")
        if account is not None and data.get("state") != Admission.state_of(account):
            text = _(
                "The account was changed after you opened this page. Read why it is closed, and call again."
            )
            self.add_error("spoken", text)
        return data


class PeriodForm(forms.Form):
    """The first and the last day of an export."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return data


class SearchForm(forms.Form):
    """What to look for in the open inquiries."""

    q = forms.CharField(label=_("Search open inquiries"), max_length=200, required=False)


def ticked(steps: Iterable[str], before: Mapping[str, list[str]], officer: User) -> dict[str, list[str]]:
    """Return the checklist with day and user name of each tick; steps that were ticked before keep theirs."""
    today = timezone.localdate().isoformat()
    return {step: before.get(step, [today, officer.get_username()]) for step in steps}
