"""The form of the inquiries. It sets no cookie, opens no session, and nothing of it is cached."""

import logging
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from inquiries import drafts, forms, readiness, receiving, reception
from inquiries.floods import abuse, flood
from inquiries.mailbox import receipts
from inquiries.models import DeskSettings, Inquiry
from inquiries.models.inquiry import InquiryKind
from inquiries.pages import INDEXED, confidential, page_without_database
from newsroom.faults import outages
from newsroom.guard import throttle
from newsroom.sitesettings import helplines

logger = logging.getLogger(__name__)


@confidential
def form(request: HttpRequest) -> HttpResponse:
    """Show the form, and store what was sent; what is refused stands in draft() again, with the reason."""
    if request.method != "POST":
        about = forms.path_of_ours(request.GET.get("about", ""))
        if not readiness.is_open():
            return _closed(request)
        initial = {"about": about, "kind": InquiryKind.CORRECTION} if about else {}
        empty = forms.InquiryForm(initial=initial, languages=readiness.languages)
        return _show_form(request, empty, may_be_indexed=not request.GET)
    try:
        return _send(request)
    except DatabaseFailure as error:
        # Only its type: the message of a database can quote values.
        if outages.note(error) is None:
            logger.error("An inquiry could not be stored: %s", type(error).__name__)
        return _not_stored(request, forms.InquiryForm(request.POST, languages=_languages))


def _not_stored(request: HttpRequest, asked: forms.InquiryForm) -> HttpResponse:
    return page_without_database(request, "inquiries/not_stored.html", {"form": asked})


@confidential
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Show a form again that was sent and not taken, with what is wrong or with who can help first."""
    found = drafts.find(token)
    if found is None:
        return render(request, "inquiries/draft_over.html", status=410)
    asked = forms.InquiryForm(found.typed, languages=_languages)
    for text in found.said:
        asked.add_error(None, text)
    try:
        return _show_form(
            request, asked, 200 if found.shows_help else 422, show_help=found.shows_help, kept=True
        )
    except DatabaseFailure:
        return _not_stored(request, asked)


def _languages() -> list[tuple[str, str]]:
    """Return the languages of the officers; all of the site where there are none or the database is away."""
    try:
        return readiness.languages() or list(settings.LANGUAGES)
    except DatabaseFailure:
        return list(settings.LANGUAGES)


def _closed(request: HttpRequest) -> HttpResponse:
    """Return the page that says that nobody can answer, with what was typed."""
    typed = request.POST.get("message", "")
    return render(
        request, "inquiries/closed.html", {"text": typed}, status=503 if request.method == "POST" else 200
    )


def _show_form(
    request: HttpRequest,
    asked: forms.InquiryForm,
    status: int = 200,
    *,
    may_be_indexed: bool = False,
    **context: Any,
) -> HttpResponse:
    desk = DeskSettings.load()
    vars(request)[INDEXED] = is_indexed = may_be_indexed and not desk.is_away
    offered = asked.languages()
    context |= {
        "form": asked,
        "desk": desk,
        "limits": readiness.limits_of(desk),
        "longest": forms.LONGEST_MESSAGE,
        "offered": offered,
        "unread": _unread_language(request, dict(offered)),
        "is_indexed": is_indexed,
        "other_languages": [one for one in settings.LANGUAGES if one not in offered],
    }
    return render(request, "inquiries/form.html", context, status=status)


def _unread_language(request: HttpRequest, offered: dict[str, str]) -> dict[str, Any] | None:
    """Return the language that the visitor or their browser chose, with its hotlines, where no officer reads it."""
    names = dict(settings.LANGUAGES)
    wanted = request.GET.get("language", "")
    if wanted not in names:
        preferred = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
        wanted = next(
            (code for one, _weight in preferred[:1] for code in _variants(one) if code in names), ""
        )
    if not wanted or wanted in offered:
        return None
    return {"code": wanted, "name": names[wanted], "lines": helplines.speaking(wanted)}


def _variants(code: str) -> list[str]:
    """Return a language code of a browser and the codes of the site that cover it: pt-br also means pt."""
    chinese = {
        "zh-cn": "zh-hans",
        "zh-sg": "zh-hans",
        "zh": "zh-hans",
        "zh-tw": "zh-hant",
        "zh-hk": "zh-hant",
    }
    return [code, chinese.get(code, code), code.partition("-")[0]]


def _send(request: HttpRequest) -> HttpResponse:
    nonce, sender = request.POST.get("nonce", ""), flood.sender_of(request)
    known = reception.find(nonce) if receipts.is_nonce(nonce) else None
    if not known and flood.is_closed(sender):  # before anything that costs more than sending it
        return _ask_to_wait(request, sender)
    asked = forms.InquiryForm(request.POST, languages=_languages)
    if not known and not readiness.is_open():
        return _closed(request)
    if not asked.is_valid():
        return _show_again(request, asked, sender)
    data = asked.cleaned_data
    if data["kind"] == InquiryKind.HELP and not data["help_seen"]:
        asked.note_help_seen()
        return _show_again(request, asked, sender, shows_help=True)
    try:
        if known:
            reception.receive_again(known, data, nonce, sender)
        else:
            group = flood.admit(sender)
            suspicions = abuse.suspicions_about(asked, sender.network)
            reception.receive(data, nonce, suspicions, sender, group)
    except flood.Flooded:
        return _ask_to_wait(request, sender)
    except (reception.ThreadIsFull, Inquiry.DoesNotExist):
        asked.start_anew(
            _(
                "The conversation that this form began is full or deleted. Send it once more to start a new one."
            )
        )
        return _show_again(request, asked, sender)
    drafts.drop(nonce)
    return receiving.redirect_to(nonce)


def _show_again(
    request: HttpRequest, asked: forms.InquiryForm, sender: flood.Sender, *, shows_help: bool = False
) -> HttpResponse:
    """Lead to what was typed at an address of its own; show it at once where it can't be kept."""
    if token := drafts.keep(asked, sender, shows_help=shows_help):
        return HttpResponseRedirect(reverse("inquiries:draft", args=[token]), status=303)
    return _show_form(request, asked, 200 if shows_help else 422, show_help=shows_help)


def _ask_to_wait(request: HttpRequest, sender: flood.Sender) -> HttpResponse:
    """Return the page that asks to wait, with all that was typed; it is cheap to render."""
    kept = [(name, request.POST[name]) for name in forms.InquiryForm.base_fields if name in request.POST]
    context = {
        "text": request.POST.get("message", ""),
        "kept": [(name, value) for name, value in kept if name != "message"],
        "until_tomorrow": flood.is_closed_today(sender),
    }
    return _refused_for_now(request, "inquiries/wait.html", context, sender)


def _refused_for_now(
    request: HttpRequest, template: str, context: dict[str, Any], sender: flood.Sender
) -> HttpResponse:
    response = page_without_database(request, template, context, 429)
    response.headers["Retry-After"] = str(
        throttle.DAY if flood.is_closed_today(sender) else abuse.TEN_MINUTES
    )
    return response
