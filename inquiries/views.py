"""The public side: ask, read the answer, write again, delete. No cookie, no session, nothing kept in a cache."""

import logging
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from inquiries import abuse, flood, forms, readiness, receipts, reception, retention, tickets, unread
from inquiries.models import DeskSettings, Entry, Inquiry
from inquiries.models.inquiry import Kind
from newsroom.guard import outages, throttle
from newsroom.guard.door import close_door
from newsroom.guard.encryption import Unreadable
from newsroom.guard.origin import anonymous_form
from newsroom.guard.throttle import network
from newsroom.sitesettings import helplines
from newsroom.sitesettings.models import SiteSettings

logger = logging.getLogger(__name__)

WAIT = gettext_lazy(
    "Too many messages come from your network just now. Nothing is lost: wait ten minutes and press ‘Send’ again, "
    "or use another network."
)


def confidential(view):
    """Return the view of a page that no cache keeps, no search engine lists and no foreign page can send."""

    @wraps(view)
    def inner(request: HttpRequest):
        try:
            response = view(request)
        except Unreadable:
            logger.critical("Inquiries can't be read: INQUIRY_KEYS lacks the key that they are under.")
            response = _without_database(request, "inquiries/unreadable.html", {})
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return anonymous_form(sensitive_post_parameters()(methods(inner)))


@confidential
def form(request: HttpRequest):
    """The form; what is sent is stored, goes to the spam state, or stands in the form again with the reason."""
    if request.method != "POST":
        about = forms.path_of_ours(request.GET.get("about", ""))
        if not readiness.is_open():
            return _closed(request)
        initial = {"about": about, "kind": Kind.CORRECTION} if about else {}
        return _show_form(request, forms.InquiryForm(initial=initial, languages=readiness.languages))
    try:
        return _send(request)
    except DatabaseFailure as error:
        # Only the kind: the words of a database can hold values.
        if outages.note(error) is None:
            logger.error("An inquiry could not be stored: %s", type(error).__name__)
        asked = forms.InquiryForm(request.POST, languages=_languages)
        return _without_database(request, "inquiries/not_stored.html", {"form": asked})


def _languages() -> list[tuple[str, str]]:
    """Return what the form offers; where the database is away or nobody is there, all that the site knows."""
    try:
        return readiness.languages() or list(settings.LANGUAGES)
    except DatabaseFailure:
        return list(settings.LANGUAGES)


def _closed(request: HttpRequest) -> HttpResponse:
    """Say that nobody can answer, and give back what was typed: a promise would help nobody."""
    typed = request.POST.get("message", "")
    return render(
        request, "inquiries/closed.html", {"text": typed}, status=503 if request.method == "POST" else 200
    )


def _show_form(
    request: HttpRequest, asked: forms.InquiryForm, status: int = 200, **context: Any
) -> HttpResponse:
    desk = DeskSettings.load()
    offered = list(asked.fields["language"].choices)
    context |= {
        "form": asked,
        "desk": desk,
        "limits": readiness.limits_of(desk),
        "longest": forms.LONGEST_MESSAGE,
        "offered": offered,
        "unread": _unread_language(request, dict(offered)),
        "other_languages": [one for one in settings.LANGUAGES if one not in offered],
    }
    return render(request, "inquiries/form.html", context, status=status)


def _unread_language(request: HttpRequest, offered: dict[str, str]) -> dict[str, Any] | None:
    """Return the visitor's language, by their choice or their browser's, and its lines, where nobody here reads it."""
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
    """Return a code of a browser's language and those that it stands for: pt-br also means pt."""
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
    if not known and flood.is_closed(sender):  # before anything that costs us more than it costs them
        return _ask_to_wait(request, sender)
    asked = forms.InquiryForm(request.POST, languages=_languages)
    if not known and not readiness.is_open():
        return _closed(request)
    if not asked.is_valid():
        return _show_form(request, asked, 422)
    data = asked.cleaned_data
    if data["kind"] == Kind.HELP and not data["help_seen"]:
        asked.data = asked.data.copy()
        asked.data["help_seen"] = "1"
        return _show_form(request, asked, show_help=True)
    try:
        if known:
            inquiry = reception.receive_again(known, data, nonce, sender)
        else:
            group = flood.admit(sender)
            suspicions = abuse.suspicions_about(asked, sender.network)
            inquiry = reception.receive(data, nonce, suspicions, sender, group)
    except flood.Flooded:
        return _ask_to_wait(request, sender)
    except (reception.ThreadIsFull, Inquiry.DoesNotExist):
        asked.start_anew(
            _("The talk that this form began is full or deleted. Send it once more to start a new one.")
        )
        return _show_form(request, asked, 422)
    context: dict[str, Any] = {"inquiry": inquiry, "desk": DeskSettings.load()}
    if inquiry.is_set_aside:
        context["came_in_flood"] = abuse.FLOOD & set(inquiry.words["suspicions"])
    if reception.is_recent(inquiry):
        language = get_language()
        context["receipt"] = receipts.written(receipts.number_for(nonce), language)
        context["has_words"] = bool(receipts.word_list(language))
    return render(request, "inquiries/received.html", context)


