"""The forms of those who write to us: everything that was typed stays as it was typed."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from inquiries import receipts
from inquiries.models.inquiry import Kind, ReplyBy
from newsroom import countries
from newsroom.guard.spamtrap import SpamTrap

LONGEST_MESSAGE = 10_000  # characters; a line break counts as one
LONGEST_PATH = 500  # characters


class MessageField(forms.CharField):
    """A text that is kept to the last character: not stripped, not cut by the browser, not changed."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def validate(self, value) -> None:
        super().validate(value.strip())

    def run_validators(self, value) -> None:
        super().run_validators(value)
        length = len(value.replace("\r\n", "\n"))
        if length > LONGEST_MESSAGE:
            over = length - LONGEST_MESSAGE
            raise forms.ValidationError(
                ngettext_lazy(
                    "Your message is %(over)s character too long. Shorten it, or send the rest in a second one.",
                    "Your message is %(over)s characters too long. Shorten it, or send the rest in a second one.",
                    over,
                )
                % {"over": over}
            )


def _first_choice(languages: Sequence[tuple[str, str]]) -> str:
    """Return the language of the page or of the site where officers read it."""
    codes = [code for code, _name in languages]
    return next((code for code in (get_language(), settings.LANGUAGE_CODE) if code in codes), "")


class InquiryForm(SpamTrap):
    """An inquiry. Kind and message have to be there, and an address where mail was asked for."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Kind,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose what it is about."),
        },
    )
    message = MessageField(
        label=_("Your message"),
        help_text=_(
            "Up to 10,000 characters. Write nothing that would harm somebody if it were read by others."
        ),
        error_messages={"required": _("Write your message.")},
    )
    country = forms.ChoiceField(
        label=_("Country it is about (optional)"),
        required=False,
        error_messages={"invalid_choice": _("Choose a country of the list, or none.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the answer"),
        error_messages={
            "required": _("Choose the language of the answer."),
            "invalid_choice": _("Nobody here writes that language. Choose one of the list."),
        },
    )
    reply_by = forms.ChoiceField(
        label=_("How do you want to be answered?"),
        choices=ReplyBy,
        initial=ReplyBy.RECEIPT,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you want to be answered."),
            "invalid_choice": _("Choose how you want to be answered."),
        },
    )
    address = forms.EmailField(
        label=_("Mail address (optional)"),
        required=False,
        max_length=254,
        help_text=_("Only if you chose mail above. We mail to it for nothing else."),
        error_messages={"invalid": _("Write the mail address like name@example.org.")},
    )
    name = forms.CharField(label=_("Your name (optional)"), required=False, max_length=200)
    organisation = forms.CharField(label=_("Your organisation (optional)"), required=False, max_length=200)
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)
    help_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, languages: Callable[[], Sequence[tuple[str, str]]], **kwargs: Any) -> None:
        """Take the languages that officers read, beside what every form takes."""
        super().__init__(*args, **kwargs)
        self.initial.setdefault("nonce", receipts.new_nonce())
        self.fields["language"].choices = languages
        if not self.is_bound:
            self.initial.setdefault("language", _first_choice(languages()))
        self.fields["country"].choices = [("", _("No country, or I'd rather not say")), *countries.choices()]
        for name, field in self.fields.items():
            # What was typed here must not come up as a suggestion for the next person at this device,
            # and must not be sent to a spelling service.
            if not isinstance(
                field.widget, forms.RadioSelect | forms.HiddenInput
            ):  # HTML knows it for text only
                field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if name in self.errors:
                field.widget.attrs["aria-invalid"] = "true"

    def clean_about(self):
        """Keep the path of a page of ours, and nothing else."""
        return path_of_ours(self.cleaned_data["about"])

    def clean_nonce(self):
        """Refuse a nonce that we did not make: the view then shows the form again with a new one."""
        nonce = self.cleaned_data["nonce"]
        if not receipts.is_nonce(nonce):
            self._renew_nonce()
            raise forms.ValidationError(_("This form was changed on its way. Please send it once more."))
        return nonce

    def start_anew(self, reason: str) -> None:
        """Show the form with all that was typed once more, for an inquiry of its own."""
        self._renew_nonce()
        self.add_error(None, reason)

    def _renew_nonce(self) -> None:
        self.data = self.data.copy()
        self.data["nonce"] = receipts.new_nonce()

    def clean(self):
        """Ask for an address where mail was asked for. The traps refuse nobody here: see inquiries.abuse."""
        data = self.cleaned_data
        by_mail = data.get("reply_by") in {ReplyBy.NOTICE, ReplyBy.FULL}
        if by_mail and not data.get("address") and "address" not in self.errors:
            self.add_error("address", _("Write your mail address, or choose to be answered without mail."))
        return data


def path_of_ours(text: str):
    """Return the text where it is the path of a page of this site, else ''."""
    is_path = text.startswith("/") and not text.startswith("//") and text.isprintable()
    return text if is_path and len(text) <= LONGEST_PATH else ""


class ReplyForm(forms.Form):
    """What somebody writes again, from the mailbox."""

    message = MessageField(label=_("Write again"), error_messages={"required": _("Write your message.")})
