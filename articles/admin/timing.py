"""The page with the times of a piece: when it becomes public by itself, when it ends, and what becomes of it then."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.publishing import Publishable
from newsroom.editing.clocks import moment_in_words, why_not, zone_in_words
from newsroom.editing.heldrows import held, held_where_sent
from newsroom.editing.moments import MomentField
from newsroom.guard.staffpages import signed_in
from newsroom.versions.admin import HasVersions
from newsroom.versions.recording import recording
from newsroom.versions.review import steps
from newsroom.versions.workingcopies import working

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SCHEDULE = "_schedule"  # the button of a draft's form that leads here
WRITTEN = ["state", "published_at", "first_published_at", "expires_at", "after_expiry", "updated_at"]
SEEN = "seen"  # the field with what the page is about: the last change, and whether it waited for its time


class TimesForm(forms.Form):
    """When a piece becomes public and when it ends."""

    published_at = MomentField(label=gettext_lazy("It becomes public"), required=False)
    expires_at = MomentField(label=gettext_lazy("It ends"), required=False)
    after_expiry = forms.ChoiceField(
        label=gettext_lazy("After its end"),
        choices=Publishable.AfterExpiry.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any, row: Publishable) -> None:  # Any: as Django has it
        super().__init__(
            data,
            initial={
                "published_at": row.published_at if row.is_scheduled else None,
                "expires_at": row.expires_at,
                "after_expiry": row.after_expiry,
            },
        )
        self.row = row
        for name in ("published_at", "expires_at"):
            self.fields[name].known = getattr(row, name)  # type: ignore[attr-defined]
        if row.state == row.State.PUBLISHED and not row.is_scheduled:
            del self.fields["published_at"]
        else:
            self.fields["published_at"].required = True

    def clean_published_at(self) -> datetime:
        at: datetime = self.cleaned_data["published_at"]
        if told := why_not(at):
            raise ValidationError(told)
        if at <= timezone.now():
            raise ValidationError(_("This time is over. Publish it at once, or choose a later time."))
        return at

    def clean_expires_at(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["expires_at"]
        if told := why_not(until):
            raise ValidationError(told)
        if until and until <= timezone.now() and until != self.row.expires_at:
            raise ValidationError(_("This time is over. To end it now, unpublish it."))
        return until

    def clean(self) -> dict[str, Any]:  # Any: values of fields of all types
        data = super().clean() or {}
        begins, until = data.get("published_at"), data.get("expires_at")
        if begins and until and until <= begins:
            self.add_error("expires_at", _("It can’t end before it becomes public."))
        return data


class SetsTimes(HasVersions):
    """A ModelAdmin with the page that sets the times of a piece."""

    publish_permission: str  # 'app.codename'

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.times_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_times"
        return [path("<path:object_id>/times/", view, name=name), *super().get_urls()]

    def times_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the times of a piece, set them, or take off that of its publication."""
        row: Any = self.row_with_history(request, object_id)  # of whichever publishable model
        if not request.user.has_perm(self.publish_permission):
            raise PermissionDenied
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        with held_where_sent(request):
            if request.method == "POST":
                row = held(row)
            form = TimesForm(request.POST if "_set" in request.POST else None, row)
            if request.method == "POST" and request.POST.get(SEEN) != _as_seen(row):
                told = _("Somebody has saved it meanwhile. Look at it first.")
                if row.updated_at.isoformat() in request.POST.get(SEEN, ""):
                    told = _("Its time has come meanwhile. Look at it first.")
                self.message_user(request, told, messages.WARNING)
                return HttpResponseRedirect(page)
            if "_take_off" in request.POST and row.is_scheduled:
                self._store(request, row, _("Took the time of publication off."), takes_off=True)
                return HttpResponseRedirect(page)
            if form.is_valid() and self._set(request, row, form):
                return HttpResponseRedirect(page)
        context = {
            "title": _("Times: %(name)s") % {"name": row},
            "form": form,
            "page": page,
            "zone": zone_in_words(),
            "since": moment_in_words(row.published_at) if row.is_public and row.published_at else "",
            "seen_name": SEEN,
            "seen": _as_seen(row),
        }
        return self.page_about(request, row, "admin/articles/times.html", context)

    def _set(self, request: HttpRequest, row: Publishable, form: TimesForm) -> bool:
        """Set the times that were asked for; return False, with the reasons in the form, where it can't be public."""
        asked, was_gone = form.cleaned_data, row.is_gone
        if row.state != row.State.PUBLISHED and working.of(row) is not None:
            told = _("Changes of it wait. Open it, look at them, and publish it there.")
            form.add_error(None, told)
            return False
        row.expires_at, row.after_expiry = asked["expires_at"], asked["after_expiry"]
        try:
            if "published_at" in asked:
                row.published_at = asked["published_at"]
                row.publish()
            elif was_gone and not row.is_gone:
                row.must_be_fit()
        except ValidationError as error:
            form.add_error(None, [_("It can’t be published as it is:"), *self._in_words(error)])
            return False
        self._store(request, row, outcome(row))
        return True

    def _in_words(self, error: ValidationError) -> "list[StrOrPromise]":
        found = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
        names = {field.name: capfirst(str(field.verbose_name)) for field in self.model._meta.concrete_fields}
        return [
            f"{names[name]}: {one}" if name in names else one
            for name, errors in found.items()
            for problem in errors
            for one in problem.messages
        ]

    def _store(self, request: HttpRequest, row: Publishable, said: str, *, takes_off: bool = False) -> None:
        """Save the times with a version, and say what was done; without a time it is a draft again."""
        stored = self.model._base_manager.get(pk=row.pk)
        with recording(stored, signed_in(request), said):
            if takes_off:
                row.withdraw()
                row.published_at = None if row.state == row.State.DRAFT else row.published_at
            row.save(update_fields=WRITTEN)
            if stored.state != row.state == row.State.PUBLISHED:
                steps.settle(row, signed_in(request))
        self.log_change(request, row, said)
        self.message_user(request, said, messages.SUCCESS)


def _as_seen(row: Publishable) -> str:
    return f"{row.updated_at.isoformat()} {'scheduled' if row.is_scheduled else ''}".strip()


def outcome(row: Publishable) -> str:
    """Return what becomes of a piece whose times were just set."""
    said = []
    if row.is_scheduled and row.published_at:
        said.append(
            _("Scheduled. Visitors can read it from %(when)s.") % {"when": moment_in_words(row.published_at)}
        )
    if row.expires_at is None:
        said += [] if said else [_("It has no end.")]
    elif row.after_expiry == row.AfterExpiry.GONE:
        said.append(_("It is taken down on %(when)s.") % {"when": moment_in_words(row.expires_at)})
    else:
        said.append(_("It goes to the archive on %(when)s.") % {"when": moment_in_words(row.expires_at)})
    return " ".join(said)
