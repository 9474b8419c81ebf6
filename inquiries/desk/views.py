"""The pages of the desk. Each stands behind the door of inquiries.desk.access; each reading is logged."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inquiries import abuse, countries, mail, receipts, reception, retention
from inquiries.desk import blanks, exports, figures, forms, inbox
from inquiries.models import Event, Inquiry
from inquiries.models.inquiry import ReplyBy

EVENTS_PER_PAGE = 100
EXPORT = "inquiries.export_inquiry"


def _page(request, name, title, status=200, **context):
    context = admin.site.each_context(request) | {
        "title": title,
        "opts": Inquiry._meta,
        "tabs": inbox.TABS,
        "may_export": request.user.has_perm(EXPORT),
        **context,
    }
    return render(request, f"admin/inquiries/{name}.html", context, status=status)


@require_safe
def inbox_page(request):
    """What lies on the desk, by state."""
    tab = request.GET.get("state", inbox.TO_DO)
    if tab not in inbox.TABS:
        raise Http404
    counts = inbox.counts()
    return _page(
        request,
        "inbox",
        _("Inquiries"),
        tab=tab,
        held=counts[Inquiry.State.HELD] if tab != Inquiry.State.HELD else 0,
        counted=[(name, label, counts[name]) for name, (label, _states) in inbox.TABS.items()],
        page_obj=inbox.page_of(tab, request.GET.get("page")),
        search_form=forms.SearchForm(),
    )


@require_POST
def search_page(request):
    """Search the open inquiries; by POST, so that what is looked for stands in no address and no log."""
    asked = forms.SearchForm(request.POST)
    text = asked.cleaned_data["q"] if asked.is_valid() else ""
    Event.log(Event.Deed.SEARCHED, request.user)
    return _page(request, "search", _("Search"), rows=inbox.search(text), text=text, search_form=asked)


@require_safe
def figures_page(request):
    """The figures of the last twelve months."""
    return _page(request, "figures", _("Figures"), tables=figures.tables(), few=figures.FEW)


@require_safe
def log_page(request):
    """Who did what at the desk."""
    events = Event.objects.select_related("officer", "inquiry")
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "log", _("Log of the desk"), page_obj=page)


@require_http_methods(["GET", "HEAD", "POST"])
def export_page(request):
    """A table of all inquiries of a period."""
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    asked = forms.PeriodForm(request.POST or None)
    if request.method == "POST" and asked.is_valid():
        Event.log(Event.Deed.EXPORTED_PERIOD, request.user)
        return exports.export(exports.of_period(**asked.cleaned_data), request.user)
    return _page(request, "export", _("Export a period"), form=asked)


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry_page(request, pk):
    """One inquiry: its thread, and what an officer can do about it."""
    inquiry = get_object_or_404(Inquiry.objects.select_related("officer"), pk=pk)
    if request.method == "POST":
        deed = _DEEDS.get(request.POST.get("deed"))
        if deed is None:
            raise Http404
        return deed(request, inquiry)
    return _show(request, inquiry)


def _show(request, inquiry, status=200, **bound):
    words = inquiry.words
    entries = list(inquiry.entries.select_related("officer"))
    Event.log(Event.Deed.READ, request.user, inquiry)
    context = {
        "inquiry": inquiry,
        "entries": entries,
        "last_entry": entries[-1].pk if entries else "",
        "country": countries.name_of(words["country"]),
        "reply_by": ReplyBy(words["reply_by"]).label,
        "suspicions": [abuse.SUSPICIONS[name] for name in words["suspicions"]],
        "closes_at": retention.closes_at(inquiry),
        "events": inquiry.events.select_related("officer")[:50],
        "once": receipts.new_nonce(),
        "answer_form": forms.AnswerForm(),
        "canned_form": forms.CannedForm(),
        "note_form": forms.NoteForm(),
        "officer_form": forms.OfficerForm(initial={"officer": inquiry.officer_id}),
        "referral_form": forms.ReferralForm(
            initial={"referred_to": words["referred_to"], "steps": list(words["referral"])}
        ),
        "ticked": {forms.REFERRAL[step]: by for step, by in words["referral"].items()},
    }
    return _page(request, "inquiry", words["reference"], status, **context | bound)


def _done(request, inquiry, deed, message):
    Event.log(deed, request.user, inquiry)
    messages.success(request, message)  # kept in a cookie for a moment: never a word of an inquiry
    return HttpResponseRedirect(reverse("admin:inquiries_inquiry_change", args=[inquiry.pk]))


def _insert(request, inquiry):
    """Put a canned answer into the text, with the blanks that we know filled in."""
    chosen = forms.CannedForm(request.POST)
    text = request.POST.get("text", "")
    if chosen.is_valid() and chosen.cleaned_data["canned"]:
        canned = blanks.filled(chosen.cleaned_data["canned"].text, inquiry, request.user)
        text = f"{text.rstrip()}\n\n{canned}" if text.strip() else canned
    return _show(request, inquiry, answer_form=forms.AnswerForm(initial={"text": text}))


def _answer(request, inquiry, *, asks_back=False):
    """Send an answer, once; where the thread went on meanwhile, show that first."""
    written = forms.AnswerForm(request.POST)
    if not written.is_valid():
        return _show(request, inquiry, 422, answer_form=written)
    newest = inquiry.entries.last()
    nonce = request.POST.get("once", "")
    once = receipts.once("answer", nonce)
    if not receipts.is_nonce(nonce) or inquiry.entries.filter(once=once).exists():
        return HttpResponseRedirect(reverse("admin:inquiries_inquiry_change", args=[inquiry.pk]))
    if newest and str(newest.pk) != request.POST.get("last_entry"):
        return _show(request, inquiry, 409, answer_form=written, went_on=True)
    try:
        with transaction.atomic():
            entry = inquiry.answer(written.cleaned_data["text"], request.user, asks_back=asks_back, once=once)
            was_mailed = mail.tell_of_answer(entry)
    except IntegrityError:  # a double click: the other one was first
        return HttpResponseRedirect(reverse("admin:inquiries_inquiry_change", args=[inquiry.pk]))
    deed = Event.Deed.ASKED_BACK if asks_back else Event.Deed.ANSWERED
    if not was_mailed:
        messages.warning(request, _("No mail about it leaves: too many have gone to that address today."))
    return _done(request, inquiry, deed, _("Your answer stands in their mailbox."))


def _ask(request, inquiry):
    return _answer(request, inquiry, asks_back=True)


def _note(request, inquiry):
    written = forms.NoteForm(request.POST)
    if not written.is_valid():
        return _show(request, inquiry, 422, note_form=written)
    inquiry.enter("note", written.cleaned_data["note"], officer=request.user)
    return _done(request, inquiry, Event.Deed.NOTED, _("The note was added. Only officers read it."))


def _assign(request, inquiry):
    chosen = forms.OfficerForm(request.POST)
    if not chosen.is_valid():
        return _show(request, inquiry, 422, officer_form=chosen)
    inquiry.assign(chosen.cleaned_data["officer"])
    return _done(request, inquiry, Event.Deed.ASSIGNED, _("The officer was changed."))


def _take(request, inquiry):
    inquiry.assign(request.user)
    return _done(request, inquiry, Event.Deed.ASSIGNED, _("It is yours now."))


def _refer(request, inquiry):
    """Keep the checklist of a referral: who ticked what, and when."""
    filled = forms.ReferralForm(request.POST)
    if not filled.is_valid():
        return _show(request, inquiry, 422, referral_form=filled)
    with transaction.atomic():
        inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        steps = forms.ticked(filled.cleaned_data["steps"], inquiry.words["referral"], request.user)
        inquiry.seal(referral=steps, referred_to=filled.cleaned_data["referred_to"])
        inquiry.save(update_fields=["sealed"])
    return _done(request, inquiry, Event.Deed.REFERRAL, _("The checklist was saved."))


def _close(request, inquiry):
    inquiry.close()
    return _done(request, inquiry, Event.Deed.CLOSED, _("Closed."))


def _reopen(request, inquiry):
    inquiry.reopen()
    return _done(request, inquiry, Event.Deed.REOPENED, _("It is open again."))


def _spam(request, inquiry):
    inquiry.mark_spam()
    return _done(request, inquiry, Event.Deed.SPAM, _("It lies with the spam now."))


def _not_spam(request, inquiry):
    """Put it back to work, and count it where it was not counted on receipt."""
    with transaction.atomic():
        reception.count_in_figures(inquiry)
        inquiry.reopen()
    return _done(request, inquiry, Event.Deed.NOT_SPAM, _("It is open now."))


def _export(request, inquiry):
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    return exports.export(Inquiry.objects.filter(pk=inquiry.pk), request.user)


_DEEDS = {
    "insert": _insert,
    "answer": _answer,
    "ask": _ask,
    "note": _note,
    "assign": _assign,
    "take": _take,
    "refer": _refer,
    "close": _close,
    "reopen": _reopen,
    "spam": _spam,
    "not-spam": _not_spam,
    "export": _export,
}
