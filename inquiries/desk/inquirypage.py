"""The page of one inquiry: shows it, and does what the pressed button says."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inquiries.desk import unsaved
from inquiries.desk.actions import ACTIONS
from inquiries.desk.pages import desk_page
from inquiries.desk.thread import OutdatedPage, show
from inquiries.desk.typed import Typed
from inquiries.models import Inquiry
from newsroom.editing.kept import is_from_another_session


@csrf_exempt  # checked below, so that what was typed is not lost where the session is another one
@require_http_methods(["GET", "HEAD", "POST"])
def inquiry_page(request: HttpRequest, pk: str) -> HttpResponse:
    """One inquiry: its thread, and what an officer can do about it."""
    if request.method != "POST":
        found = get_object_or_404(Inquiry.objects.select_related("officer"), pk=pk)
        data = unsaved.form_of(request, found).taken_up()
        return show(request, found, typed=Typed(found, data) if data else None)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise Http404
    inquiry = Inquiry.objects.select_related("officer").filter(pk=pk).first()
    if inquiry is None:
        return _say_gone(request)
    if is_from_another_session(request):
        return show(request, inquiry, 403, is_other_session=True)
    try:
        response = action(request, inquiry)
    except OutdatedPage:
        return show(request, inquiry, 409)
    except Inquiry.DoesNotExist:
        return _say_gone(request)
    if response.status_code == 302:
        unsaved.form_of(request, inquiry).saved()
    return response


def _say_gone(request: HttpRequest) -> HttpResponse:
    return desk_page(request, "gone", _("This inquiry was deleted"), 410)
