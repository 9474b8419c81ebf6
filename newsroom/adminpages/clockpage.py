"""The admin page that asks staff whether the clock is right, after it has jumped ahead."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsroom.editing.notices import Notice
from newsroom.outbox import clock

PERMISSION = "outbox.confirm_clock"


def notice(request: HttpRequest) -> Notice | None:
    """Return the notice on the admin's first page while nothing is deleted by age."""
    if not request.user.has_perm(PERMISSION) or clock.stopped() is None:
        return None
    text = _("The server’s clock has jumped ahead. Nothing is deleted by its age until somebody looks at it.")
    return Notice(text, reverse("admin:clock"), "clock")


@require_http_methods(["GET", "HEAD", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """Show the time; a POST confirms it."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method == "POST":
        clock.confirm()
        messages.success(request, _("Thank you. From now on, what is too old is deleted again."))
        return HttpResponseRedirect(reverse("admin:index"))
    clock.may_purge()  # looks at the clock now: the worker may not have done so since the jump
    stopped = clock.stopped()
    context = admin.site.each_context(request) | {
        "title": _("Is the clock right?"),
        "stopped": stopped,
        "now": date_format(timezone.localtime(), "DATETIME_FORMAT"),
        "before": stopped and date_format(timezone.localtime(stopped.seen_at), "DATETIME_FORMAT"),
    }
    return render(request, "admin/clock.html", context)
