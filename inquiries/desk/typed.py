"""What an officer has typed on the page of an inquiry; all of it is shown again, whichever button was pressed."""

from collections.abc import Iterable

from django.http import QueryDict

from inquiries.desk import forms
from inquiries.models import Inquiry

ANSWER, NOTE, OFFICER, REFERRAL = "text", "note", "officer", "referral"


class Typed:
    """The fields of the page's one form, without those that a button has just used.

    Hidden fields hold the values from when the page was opened. Only a value that the officer has changed counts as
    typed; for every other one the stored value is shown, which a colleague may have changed since.
    """

    def __init__(self, inquiry: Inquiry, data: QueryDict | None = None, used: Iterable[str] = ()) -> None:
        self.inquiry, self.data, self.used = inquiry, data or QueryDict(), set(used)

    @property
    def answer(self) -> str:
        """Return the text of the answer."""
        return "" if ANSWER in self.used else self.data.get("text", "")

    @property
    def note(self) -> str:
        """Return the text of the note."""
        return "" if NOTE in self.used else self.data.get("note", "")

    @property
    def officer(self) -> str:
        """Return the key of the chosen officer, '' for nobody."""
        now, was = self.data.get("officer"), self.data.get("officer_was")
        if OFFICER in self.used or now is None or now == was:
            return str(self.inquiry.officer_id or "")
        return now

    @property
    def steps(self) -> list[str]:
        """Return the ticked steps of the checklist."""
        stored = set(self.inquiry.words["referral"])
        if REFERRAL not in self.used and "steps_were" in self.data:
            were, ticked = set(self.data.get("steps_were", "").split()), set(self.data.getlist("steps"))
            stored = (stored | (ticked - were)) - (were - ticked)
        return [step for step in forms.REFERRAL if step in stored]

    @property
    def referred_to(self) -> str:
        """Return the organisation of the referral."""
        now, was = self.data.get("referred_to"), self.data.get("referred_to_was")
        if REFERRAL in self.used or now is None or now == was:
            return str(self.inquiry.words["referred_to"])
        return now

    @property
    def is_left(self) -> bool:
        """Return whether something was typed that no button has used yet."""
        return bool(
            self.answer.strip()
            or self.note.strip()
            or self.officer != str(self.inquiry.officer_id or "")
            or self.referred_to != self.inquiry.words["referred_to"]
            or set(self.steps) != set(self.inquiry.words["referral"])
        )

    def forms(self) -> dict[str, object]:
        """Return the forms of the page, filled in."""
        referral = {"referred_to": self.referred_to, "steps": self.steps}
        return {
            "answer_form": forms.AnswerForm(initial={"text": self.answer}),
            "canned_form": forms.CannedForm(initial={"canned": self.data.get("canned", "")}),
            "note_form": forms.NoteForm(initial={"note": self.note}),
            "officer_form": forms.OfficerForm(initial={"officer": self.officer}),
            "referral_form": forms.ReferralForm(initial=referral),
        }
