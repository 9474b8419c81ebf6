"""What the buttons on the page of an inquiry do.

Each action locks the inquiry and compares it with what the officer has read: where somebody has written or changed
something since, the action is refused with OutdatedPage. One that is done already, as after a double click, is not
repeated.
"""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from inquiries import mail, reception
from inquiries.desk import blanks, exports, forms, typed
from inquiries.desk.pages import EXPORT
from inquiries.desk.thread import Action, OutdatedPage, is_unchanged, lock_if_up_to_date, show
from inquiries.desk.typed import Typed
from inquiries.mailbox import receipts
from inquiries.models import Entry, Event, Inquiry
from inquiries.officers import handover
from newsroom.guard.staffpages import signed_in

State = Inquiry.State


def _again(request: HttpRequest, inquiry: Inquiry, *used: str, known: object = None) -> HttpResponse:
    """Return a redirect to the page, or the page itself where fields other than the used ones were filled in."""
    rest = Typed(inquiry, request.POST, used)
    if rest.is_left:
        return show(request, inquiry, typed=rest, known=known)
    return HttpResponseRedirect(reverse("admin:inquiries_inquiry_change", args=[inquiry.pk]))


def _change(
    request: HttpRequest,
    inquiry: Inquiry,
    action: str,
    is_done: Callable[[], bool],
    do: Callable[[], None],
    message: str,
    *used: str,
) -> HttpResponse:
    """Do and log a change unless it is done already; raises OutdatedPage where the officer's page is out of date."""
    with transaction.atomic():
        lock_if_up_to_date(request, inquiry)
        if not is_done():
            if not is_unchanged(request, inquiry):
                raise OutdatedPage
            do()
            Event.log(action, signed_in(request), inquiry)
    messages.success(request, message)  # kept in a cookie for a moment: never a word of an inquiry
    return _again(request, inquiry, *used)


def _write(
    request: HttpRequest,
    inquiry: Inquiry,
    purpose: str,
    text: str,
    action: str,
    write: Callable[[str], Entry],
) -> Entry | None:
    """Return the entry that was written, or None where an earlier press of the button has written the same text.

    Raises OutdatedPage where the officer's page is out of date: whoever did not get the answer may have typed on.
    """
    nonce = request.POST.get("once", "")
    if not receipts.is_nonce(nonce):
        raise OutdatedPage
    once = receipts.once(purpose, f"{nonce} {text}")
    if inquiry.entries.filter(once=once).exists():
        return None
    try:
        with transaction.atomic():
            lock_if_up_to_date(request, inquiry)
            entry = write(once)
            Event.log(action, signed_in(request), inquiry)
            return entry
    except (IntegrityError, OutdatedPage):
        if inquiry.entries.filter(once=once).exists():  # a double click: the other one was first
            return None
        raise


