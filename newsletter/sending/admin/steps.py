"""The admin pages of the steps after the draft: preview, test, checks, sending, progress, correction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from newsletter.issues import drafting
from newsletter.issues.admin.forms import ScheduleForm
from newsletter.issues.admin.issues import IssueAdmin
from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsletter.sending import lifecycle
from newsletter.sending.audience import readers_of
from newsletter.sending.checks import findings
from newsletter.sending.mail import GAP, NotReady, prepare
from newsroom.guard.staffpages import POLICY, signed_in
from newsroom.outbox import posting

FRAMES = POLICY | {"frame-src": [CSP.SELF]}
# A mail holds its styles itself; nothing else in it may act, in a frame or alone.
MAIL_POLICY = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "sandbox": True,
}
SCHEMES = {"light": "not all", "dark": "all"}  # the media condition of a mail's dark colours
# The buttons of the progress page.
BUTTONS: dict[str, Callable[[Issue], bool]] = {
    "undo": lifecycle.undo,
    "pause": lifecycle.pause,
    "resume": lifecycle.resume,
    "cancel": lifecycle.cancel,
}


def for_issue(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Return a decorator that calls a view with its issue, for people with this permission."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(self: "StepsAdmin", request: HttpRequest, object_id: int, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(f"newsletter.{permission}"):
                raise PermissionDenied
            issue = self.get_queryset(request).filter(pk=object_id).first()
            if issue is None:
                raise Http404
            return view(self, request, issue, **kwargs)

        return inner

    return decorate


def people(count: int) -> str:
    """Return a number of people in words, such as '4,812 people'."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


