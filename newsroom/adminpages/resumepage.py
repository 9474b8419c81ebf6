"""The admin page that asks how the site goes on after a backup was put back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsroom.backups.resuming import matters
from newsroom.editing.notices import Notice

PERMISSION = "backups.resume_site"


def notice(request: HttpRequest) -> Notice | None:
    """Return the notice on the admin's first page while the site is paused after a restore."""
    put_back = matters.waiting() if request.user.has_perm(PERMISSION) else None
    if put_back is None:
        return None
    made_at = date_format(timezone.localtime(put_back.made_at), "DATETIME_FORMAT")
    text = _("This site was put back from a backup of %(made_at)s. It sends no mail until somebody decides.")
    return Notice(text % {"made_at": made_at}, reverse("admin:resume"))


@require_http_methods(["GET", "HEAD", "POST"])
def resume_page(request: HttpRequest) -> HttpResponse:
    """Show what was done again and what differs; a POST decides, and ends the pause."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    put_back = matters.waiting()
    if request.method == "POST" and put_back is not None:
        for sentence in matters.resume(put_back, request.POST.dict()):
            messages.info(request, sentence)
        messages.success(request, _("Mail leaves again, and what is too old is deleted again."))
        return HttpResponseRedirect(reverse("admin:index"))
    context = admin.site.each_context(request) | {
        "title": _("A backup was put back"),
        "put_back": put_back,
        "matters": matters.open_matters(put_back) if put_back else [],
    }
    return render(request, "admin/resume.html", context)
