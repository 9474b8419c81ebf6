"""The change form of a piece with changes that wait: it shows them, keeps further ones, or publishes them.

The form works on the row as it would be after publishing, in a transaction: merging of two people, validation and rows
below are those of every save. What is not to be public is undone at the end, after its snapshot was taken and the page
was rendered. A form without waiting changes is shown in no transaction: on SQLite one would hold the only write lock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from newsroom.editing.heldrows import read_anew
from newsroom.editing.rowchoices import is_key
from newsroom.guard.staffpages import signed_in
from newsroom.versions import recording, snapshots
from newsroom.versions.content import Content
from newsroom.versions.models import Version
from newsroom.versions.restoring import RESTORE, comment_in

from . import working

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

DRAFT = "_draft"  # the button that keeps changes waiting
BASED_ON = "_based_on"  # the hidden field with the version that a form was loaded with
DRAFTS = "drafts"  # the attribute of a request with what follows
UNATTENDED = "is_unattended"  # the attribute of a request that no person makes (scheduling.py)


@dataclass
class Drafts:
    """What becomes of the changes of a piece in one request."""

    row: Model  # as it is stored, without the changes
    shown: Version | None  # what the form shows: the working copy, or what was stored last
    is_kept: bool = False  # whether what is sent waits
    is_unseen: bool = False  # whether it waits since somebody saved a draft after the form was loaded
    is_saved: bool = False
    content: Content | None = None
    known: dict[str, set[int]] = field(default_factory=dict)  # keys of the rows below before the save
    logged: list[Any] = field(default_factory=list)  # messages for the log, which the transaction would undo

    @property
    def copy(self) -> Version | None:
        """Return the working copy."""
        is_copy = self.shown is not None and self.shown.kind == Version.Kind.WORKING
        return self.shown if is_copy else None


def is_kept(request: HttpRequest) -> bool:
    """Return whether what the form sends waits, and is not stored in the row."""
    drafts: Drafts | None = getattr(request, DRAFTS, None)
    return drafts is not None and drafts.is_kept


class KeepsDrafts(ModelAdmin):
    """A ModelAdmin whose change form keeps changes that are not public yet, in a version beside the row."""

    def may_publish(self, request: HttpRequest) -> bool:
        """Return whether somebody who may change a piece may make its changes public."""
        return True

    def keeps_what_is_sent(self, request: HttpRequest, row: Model, copy: Version | None) -> bool:
        """Return whether a form that was sent is to wait."""
        return DRAFT in request.POST

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Show or save the form on the row as it would be with its changes."""
        parent = super()._changeform_view  # type: ignore[misc]  # private

        def view() -> HttpResponse:
            response: HttpResponse = parent(request, object_id, form_url, extra_context)
            return response

        drafts = self._drafts(request, unquote(object_id)) if object_id else None
        setattr(request, DRAFTS, drafts)
        if drafts is None or not (drafts.copy or drafts.is_kept):
            return view()
        response = self._on_the_copy(request, drafts, view)
        if drafts.is_saved and drafts.is_kept:
            self._keep(request, drafts)
        return response

    def _drafts(self, request: HttpRequest, key: str) -> Drafts | None:
        """Return what there is to know of the changes; None for a row that this person may not change."""
        is_sent = request.method == "POST"
        row = self.get_object(request, key) if is_sent else None  # first of all: it locks the row
        if not is_key(key) or (is_sent and row is None):
            return None
        shown = Version.objects.of_rows(self.model, [int(key)]).shown().first()
        drafts = Drafts(row or self.model(pk=int(key)), shown)
        if not (is_sent or drafts.copy):
            return drafts
        row = row or self.get_object(request, key)
        if row is None or not self.has_change_permission(request, row):
            return None
        drafts.row = row
        drafts.is_kept = is_sent and self.keeps_what_is_sent(request, row, drafts.copy)
        if is_sent and drafts.copy and not drafts.is_kept:
            based_on = self.based_on(request, row)
            drafts.is_unseen = based_on is None or based_on.kind == Version.Kind.SAVED
            drafts.is_kept = drafts.is_unseen  # nobody publishes a draft without having had it before them
        return drafts

    def _on_the_copy(
        self, request: HttpRequest, drafts: Drafts, view: Callable[[], HttpResponse]
    ) -> HttpResponse:
        """Return the answer of the view; only what it has published stays in the database."""
        if request.method == "POST":
            recording.catch_up(drafts.row)
        with transaction.atomic():
            before = working.keys_below(drafts.row) if drafts.is_kept else {}
            if drafts.copy:
                is_applied = put(drafts.copy, for_good=request.method == "POST" and not drafts.is_kept)
                if not is_applied and request.method == "GET" and RESTORE not in request.GET:
                    told = _(
                        "Something in the draft of changes, such as its address, has been taken meanwhile. The rest "
                        "stands in the form."
                    )
                    self.message_user(request, told, messages.WARNING)
                    return HttpResponseRedirect(f"{request.path}?{RESTORE}={drafts.copy.pk}")
                read_anew(request)
            after = working.keys_below(drafts.row) if drafts.is_kept else {}
            drafts.known = {name: before[name] | after[name] for name in before}
            response = view()
            if drafts.is_kept or not drafts.is_saved:
                if isinstance(response, TemplateResponse) and not hasattr(request, UNATTENDED):
                    response.render()
                transaction.set_rollback(True)
        return response

    def _keep(self, request: HttpRequest, drafts: Drafts) -> None:
        """Write what the form has saved as the working copy, and say so."""
        by, former, row = signed_in(request), drafts.copy, drafts.row
        content = working.with_own_keys(
            drafts.content or {"fields": {}, "relations": {}, "rows": {}}, drafts.known
        )
        copy = working.keep(row, content, by, comment_in(request), self.based_on(request, row))
        if copy and former and former.publish_at and self.may_publish(request):
            Version.objects.filter(pk=copy.pk).update(
                publish_at=former.publish_at, scheduled_by=former.scheduled_by
            )
        for message in drafts.logged:
            super().log_change(request, row, message)
        if DRAFT in request.POST:
            self.message_user(request, _said(copy, former, self.may_publish(request)), messages.SUCCESS)
        elif drafts.is_unseen:
            told = _(
                "Nothing was published: somebody has saved a draft of changes since you opened this form. What you "
                "typed was added to it. Look at all of it, then publish it."
            )
            self.message_user(request, told, messages.WARNING)

    def based_on(self, request: HttpRequest, row: Model) -> Version | None:
        """Return the version that a sent form was loaded with."""
        key = request.POST.get(BASED_ON, "")
        return Version.objects.of(row).filter(pk=key).first() if is_key(key) else None

    def note_saved(self, request: HttpRequest, row: Model) -> bool:
        """Take the snapshot of what waits, or end the waiting; return whether the row itself was saved."""
        drafts: Drafts | None = getattr(request, DRAFTS, None)
        if drafts is None:
            return True
        drafts.is_saved = True
        if drafts.is_kept:
            drafts.content = snapshots.take(recording.stored(row) or row)
        elif drafts.copy:
            working.settle(row)
            working.end(row)
        return not drafts.is_kept

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:  # Any: as Django has it
        if is_kept(request):
            getattr(request, DRAFTS).logged.append(message)
        entry: LogEntry = super().log_change(request, obj, message)
        return entry

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:  # Any: of whichever model
        """Lead back to the form where changes wait."""
        if is_kept(request):
            return HttpResponseRedirect(request.path)
        if hasattr(request, UNATTENDED):
            return HttpResponse(status=302)
        return super().response_change(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the page what it shows, and what may become of it."""
        drafts: Drafts | None = getattr(request, DRAFTS, None)
        obj = context.get("original")
        if drafts is not None and obj is not None and self.has_change_permission(request, obj):
            context["may_publish_changes"] = self.may_publish(request)
            context["keeps_drafts"] = True
            if drafts.shown:
                context["based_on_name"], context["based_on"] = BASED_ON, drafts.shown.pk
            if drafts.copy:
                context["copy"], context["public"] = drafts.copy, drafts.copy.public
                context["may_schedule"] = getattr(drafts.row, "state", "published") == "published"
                context["public_url"] = _address_of(drafts.row)
        return super().render_change_form(request, context, *args, **kwargs)


def put(copy: Version, *, for_good: bool) -> bool:
    """Put a working copy into its row; return False where that can't be."""
    try:
        with transaction.atomic():
            working.apply(copy, for_good=for_good)
    except IntegrityError:
        return False
    return True


def _address_of(row: Any) -> str:  # Any: of whichever model
    """Return the path of the public page of a row; empty where it has none."""
    if not getattr(row, "is_public", True) or not hasattr(row, "get_absolute_url"):
        return ""
    return str(row.get_absolute_url())


def _said(copy: Version | None, former: Version | None, may_publish: bool) -> str:
    """Return what becomes of a draft that was just saved."""
    if copy is None:
        return _("Nothing differs from what is public; no changes wait.")
    at = former.publish_at if former else None
    if at is None:
        return _("Draft saved. Visitors see none of it until the changes are published.")
    if may_publish:
        when = date_format(localtime(at), "DATETIME_FORMAT")
        return _("Draft saved. It becomes public at the time that was set: %(when)s.") % {"when": when}
    return _("Draft saved. It was to become public at a set time; now an Editor has to set it anew.")
