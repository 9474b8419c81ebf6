"""What the page of one inquiry shows: its thread, and one form for everything that an officer can do."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from inquiries import retention
from inquiries.desk import forms, unsaved
from inquiries.desk.pages import desk_page
from inquiries.desk.typed import Typed
from inquiries.floods import abuse
from inquiries.mailbox import receipts
from inquiries.models import Event, Inquiry
from inquiries.models.inquiry import ReplyBy
from inquiries.officers.membership import is_officer
from newsroom import countries
from newsroom.guard.staffpages import signed_in

Action = Callable[[HttpRequest, Inquiry], HttpResponse]


class OutdatedPage(Exception):
    """Somebody has written into an inquiry, or changed it, since the officer's page was opened."""


def show(
    request: HttpRequest,
    inquiry: Inquiry,
    status: int = 200,
    *,
    typed: Typed | None = None,
    known: object = None,
    **bound: object,
) -> HttpResponse:
    """Return the page with all that was typed; a line on top says where the thread went on since it was opened.

    `known` is the key of the newest entry that the officer knows, where that is not the one of the sent form.
    """
    words = inquiry.words
    entries = list(inquiry.entries.select_related("officer"))
    Event.log(Event.Action.READ, signed_in(request), inquiry)
    last_entry = str(entries[-1].pk) if entries else ""
    is_post = request.method == "POST"
    known = known or request.POST.get("last_entry")
    typed = typed or Typed(inquiry, request.POST)
    context = {
        "inquiry": inquiry,
        "entries": entries,
        "last_entry": last_entry,
        "fingerprint": fingerprint(inquiry),
        "officer_was": _offered_officer(inquiry),
        "went_on": is_post and known is not None and str(known) != last_entry,
        "was_changed": status == 409,
        "country": countries.names().get(words["country"], ""),
        "reply_by": ReplyBy(words["reply_by"]).label,
        "suspicions": [abuse.SUSPICIONS[name] for name in words["suspicions"]],
        "closes_at": retention.closes_at(inquiry),
        "events": inquiry.events.select_related("officer")[:50],
        "once": receipts.new_nonce(),
        "unsaved": unsaved.form_of(request, inquiry).offer(),
        "steps_were": " ".join(words["referral"]),
        "ticked": {forms.REFERRAL[step]: by for step, by in words["referral"].items()},
    }
    return desk_page(request, "inquiry", words["reference"], status, **context | typed.forms() | bound)


def _offered_officer(inquiry: Inquiry) -> str:
    """Return the key of the officer as the form offers it: '' where nobody has it, or somebody who can't answer now."""
    return str(inquiry.officer_id) if inquiry.officer is not None and is_officer(inquiry.officer) else ""


def fingerprint(inquiry: Inquiry) -> str:
    """Return a hash that changes with the state, the officer or the encrypted values of an inquiry."""
    text = f"{inquiry.state} {inquiry.officer_id} {inquiry.sealed}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def lock_if_up_to_date(request: HttpRequest, inquiry: Inquiry) -> None:
    """Lock an inquiry, in a transaction; raises OutdatedPage where somebody has written since the officer read it."""
    inquiry.refresh_from_db(from_queryset=Inquiry.objects.select_for_update())
    newest = inquiry.entries.last()
    if newest and str(newest.pk) != request.POST.get("last_entry"):
        raise OutdatedPage


def is_unchanged(request: HttpRequest, inquiry: Inquiry) -> bool:
    """Return whether state, officer and encrypted values are those that the officer saw."""
    return request.POST.get("fingerprint", fingerprint(inquiry)) == fingerprint(inquiry)
