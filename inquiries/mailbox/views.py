"""The mailbox of an inquiry, opened with its receipt: read the answer, write again, delete everything.

What is done in it travels in the bodies of posted forms; there is no cookie and no session.
"""

import logging
from collections.abc import Callable
from functools import cache

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from inquiries import forms, readiness, reception, retention, unread
from inquiries.floods import abuse, flood
from inquiries.mailbox import receipts, tickets
from inquiries.models import DeskSettings, Entry, Inquiry
from inquiries.officers import handover
from inquiries.pages import confidential, page_without_database, site_without_database
from newsroom.faults import outages
from newsroom.guard.door import close_door
from newsroom.guard.throttle import network

logger = logging.getLogger(__name__)

WAIT = gettext_lazy(
    "Too many messages come from your network just now. Nothing is lost: wait ten minutes and press ‘Send’ again, "
    "or use another network."
)


@confidential
def mailbox(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt, or carry out an action in the thread that it opens."""
    if request.method != "POST":
        return _show_receipt_form(request)
    try:
        return _use_mailbox(request)
    except DatabaseFailure as error:
        if outages.note(error) is None:
            logger.error("A mailbox could not be used: %s", type(error).__name__)
        context = {"text": request.POST.get("message", "")}
        return page_without_database(request, "inquiries/mailbox_down.html", context)


def _use_mailbox(request: HttpRequest) -> HttpResponse:
    if "ticket" not in request.POST:
        return _open(request)
    inquiry = tickets.inquiry_of(request.POST["ticket"])
    if inquiry is None:
        return _show_receipt_form(
            request,
            422,
            _("The ten minutes are over, or what you wrote to us was deleted. Type your receipt once more."),
        )
    action = _ACTIONS.get(request.POST.get("action", ""), _show_thread)
    try:
        return action(request, inquiry)
    except Inquiry.DoesNotExist:  # deleted between the query and the lock
        return _show_receipt_form(
            request, 422, _("What you wrote to us was deleted meanwhile. Nothing was added to it.")
        )


def _show_receipt_form(
    request: HttpRequest, status: int = 200, error: str = "", field: str = ""
) -> HttpResponse:
    # A text for the thread is carried along; the words of the receipt are typed again.
    context = {"error": error, "text": request.POST.get("message", ""), "field": field}
    return render(request, "inquiries/mailbox.html", context, status=status)


def _open(request: HttpRequest) -> HttpResponse:
    """Open the thread of a receipt; a wrong one gets the same answer as one whose inquiry was deleted."""
    whom = network(request)
    # Counted before the query, or many guesses at the same moment would all be looked up.
    if abuse.is_spent(abuse.GUESSES, whom) or not abuse.within(abuse.GUESSES, whom):
        return close_door(HttpResponse(_too_many(get_language()), status=429))
    numbers = receipts.readings(request.POST.get("receipt", ""))
    try:
        lookups = [receipts.lookup_of(number) for number in numbers]
        inquiry = Inquiry.objects.filter(lookup__in=lookups).first()
    except DatabaseFailure:
        abuse.take_back(abuse.GUESSES, whom)  # without a look-up it does not count as a guess
        raise
    if not inquiry:
        error = _("No message belongs to this receipt. Check each word, and that its time is not over.")
        return _show_receipt_form(request, 422, error, "receipt")
    abuse.take_back(abuse.GUESSES, whom)
    return _show_thread(request, inquiry)


@cache
def _too_many(language: str) -> str:
    """Return the page after too many guesses, rendered once per language so that refusing a guess costs little."""
    return render_to_string("inquiries/too_many.html", site_without_database())


def _show_thread(
    request: HttpRequest,
    inquiry: Inquiry,
    written: forms.ReplyForm | None = None,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    entries = [entry for entry in inquiry.entries.all() if entry.words["voice"] != Entry.Voice.NOTE]
    written = written or forms.ReplyForm(initial={"message": request.POST.get("message", "")})
    context |= {
        "inquiry": inquiry,
        "entries": entries,
        "last_of_former": handover.entry_before(inquiry, entries),
        "form": written,
        "ticket": tickets.ticket_for(inquiry),
        "nonce": receipts.new_nonce(),
        "closes_at": retention.closes_at(inquiry),
        "desk": DeskSettings.load(),
        "is_open": readiness.is_open(),
    }
    return render(request, "inquiries/thread.html", context, status=status)


def _write(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    written, nonce = forms.ReplyForm(request.POST), request.POST.get("nonce", "")
    if not receipts.is_nonce(nonce):
        written.add_error(None, _("This form was changed on its way. Please send it once more."))
    if not written.is_valid():
        return _show_thread(request, inquiry, written, 422)
    if not readiness.is_open():
        written.add_error("message", _("Nobody can answer messages here just now: nothing was stored."))
        return _show_thread(request, inquiry, written, 503)
    sender = flood.sender_of(request)
    try:
        text = written.cleaned_data["message"]
        # Whoever goes back, changes the text and sends it again has the same nonce.
        reception.hear_once(inquiry, text, f"{nonce} {text}", sender)
    except flood.Flooded:
        written.add_error("message", WAIT)
        return _show_thread(request, inquiry, written, 429)
    except reception.ThreadIsFull:
        written.add_error(
            "message", _("This conversation is full. Send what you wrote as a new inquiry, please.")
        )
        return _show_thread(request, inquiry, written, 422)
    return _show_thread(request, inquiry, forms.ReplyForm(), added=True)


def _ask_to_delete(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    context = {"ticket": tickets.ticket_for(inquiry), "is_unread": unread.is_unread(inquiry)}
    return render(request, "inquiries/delete.html", context)


def _delete(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    retention.delete(Inquiry.objects.filter(pk=inquiry.pk))
    return render(request, "inquiries/deleted.html", {"desk": DeskSettings.load()})


_ACTIONS: dict[str, Callable[[HttpRequest, Inquiry], HttpResponse]] = {
    "write": _write,
    "delete": _ask_to_delete,
    "delete-for-good": _delete,
}
