"""Links to a draft, in the admin: made, listed and ended by who may change it."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from newsroom.editing.rowchoices import is_key
from newsroom.guard.staffpages import signed_in
from newsroom.versions.history import ShowsHistory
from newsroom.versions.workingcopies import working

from . import drafts
from .models import ShareLink

END = "end"  # the field with the number of a link that is to be ended


class ShareForm(forms.Form):
    """For how long a link works, and what it shows."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        coerce=int,
        choices=[
            (days, ngettext_lazy("%(days)s day", "%(days)s days", days) % {"days": days})
            for days in (1, 7, 30)
        ],
        initial=1,
        widget=forms.RadioSelect,
    )
    shows = forms.ChoiceField(
        label=gettext_lazy("What it shows"),
        choices=[
            ("now", gettext_lazy("The text as it is saved now")),
            ("latest", gettext_lazy("Always the latest text that is saved")),
        ],
        initial="now",
        widget=forms.RadioSelect,
    )


class Shares(ShowsHistory):
    """A ModelAdmin whose rows can be shown to somebody without an account."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.share_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_share"
        return [path("<path:object_id>/share/", view, name=name), *super().get_urls()]

    def share_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the links to a row, make one, or end one."""
        row = self.row_with_history(request, object_id)
        if END in request.POST:
            return self._end(request, row, request.POST[END])
        form = ShareForm(request.POST if request.method == "POST" else None)
        address = ""
        waiting = working.of(row)
        unconsented = drafts.pictures_without_consent(row, waiting)
        if form.is_valid() and not unconsented:
            address = self._made(request, row, form.cleaned_data)
        context: dict[str, Any] = {  # a template's
            "title": _("Share: %(name)s") % {"name": row},
            "form": form,
            "address": address,
            "unconsented": unconsented,
            "links": ShareLink.objects.of(row).working().select_related("created_by", "version"),
            "is_public": waiting is None and drafts.is_public_already(row),
            "end_name": END,
        }
        return self.page_about(request, row, "admin/versions/share.html", context)

    def _made(self, request: HttpRequest, row: Model, asked: dict[str, Any]) -> str:
        """Make a link, and return its address, which is shown this once."""
        by = signed_in(request)
        with transaction.atomic():
            version = drafts.as_it_is_now(row, by) if asked["shows"] == "now" else None
            link, token = ShareLink.make(row, by, asked["days"], version)
            until = date_format(localtime(link.ends_at), "DATETIME_FORMAT")
            self.log_change(request, row, _("Shared by a link until %(until)s.") % {"until": until})
        return f"{settings.SITE_URL}{reverse('share', args=[token])}"

    def _end(self, request: HttpRequest, row: Model, key: str) -> HttpResponse:
        if is_key(key) and ShareLink.objects.of(row).filter(pk=key).delete()[0]:
            self.log_change(request, row, _("Ended a link that shared it."))
        self.message_user(request, _("Ended. Whoever opens the link from now on sees nothing."))
        return HttpResponseRedirect(request.path)
