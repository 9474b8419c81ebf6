"""The page on which an officer ticks the languages that they read and write."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inquiries import readiness
from inquiries.desk.forms import LanguagesForm
from inquiries.desk.pages import desk_page
from inquiries.models import OfficerLanguages
from newsroom.guard.staffpages import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def languages_page(request: HttpRequest) -> HttpResponse:
    """Show the languages of an officer, and store what they tick."""
    officer = signed_in(request)
    form = LanguagesForm(
        request.POST if request.method == "POST" else None,
        initial={"codes": OfficerLanguages.of(officer)},
    )
    if request.method == "POST" and form.is_valid():
        OfficerLanguages.tick(officer, form.cleaned_data["codes"])
        messages.success(request, _("Saved."))
        for lack in readiness.lacks():
            messages.warning(request, lack.text)
        return HttpResponseRedirect(reverse("admin:inquiries_inquiry_languages"))
    return desk_page(request, "languages", _("My languages"), form=form, offered=readiness.languages())
