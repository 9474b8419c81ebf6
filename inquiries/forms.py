"""The forms of those who write to us; what was typed is kept unchanged."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from inquiries.mailbox import receipts
from inquiries.models.inquiry import InquiryKind, ReplyBy
from newsroom import countries
from newsroom.guard.spamtrap import SpamTrap

LONGEST_MESSAGE = 10_000  # characters; a line break counts as one
LONGEST_PATH = 500  # characters

type Languages = list[tuple[str, str]]  # code and name


class MessageField(forms.CharField):
    """A text that is kept unchanged: not stripped, not cut off by the browser."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def validate(self, value: str) -> None:
        """Refuse a text of nothing but white space where one is required."""
        super().validate(value.strip())

    def run_validators(self, value: str) -> None:
        """Refuse a text over LONGEST_MESSAGE, and say by how much."""
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


def _first_choice(languages: Languages) -> str:
    """Return the language of the page, else that of the site, where it is among these; else ''."""
    codes = [code for code, _name in languages]
    return next((code for code in (get_language(), settings.LANGUAGE_CODE) if code in codes), "")


class InquiryForm(SpamTrap):
    """An inquiry: kind and message are required, and an address where mail was asked for."""

    # A new field is also listed in reception.CHOSEN, Inquiry.EMPTY and templates/inquiries/_fields.html.
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=InquiryKind,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose what it is about."),
        },
    )
    message = MessageField(
        label=_("Your message"),
        help_text=format_lazy(
            _(
                "Up to {longest} characters. Write nothing that would harm somebody if it were read by others."
            ),
            longest=f"{LONGEST_MESSAGE:,}",
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
        label=_("Email address (optional)"),
        required=False,
        max_length=254,
        help_text=_("Only if you chose email above. We use it for nothing else."),
        error_messages={"invalid": _("Write the email address like name@example.org.")},
    )
    name = forms.CharField(label=_("Your name (optional)"), required=False, max_length=200)
    organisation = forms.CharField(label=_("Your organisation (optional)"), required=False, max_length=200)
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)
    help_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, languages: Callable[[], Languages], **kwargs: Any) -> None:
        """Take what every form takes, and the function that returns the languages of the officers."""
        super().__init__(*args, **kwargs)
        self.languages = languages
        self.initial.setdefault("nonce", receipts.new_nonce())
        self._choice("language").choices = languages
        if not self.is_bound:
            self.initial.setdefault("language", _first_choice(languages()))
        nowhere = ("", _("None, or I’d rather not say"))
        self._choice("country").choices = [nowhere, *countries.choices()]
        for name, field in self.fields.items():
            # A browser must neither suggest what was typed here to the next person at this device nor send it to
            # a spelling service. HTML allows these attributes on fields of text only.
            if not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if name in self.errors and not field.widget.is_hidden:
                field.widget.attrs["aria-invalid"] = "true"

    def _choice(self, name: str) -> forms.ChoiceField:
        """Return a field of this form that offers choices; raises TypeError for another one."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} offers no choices.")
        return field

    def clean_about(self) -> str:
        """Keep the path of a page of this site, and nothing else."""
        return path_of_ours(self.cleaned_data["about"])

    def clean_nonce(self) -> str:
        """Refuse a nonce that we did not make; the form is then shown again with a new one."""
        nonce: str = self.cleaned_data["nonce"]
        if not receipts.is_nonce(nonce):
            self._renew_nonce()
            raise forms.ValidationError(_("This form was changed on its way. Please send it once more."))
        return nonce

    def start_anew(self, reason: str) -> None:
        """Give the form a new nonce and this error: sent again, it makes an inquiry of its own."""
        self._renew_nonce()
        self.add_error(None, reason)

    def note_help_seen(self) -> None:
        """Note in the form that the hotlines were shown: the next press of its button sends it."""
        self._set("help_seen", "1")

    def _renew_nonce(self) -> None:
        self._set("nonce", receipts.new_nonce())

    def _set(self, name: str, value: str) -> None:
        """Replace one value of what was sent."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[name] = value
        self.data = data

    def clean(self) -> dict[str, Any]:
        """Require an address where mail was asked for. The spam traps refuse nobody here: see inquiries.floods.abuse."""
        data = self.cleaned_data
        by_mail = data.get("reply_by") in {ReplyBy.NOTICE, ReplyBy.FULL}
        if by_mail and not data.get("address") and "address" not in self.errors:
            self.add_error("address", _("Write your email address, or choose to be answered without email."))
        return data


def path_of_ours(text: str) -> str:
    """Return the text where it is a path on this site, else ''."""
    is_path = text.startswith("/") and not text.startswith("//") and text.isprintable()
    return text if is_path and len(text) <= LONGEST_PATH else ""


class ReplyForm(forms.Form):
    """What somebody writes again, from the mailbox."""

    message = MessageField(label=_("Write again"), error_messages={"required": _("Write your message.")})
