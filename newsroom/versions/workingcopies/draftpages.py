"""Pages about changes that wait: to discard them, and to set the time at which they become public by themselves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.editing.clocks import moment_in_words, why_not, zone_in_words
from newsroom.editing.heldrows import held_where_sent
from newsroom.editing.moments import MomentField
from newsroom.editing.rowchoices import is_key
from newsroom.guard.staffpages import signed_in
from newsroom.versions.history import ShowsHistory
from newsroom.versions.models import Version
from newsroom.versions.restoring import Restores

from . import scheduling, working
from .draftforms import KeepsDrafts

SEEN = "version"  # the field with the number of the draft that a page is about


class TimeForm(forms.Form):
    """When changes are to become public."""

    publish_at = MomentField(label=gettext_lazy("Time of publication"))

    def clean_publish_at(self) -> datetime:
        at: datetime = self.cleaned_data["publish_at"]
        if told := why_not(at):
            raise ValidationError(told)
        if at <= timezone.now():
            raise ValidationError(
                _("This time is over. Publish the changes at once, or choose a later time.")
            )
        return at


class DraftPages(KeepsDrafts, Restores, ShowsHistory):
    """A ModelAdmin with pages on which changes that wait are discarded or given a time."""

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        return [
            path(
                f"<path:object_id>/{name}-changes/",
                self.admin_site.admin_view(view),
                name="{}_{}_{}_changes".format(*info, name),
            )
            for name, view in (
                ("discard", self.discard_changes_view),
                ("schedule", self.schedule_changes_view),
            )
        ] + super().get_urls()

    def discard_changes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for confirmation, then let the changes wait no longer; they stay in the history."""

        def act(row: Model, copy: Version) -> HttpResponse | None:
            if request.method != "POST":
                return None
            working.end(row)
            self.log_change(request, row, _("Discarded the draft of changes."))
            told = _("Discarded. The changes stay in the history, from which they can be restored.")
            self.message_user(request, told, messages.SUCCESS)
            return self._back(row)

        return self._about_the_copy(request, object_id, "discard", _("Discard changes"), act)

    def schedule_changes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set, change or take off the time at which the changes become public."""
        sent = request.POST if "_schedule" in request.POST else None
        form = TimeForm(sent)

        def act(row: Model, copy: Version) -> HttpResponse | None:
            if not self.may_publish(request):
                raise PermissionDenied
            form.initial = {"publish_at": copy.publish_at}
            if "_unschedule" in request.POST:
                scheduling.unschedule(copy)
                self.message_user(request, _("The changes wait, and no time is set."), messages.SUCCESS)
                return self._back(row)
            if sent is None or not form.is_valid():
                return None
            problems = scheduling.problems(self, copy, signed_in(request))
            if problems:
                form.add_error(None, [_("The changes can’t be published as they are:"), *problems])
                return None
            scheduling.schedule(copy, form.cleaned_data["publish_at"], signed_in(request))
            when = moment_in_words(form.cleaned_data["publish_at"])
            self.message_user(
                request, _("The changes become public on %(when)s.") % {"when": when}, messages.SUCCESS
            )
            return self._back(row)

        title = _("Publish changes at a set time")
        return self._about_the_copy(
            request, object_id, "schedule", title, act, form=form, zone=zone_in_words()
        )

    def _about_the_copy(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        act: Callable[[Model, Version], HttpResponse | None],
        **context: Any,  # Any: of the page
    ) -> HttpResponse:
        """Return what act() does with the row, held, and its working copy; else the page that asks."""
        row = self.row_with_history(request, object_id)
        with held_where_sent(request):
            if request.method == "POST":
                self.model._base_manager.select_for_update().filter(pk=row.pk).order_by().first()
            copy = working.of(row)
            if copy is None:
                self.message_user(request, _("No changes wait."), messages.WARNING)
                return self._back(row)
            seen = request.POST.get(SEEN, "")
            if request.method == "POST" and not (is_key(seen) and int(seen) == copy.pk):
                told = _("Somebody has saved further changes meanwhile. Look at them first.")
                self.message_user(request, told, messages.WARNING)
                return self._back(row)
            answer = act(row, copy)
        shown = {"title": title, "copy": copy, "seen_name": SEEN, "page": self._address(row), **context}
        return answer or self.page_about(request, row, f"admin/versions/{name}.html", shown)

    def _address(self, row: Model) -> str:
        return reverse(
            f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk]
        )

    def _back(self, row: Model) -> HttpResponse:
        return HttpResponseRedirect(self._address(row))
