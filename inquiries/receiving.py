"""The answer to the form, at an address of its own: neither a reload nor Back sends anything again.

The address holds a token that shows the receipt for ten minutes, or until its owner has written it down: a browser's
history keeps addresses.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from inquiries import reception
from inquiries.floods import abuse
from inquiries.mailbox import receipts
from inquiries.models import DeskSettings, Inquiry
from inquiries.pages import confidential
from newsroom.guard import encryption

GOOD_FOR = 600  # seconds
MARK = "received "  # tells a token from everything else that is encrypted with the same keys


def redirect_to(nonce: str) -> HttpResponse:
    """Return the redirect to the answer for the inquiry that came with this nonce."""
    address = reverse("inquiries:received", args=[encryption.encrypt(MARK + nonce)])
    return HttpResponseRedirect(address, status=303)


def _nonce_of(token: str) -> str:
    """Return the nonce in a token; '' where the token has expired or is forged."""
    try:
        text = encryption.decrypt(token, ttl=GOOD_FOR)
    except encryption.Unreadable:
        return ""
    return text.removeprefix(MARK) if text.startswith(MARK) else ""


@confidential
def received(request: HttpRequest, token: str) -> HttpResponse:
    """Show the answer with the receipt, or note that its owner has written the receipt down."""
    nonce = _nonce_of(token)
    inquiry = reception.find(nonce) if nonce else None
    if inquiry is None:
        return render(request, "inquiries/receipt_over.html", status=410)
    if request.method == "POST":
        reception.note_receipt_is_kept(inquiry)
        return HttpResponseRedirect(request.path, status=303)
    return render(request, "inquiries/received.html", _context(inquiry, nonce))


def _context(inquiry: Inquiry, nonce: str) -> dict[str, Any]:
    context: dict[str, Any] = {"inquiry": inquiry, "desk": DeskSettings.load()}
    if inquiry.is_set_aside:
        context["came_in_flood"] = abuse.FLOOD & set(inquiry.words["suspicions"])
    if reception.may_show_receipt(inquiry):
        language = get_language()
        context["receipt"] = receipts.written(receipts.number_for(nonce), language)
        context["has_words"] = bool(receipts.word_list(language))
    return context