def _ask_to_wait(request: HttpRequest, sender: flood.Sender) -> HttpResponse:
    """Answer whoever has to wait with all that was typed, on a page that costs little."""
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
    response = _without_database(request, template, context, 429)
    response.headers["Retry-After"] = str(
        throttle.DAY if flood.is_closed_today(sender) else abuse.TEN_MINUTES
    )
    return response


@confidential
def mailbox(request: HttpRequest):
    """Opened with a receipt: read the answer, write again, delete everything."""
    if request.method != "POST":
        return _show_entry(request)
    try:
        return _use_mailbox(request)
    except DatabaseFailure as error:
        if outages.note(error) is None:
            logger.error("A mailbox could not be used: %s", type(error).__name__)
        context = {"text": request.POST.get("message", "")}
        return _without_database(request, "inquiries/mailbox_down.html", context)


def _use_mailbox(request: HttpRequest):
    if "ticket" not in request.POST:
        return _open(request)
    inquiry = tickets.inquiry_of(request.POST["ticket"])
    if inquiry is None:
        return _show_entry(
            request,
            422,
            _("The ten minutes are over, or what you wrote to us was deleted. Type your receipt once more."),
        )
    deed = _DEEDS.get(request.POST.get("deed"), _show_thread)
    try:
        return deed(request, inquiry)
    except Inquiry.DoesNotExist:  # between our look and our lock
        return _show_entry(
            request, 422, _("What you wrote to us was deleted meanwhile. Nothing was added to it.")
        )


def _show_entry(request: HttpRequest, status=200, error="", name: str = ""):
    # What was typed for the thread is carried along; the words of the receipt are typed again.
    context = {"error": error, "text": request.POST.get("message", ""), "field": name}
    return render(request, "inquiries/mailbox.html", context, status=status)


def _open(request: HttpRequest):
    """Look a receipt up; a wrong one and one whose inquiry is gone look the same."""
    whom = network(request)
    # Counted before the look-up, or many that come at one moment would all be looked up.
    if abuse.is_spent(abuse.GUESSES, whom) or not abuse.within(abuse.GUESSES, whom):
        return close_door(HttpResponse(_too_many(get_language()), status=429))
    numbers = receipts.readings(request.POST.get("receipt", ""))
    try:
        lookups = [receipts.lookup_of(number) for number in numbers]
        inquiry = Inquiry.objects.filter(lookup__in=lookups).first()
    except DatabaseFailure:
        abuse.take_back(abuse.GUESSES, whom)  # nobody has guessed
        raise
    if not inquiry:
        error = _("No message belongs to this receipt. Check each word, and that its time is not over.")
        return _show_entry(request, 422, error, "receipt")
    abuse.take_back(abuse.GUESSES, whom)
    return _show_thread(request, inquiry)


@cache
def _too_many(language: str):
    """Return the page for who guesses; it is made once, for a guess must cost us less than it costs them."""
    return render_to_string("inquiries/too_many.html")


def _show_thread(request: HttpRequest, inquiry, written=None, status=200, **context):
    entries = [entry for entry in inquiry.entries.all() if entry.words["voice"] != Entry.Voice.NOTE]
    written = written or forms.ReplyForm(initial={"message": request.POST.get("message", "")})
    context |= {
        "inquiry": inquiry,
        "entries": entries,
        "form": written,
        "ticket": tickets.ticket_for(inquiry),
        "nonce": receipts.new_nonce(),
        "closes_at": retention.closes_at(inquiry),
        "desk": DeskSettings.load(),
        "is_open": readiness.is_open(),
    }
    return render(request, "inquiries/thread.html", context, status=status)


def _write(request: HttpRequest, inquiry):
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
        reception.hear_once(inquiry, written.cleaned_data["message"], nonce, sender)
    except flood.Flooded:
        written.add_error("message", WAIT)
        return _show_thread(request, inquiry, written, 429)
    except reception.ThreadIsFull:
        written.add_error("message", _("This talk is full. Send what you wrote as a new inquiry, please."))
        return _show_thread(request, inquiry, written, 422)
    return _show_thread(request, inquiry, forms.ReplyForm(), added=True)


def _ask_to_delete(request: HttpRequest, inquiry):
    context = {"ticket": tickets.ticket_for(inquiry), "is_unread": unread.is_unread(inquiry)}
    return render(request, "inquiries/delete.html", context)


def _delete(request: HttpRequest, inquiry):
    retention.delete(Inquiry.objects.filter(pk=inquiry.pk))
    return render(request, "inquiries/deleted.html", {"desk": DeskSettings.load()})


_DEEDS = {"write": _write, "delete": _ask_to_delete, "delete-for-good": _delete}


def _without_database(request: HttpRequest, template, context, status=503):
    """Answer with a page that asks the database for nothing, not even for the name of the site."""
    context |= {"site": SiteSettings(pk=1), "frame": {}}
    return render(request, template, context, status=status)