class StepsAdmin(IssueAdmin):
    """The pages of an issue beside its form."""

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of the steps."""
        views = {
            "preview": require_safe(self.preview),
            "mail": require_safe(self.mail),
            "test": require_POST(self.test),
            "send": self.send,
            "progress": require_safe(self.progress),
            "correct": require_POST(self.correct),
        } | {name: require_POST(self.press) for name in BUTTONS}
        return [
            path(
                f"<int:object_id>/{name}/",
                self.admin_site.admin_view(view),
                {"button": name} if name in BUTTONS else {},
                name=f"newsletter_issue_{name}",
            )
            for name, view in views.items()
        ] + super().get_urls()

    def steps_of(self, request: HttpRequest, issue: Issue, current: str) -> list[dict[str, Any]]:
        """Return the steps of a draft that are shown above its pages."""
        labels = {"change": _("Write"), "preview": _("Preview"), "send": _("Check and send")}
        return [
            {"label": label, "url": _url(name, issue), "is_current": name == current}
            for name, label in labels.items()
            if name != "send" or request.user.has_perm("newsletter.send_issue")
        ]

    def _page(
        self, request: HttpRequest, issue: Issue, name: str, title: str, **context: object
    ) -> TemplateResponse:
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "issue": issue,
            "title": title,
            "steps": self.steps_of(request, issue, name) if issue.state == Issue.State.DRAFT else [],
            "may_send": request.user.has_perm("newsletter.send_issue"),
        }
        return TemplateResponse(request, f"admin/newsletter/issue/{name}.html", shown | context)

    @method_decorator(csp_override(FRAMES))
    @for_issue("view_issue")
    def preview(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """The mail as HTML, as a phone shows it, and as text."""
        context: dict[str, object]
        try:
            prepared = prepare(issue)
            context = {"text": prepared.text.replace(GAP, _shown_link()), "size": prepared.size}
        except NotReady as error:
            context = {"not_ready": error}
        return self._page(request, issue, "preview", _("Preview: %(issue)s") % {"issue": issue}, **context)

    # django-stubs know no directive without a value.
    @method_decorator(csp_override(MAIL_POLICY))  # type: ignore[arg-type]
    @for_issue("view_issue")
    def mail(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """The HTML part of the mail, for the frames of the preview; ?scheme=dark or light chooses its colours."""
        try:
            html = prepare(issue).html.replace(GAP, _shown_link())
        except NotReady as error:
            raise Http404(str(error)) from error
        scheme = request.GET.get("scheme", "")
        if scheme in SCHEMES:
            html = html.replace("(prefers-color-scheme: dark)", SCHEMES[scheme])
            html = html.replace('content="light dark"', f'content="{scheme}"')
        response = HttpResponse(html)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    @for_issue("change_issue")
    def test(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """Send the mail to the person who asks."""
        user = signed_in(request)
        if not user.email:
            messages.error(request, _("Your account has no mail address. An administrator can add it."))
            return HttpResponseRedirect(_url("preview", issue))
        try:
            prepare(issue)
        except NotReady as error:
            messages.error(request, str(error))
        else:
            posting.post("newsletter_test", f"{issue.pk}:{user.pk}")
            messages.success(request, _("A test is on its way to %(address)s.") % {"address": user.email})
        return HttpResponseRedirect(_url("preview", issue))

    @for_issue("send_issue")
    def send(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """The page before sending: the findings, the number of readers, and the buttons that send or schedule."""
        if issue.state != Issue.State.DRAFT:
            return HttpResponseRedirect(_url("progress", issue))
        found = findings(issue)
        count = readers_of(issue).count()
        is_blocked = not count or any(finding.blocks for finding in found)
        is_scheduling = "_schedule" in request.POST
        form = ScheduleForm(request.POST if is_scheduling else None)
        if request.method == "POST" and not is_blocked:
            if is_scheduling and form.is_valid():
                return self._start_sending(request, issue, count, form.cleaned_data["at"])
            if "_now" in request.POST:
                return self._start_sending(request, issue, count)
        context = {
            "findings": found,
            "count": count,
            "people": people(count),
            "is_blocked": is_blocked,
            "form": form,
            "media": self.media + form.media,
        }
        return self._page(
            request, issue, "send", _("Check and send: %(issue)s") % {"issue": issue}, **context
        )

    def _start_sending(
        self, request: HttpRequest, issue: Issue, count: int, at: datetime | None = None
    ) -> HttpResponse:
        if lifecycle.schedule(issue, at) if at else lifecycle.send_now(issue):
            to = {"people": people(count)}
            self.log_change(
                request, issue, (_("Scheduled to %(people)s") if at else _("Sent to %(people)s")) % to
            )
        return HttpResponseRedirect(_url("progress", issue))

    @for_issue("view_issue")
    def progress(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """The progress of the sending; with ?part only the figures, for the page's own script."""
        if issue.state == Issue.State.DRAFT:
            return HttpResponseRedirect(_url("change", issue))
        figures = lifecycle.progress(issue)
        context = {
            "figures": figures,
            "is_moving": issue.state in {Issue.State.SCHEDULED, Issue.State.SENDING},
            "rows": _rows(figures, _left_since(issue)),
            "settled": f"{figures.settled:,}",
            "speed": f"{figures.per_minute:,}" if figures.per_minute else "",
            "time_left": _lasting(figures.seconds_left),
            "leaves_in": _lasting((issue.send_at - timezone.now()).total_seconds()) if issue.send_at else "",
            "readers": people(figures.total if issue.published_at else readers_of(issue).count()),
            "waiting": people(figures.waiting + figures.deferred),
        }
        response = self._page(request, issue, "progress", str(issue), **context)
        if "part" in request.GET:
            response.template_name = f"{response.template_name}#figures"
        return response

    @for_issue("send_issue")
    def press(self, request: HttpRequest, issue: Issue, button: str) -> HttpResponse:
        """Undo, pause, resume or cancel; where the issue has moved on meanwhile, a message says so."""
        done = {
            "undo": _("It is a draft again. Nothing was sent."),
            "pause": _("Paused. Messages that are on their way arrive; no further one leaves."),
            "resume": _("Sending goes on."),
            "cancel": _("Cancelled. Nobody else gets it."),
        }
        if BUTTONS[button](issue):
            self.log_change(request, issue, done[button])
            messages.success(request, done[button])
        else:
            messages.warning(request, _("That came too late: the issue has moved on meanwhile."))
        return HttpResponseRedirect(_url("progress", issue))

    @for_issue("add_issue")
    def correct(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """Make the draft of a correction to those who got the issue."""
        if issue.state not in {Issue.State.SENT, Issue.State.CANCELLED}:
            return HttpResponseRedirect(_url("progress", issue))
        correction = drafting.new_correction(issue)
        self.log_addition(request, correction, [{"added": {}}])
        return HttpResponseRedirect(_url("change", correction))


def _url(name: str, issue: Issue) -> str:
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def _shown_link() -> str:
    """Return the URL that stands in a preview instead of a reader's own link."""
    return reverse("newsletter:home")


def _left_since(issue: Issue) -> int:
    """Return how many of the issue's readers have unsubscribed since its sending began."""
    if issue.published_at is None:
        return 0
    return Subscriber.objects.filter(
        state=Subscriber.State.UNSUBSCRIBED,
        state_changed_at__gte=issue.published_at,
        deliveries__issue=issue,
    ).count()


def _rows(figures: lifecycle.Progress, left_since: int) -> list[tuple[str, str]]:
    """Return label and number of each figure of the progress page."""
    rows = [
        (_("Delivered to the mail server"), figures.sent),
        (_("Waiting"), figures.waiting),
        (_("Deferred: tried again later"), figures.deferred),
        (_("Bounced: no such mailbox"), figures.bounced),
        (_("Given up after three days"), figures.failed),
        (_("Cancelled"), figures.cancelled),
        (_("Unsubscribed since"), left_since),
    ]
    if figures.uncertain:
        rows.append((_("Sent again after a breakdown: may have arrived twice"), figures.uncertain))
    return [(label, f"{number:,}") for label, number in rows]


def _lasting(seconds: float | None) -> str:
    """Return a duration in words, such as '43 seconds' or '4 minutes'; '' where it is unknown or over."""
    if not seconds or seconds < 1:
        return ""
    if seconds < 90:
        return ngettext("%(count)d second", "%(count)d seconds", int(seconds)) % {"count": seconds}
    now = timezone.now()
    return timeuntil(now + timedelta(seconds=seconds), now, depth=1)
