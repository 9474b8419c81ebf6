"""The pages of the desk. Each is for officers only (inquiries.desk.access); each reading is logged."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inquiries import readiness
from inquiries.desk import exports, figures, forms, inbox
from inquiries.desk.pages import EXPORT, desk_page
from inquiries.models import Event, Inquiry
from newsroom.guard.staffpages import signed_in

EVENTS_PER_PAGE = 100


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The inquiries, by state."""
    tab = request.GET.get("state", inbox.TO_DO)
    if tab not in inbox.TABS:
        raise Http404
    counts = inbox.counts()
    return desk_page(
        request,
        "inbox",
        _("Inquiries"),
        tab=tab,
        held=counts[Inquiry.State.HELD] if tab != Inquiry.State.HELD else 0,
        counted=[(name, label, counts[name]) for name, (label, _states) in inbox.TABS.items()],
        page_obj=inbox.page_of(tab, request.GET.get("page")),
        search_form=forms.SearchForm(),
        lacks=readiness.lacks(),
    )


@require_POST
def search_page(request: HttpRequest) -> HttpResponse:
    """Search the open inquiries; by POST, so that the words stand in no URL and no log."""
    asked = forms.SearchForm(request.POST)
    text = asked.cleaned_data["q"] if asked.is_valid() else ""
    Event.log(Event.Action.SEARCHED, signed_in(request))
    return desk_page(request, "search", _("Search"), rows=inbox.search(text), text=text, search_form=asked)


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures of the last twelve months."""
    found = figures.tables()
    return desk_page(request, "figures", _("Figures"), tables=found, few=figures.step_of(found))


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """Who did what at the desk."""
    events = Event.objects.select_related("officer", "inquiry")
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    return desk_page(request, "log", _("Log of the desk"), page_obj=page)


@require_http_methods(["GET", "HEAD", "POST"])
def export_page(request: HttpRequest) -> HttpResponse:
    """A table of all inquiries of a period."""
    officer = signed_in(request)
    if not officer.has_perm(EXPORT):
        raise PermissionDenied
    asked = forms.PeriodForm(request.POST or None)
    if request.method == "POST" and asked.is_valid():
        Event.log(Event.Action.EXPORTED_PERIOD, officer)
        return exports.export(exports.of_period(**asked.cleaned_data), officer)
    return desk_page(request, "export", _("Export a period"), form=asked)
