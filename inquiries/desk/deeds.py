"""What the buttons on the page of an inquiry do.

Each deed locks the inquiry and compares what the officer has read: nothing is closed, handed over or set aside that
somebody has written to since. A deed that is done already, such as by a double click, is not done again.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from inquiries import mail, receipts, reception
from inquiries.desk import blanks, exports, forms, typed
from inquiries.desk.pages import EXPORT
from inquiries.desk.thread import Deed, WentOn, hold_as_read, is_as_it_was, show
from inquiries.desk.typed import Typed
from inquiries.models import Entry, Event, Inquiry

State = Inquiry.State


def _again(request: HttpRequest, inquiry: Inquiry, *used: str, known: object = None) -> HttpResponse:
    """Return the way back to the page; where something else was typed on it, the page with that."""
    rest = Typed(inquiry, request.POST, used)
    if rest.is_left:
        return show(request, inquiry, typed=rest, known=known)
    return HttpResponseRedirect(reverse("admin:inquiries_inquiry_change", args=[inquiry.pk]))


def _change(
    request: HttpRequest,
    inquiry: Inquiry,
    deed: str,
    is_done: Callable[[], bool],
    do: Callable[[], None],
    message: str,
    *used: str,
) -> HttpResponse:
    """Change an inquiry as the officer has read it, unless it is so already; raises WentOn."""
    with transaction.atomic():
        hold_as_read(request, inquiry)
        if not is_done():
            if not is_as_it_was(request, inquiry):
                raise WentOn
            do()
            Event.log(deed, request.user, inquiry)
    messages.success(request, message)  # kept in a cookie for a moment: never a word of an inquiry
    return _again(request, inquiry, *used)


def _write(
    request: HttpRequest, inquiry: Inquiry, purpose: str, deed: str, write: Callable[[str], Entry]
) -> Entry | None:
    """Write an entry once, however often its button is pressed; None where it stands there already.

    Raises WentOn.
    """
    nonce = request.POST.get("once", "")
    once = receipts.once(purpose, nonce)
    if not receipts.is_nonce(nonce) or inquiry.entries.filter(once=once).exists():
        return None
    try:
        with transaction.atomic():
            hold_as_read(request, inquiry)
            entry = write(once)
            Event.log(deed, request.user, inquiry)
            return entry
    except IntegrityError:  # a double click: the other one was first
        return None


def _keep(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Show the page with all that was typed: the first button of the form, which the Enter key presses."""
    return show(request, inquiry)


def _insert(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Put a canned answer into the text, with the blanks that we know filled in."""
    chosen = forms.CannedForm(request.POST)
    data = request.POST.copy()
    if chosen.is_valid() and chosen.cleaned_data["canned"]:
        text = data.get("text", "")
        canned = blanks.filled(chosen.cleaned_data["canned"].text, inquiry, request.user)
        data["text"] = f"{text.rstrip()}\n\n{canned}" if text.strip() else canned
        data["canned"] = ""
    return show(request, inquiry, typed=Typed(inquiry, data))


def _answer(request: HttpRequest, inquiry: Inquiry, *, asks_back: bool = False) -> HttpResponse:
    """Send an answer, once; where the thread went on meanwhile, show that first."""
    written = forms.AnswerForm(request.POST)
    if not written.is_valid():
        return show(request, inquiry, 422, answer_form=written)
    text, was_mailed = written.cleaned_data["text"], True

    def write(once: str) -> Entry:
        nonlocal was_mailed
        entry = inquiry.answer(text, request.user, asks_back=asks_back, once=once)
        was_mailed = mail.tell_of_answer(entry)
        return entry

    deed = Event.Deed.ASKED_BACK if asks_back else Event.Deed.ANSWERED
    entry = _write(request, inquiry, "answer", deed, write)
    if entry is None:
        return _again(request, inquiry, typed.ANSWER)
    if not was_mailed:
        messages.warning(request, _("No mail about it leaves: too many have gone to that address today."))
    messages.success(request, _("Your answer stands in their mailbox."))
    return _again(request, inquiry, typed.ANSWER, known=entry.pk)


def _ask(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    return _answer(request, inquiry, asks_back=True)


def _note(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    written = forms.NoteForm(request.POST)
    if not written.is_valid():
        return show(request, inquiry, 422, note_form=written)
    text = written.cleaned_data["note"]
    entry = _write(
        request, inquiry, "note", Event.Deed.NOTED, lambda once: inquiry.note(text, request.user, once=once)
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
    return _hand_to(request, inquiry, request.user, _("It is yours now."))


def _hand_to(request: HttpRequest, inquiry: Inquiry, officer: object, message: str) -> HttpResponse:
    return _change(
        request,
        inquiry,
        Event.Deed.ASSIGNED,
        lambda: inquiry.officer == officer,
        lambda: inquiry.assign(officer),
        message,
        typed.OFFICER,
    )


def _refer(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Keep the checklist of a referral: who ticked what, and when; what a colleague ticked meanwhile stays."""
    filled = forms.ReferralForm(request.POST)
    if not filled.is_valid():
        return show(request, inquiry, 422, referral_form=filled)
    with transaction.atomic():
        hold_as_read(request, inquiry)
        wanted = Typed(inquiry, request.POST)
        steps = wanted.steps if "steps_were" in request.POST else filled.cleaned_data["steps"]
        by_whom = forms.ticked(steps, inquiry.words["referral"], request.user)
        inquiry.refer(by_whom, wanted.referred_to.strip())
        Event.log(Event.Deed.REFERRAL, request.user, inquiry)
    messages.success(request, _("The checklist was saved."))
    return _again(request, inquiry, typed.REFERRAL)


def _state(deed: str, state: str, method: Callable[[Inquiry], None], message: Callable[[], str]) -> Deed:
    """Return the deed of a button that gives an inquiry another state."""

    def do(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
        return _change(
            request, inquiry, deed, lambda: inquiry.state == state, lambda: method(inquiry), message()
        )

    return do


def _export(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    return exports.export(Inquiry.objects.filter(pk=inquiry.pk), request.user)


DEEDS: dict[str, Deed] = {
    "keep": _keep,
    "insert": _insert,
    "answer": _answer,
    "ask": _ask,
    "note": _note,
    "assign": _assign,
    "take": _take,
    "refer": _refer,
    "close": _state(Event.Deed.CLOSED, State.CLOSED, Inquiry.close, lambda: _("Closed.")),
    "reopen": _state(Event.Deed.REOPENED, State.OPEN, Inquiry.reopen, lambda: _("It is open again.")),
    "spam": _state(Event.Deed.SPAM, State.SPAM, Inquiry.mark_spam, lambda: _("It lies with the spam now.")),
    "not-spam": _state(Event.Deed.NOT_SPAM, State.OPEN, reception.take_out, lambda: _("It is open now.")),
    "export": _export,
}
