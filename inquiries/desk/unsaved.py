"""What an officer types on the page of an inquiry is kept sealed until it is sent, and offered on return.

Keeping it asks for no password after idle minutes: it shows nothing, and counts as no use of the desk.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from inquiries.desk.access import is_officer_here
from inquiries.models import Inquiry, UnsavedAnswer
from newsroom.guard.staffpages import signed_in
from newsroom.unsaved.endpoint import Sent, for_scripts, malformed, refused, state
from newsroom.unsaved.places import Place
from newsroom.unsaved.smallforms import SmallForm


def form_of(request: HttpRequest, inquiry: Inquiry) -> SmallForm:
    """Return the form of an inquiry, with what the person who asks has typed into it."""
    place = Place(UnsavedAnswer.objects.all(), user=signed_in(request), inquiry=inquiry)
    address = reverse("admin:inquiries_inquiry_change", args=[inquiry.pk])
    return SmallForm(request, place, f"{inquiry._meta.label_lower}:{inquiry.pk}", address)


@for_scripts
def keep_page(request: HttpRequest, sent: Sent | None, pk: str) -> HttpResponse:
    """Keep what an officer types, also while the desk is locked."""
    if not is_officer_here(request):
        return refused()
    if sent is None:
        return malformed()
    inquiry = Inquiry.objects.filter(pk=pk).first()
    return form_of(request, inquiry).keep(sent) if inquiry else state("gone")


@require_POST
def discard_page(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a text of one's own, and go back to the inquiry."""
    inquiry = Inquiry.objects.filter(pk=pk).first()
    if inquiry is None:
        raise Http404
    return form_of(request, inquiry).discard()