def _keep(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Show the page with all that was typed. It is the form's first button, which the Enter key presses."""
    return show(request, inquiry)


def _insert(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Add a canned answer to the text, with the known blanks filled in."""
    chosen = forms.CannedForm(request.POST)
    data = request.POST.copy()
    if chosen.is_valid() and chosen.cleaned_data["canned"]:
        text = data.get("text", "")
        canned = blanks.filled(chosen.cleaned_data["canned"].text, inquiry, signed_in(request))
        data["text"] = f"{text.rstrip()}\n\n{canned}" if text.strip() else canned
        data["canned"] = ""
    return show(request, inquiry, typed=Typed(inquiry, data))


def _answer(request: HttpRequest, inquiry: Inquiry, *, asks_back: bool = False) -> HttpResponse:
    """Send an answer, once."""
    written, officer = forms.AnswerForm(request.POST), signed_in(request)
    if not written.is_valid():
        return show(request, inquiry, 422, answer_form=written)
    text, was_mailed = written.cleaned_data["text"], True

    def write(once: str) -> Entry:
        nonlocal was_mailed
        handover.take_over(inquiry, officer)  # before the answer, so that the mailbox says it above that
        entry = inquiry.answer(text, officer, asks_back=asks_back, once=once)
        was_mailed = mail.tell_of_answer(entry)
        return entry

    action = Event.Action.ASKED_BACK if asks_back else Event.Action.ANSWERED
    entry = _write(request, inquiry, "answer", text, action, write)
    if entry is None:
        return _again(request, inquiry, typed.ANSWER)
    if not was_mailed:
        messages.warning(request, _("No mail about it leaves: too many have gone to that address today."))
    messages.success(request, _("Your answer stands in their mailbox."))
    return _again(request, inquiry, typed.ANSWER, known=entry.pk)


def _ask(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    return _answer(request, inquiry, asks_back=True)


def _note(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    written, officer = forms.NoteForm(request.POST), signed_in(request)
    if not written.is_valid():
        return show(request, inquiry, 422, note_form=written)
    text = written.cleaned_data["note"]
    entry = _write(
        request,
        inquiry,
        "note",
        text,
        Event.Action.NOTED,
        lambda once: inquiry.note(text, officer, once=once),
    )
    if entry is None:
        return _again(request, inquiry, typed.NOTE)
    messages.success(request, _("The note was added. Only officers read it."))
    return _again(request, inquiry, typed.NOTE, known=entry.pk)


def _assign(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    chosen = forms.OfficerForm(request.POST)
    if not chosen.is_valid():
        return show(request, inquiry, 422, officer_form=chosen)
    officer = chosen.cleaned_data["officer"]
    return _hand_to(request, inquiry, officer, _("The officer was changed."))


def _take(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    return _hand_to(request, inquiry, signed_in(request), _("It is yours now."))


def _hand_to(request: HttpRequest, inquiry: Inquiry, officer: User | None, message: str) -> HttpResponse:
    return _change(
        request,
        inquiry,
        Event.Action.ASSIGNED,
        lambda: inquiry.officer == officer,
        lambda: handover.give(inquiry, officer),
        message,
        typed.OFFICER,
    )


def _refer(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Store who ticked what in the checklist of a referral, and when; what a colleague ticked meanwhile stays."""
    filled, officer = forms.ReferralForm(request.POST), signed_in(request)
    if not filled.is_valid():
        return show(request, inquiry, 422, referral_form=filled)
    with transaction.atomic():
        lock_if_up_to_date(request, inquiry)
        wanted = Typed(inquiry, request.POST)
        steps = wanted.steps if "steps_were" in request.POST else filled.cleaned_data["steps"]
        by_whom = forms.ticked(steps, inquiry.words["referral"], officer)
        inquiry.refer(by_whom, wanted.referred_to.strip())
        Event.log(Event.Action.REFERRAL, officer, inquiry)
    messages.success(request, _("The checklist was saved."))
    return _again(request, inquiry, typed.REFERRAL)


def _state(action: str, state: str, method: Callable[[Inquiry], None], message: Callable[[], str]) -> Action:
    """Return the action of a button that gives an inquiry another state."""

    def do(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
        return _change(
            request, inquiry, action, lambda: inquiry.state == state, lambda: method(inquiry), message()
        )

    return do


def _export(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    officer = signed_in(request)
    if not officer.has_perm(EXPORT):
        raise PermissionDenied
    return exports.export(Inquiry.objects.filter(pk=inquiry.pk), officer)


ACTIONS: dict[str, Action] = {
    "keep": _keep,
    "insert": _insert,
    "answer": _answer,
    "ask": _ask,
    "note": _note,
    "assign": _assign,
    "take": _take,
    "refer": _refer,
    "close": _state(Event.Action.CLOSED, State.CLOSED, Inquiry.close, lambda: _("Closed.")),
    "reopen": _state(Event.Action.REOPENED, State.OPEN, Inquiry.reopen, lambda: _("It is open again.")),
    "spam": _state(Event.Action.SPAM, State.SPAM, Inquiry.mark_spam, lambda: _("It lies with the spam now.")),
    "not-spam": _state(Event.Action.NOT_SPAM, State.OPEN, reception.take_out, lambda: _("It is open now.")),
    "export": _export,
}
