"""The pages of a piece's history: its versions, and any two of them compared. Who may change the piece sees them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from newsroom.editing.rowchoices import is_key

from . import comparing
from .models import Version

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

PER_PAGE = 30


@dataclass(frozen=True)
class Listed:
    """A version in the list, with what it changed, and the one that it is compared with."""

    version: Version
    changed: list[str]
    former: Version | None
    kind: str


def named(version: Version) -> str:
    """Return by what people know a version: when, and by whom."""
    when = date_format(localtime(version.created_at), "DATETIME_FORMAT")
    return f"{when}, {version.created_by.get_username()}" if version.created_by else when


def _formers(shown: list[Version], versions: "QuerySet[Version]") -> dict[int, Version]:
    """Return with what each version is compared: one that was saved with the one before, a draft with its base."""
    saved = [one for one in shown if one.kind == Version.Kind.SAVED]
    keys = {one.pk: one.based_on_id for one in shown if one.kind != Version.Kind.SAVED}
    keys |= {one.pk: former.pk for one, former in pairwise(saved)}
    if saved:
        older = versions.filter(kind=Version.Kind.SAVED, pk__lt=saved[-1].pk)
        keys[saved[-1].pk] = older.values_list("pk", flat=True).first()
    known = {one.pk: one for one in shown}
    known |= versions.in_bulk([key for key in keys.values() if key and key not in known])
    return {key: known[former] for key, former in keys.items() if former in known}


class ShowsHistory(ModelAdmin):
    """A ModelAdmin with a history that shows what was changed, in place of Django's list of who saved."""

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        compare = self.admin_site.admin_view(self.compare_view)
        return [
            path("<path:object_id>/history/compare/", compare, name="{}_{}_compare".format(*info)),
            *super().get_urls(),
        ]

    def row_with_history(self, request: HttpRequest, object_id: str) -> Model:
        """Return the row for somebody who may see its history; raises Http404 or PermissionDenied."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions of a piece, the latest first."""
        row = self.row_with_history(request, object_id)
        versions = Version.objects.of(row).select_related("created_by")
        page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
        shown = list(page.object_list)
        formers = _formers(shown, versions)
        context = {
            "title": _("History: %(name)s") % {"name": row},
            "page": page,
            "listed": [self._listed(one, formers.get(one.pk)) for one in shown],
            "now": self._now(row),
            "notes": self._notes(row),
        }
        return self.page_about(request, row, "admin/versions/history.html", context | (extra_context or {}))

    def _now(self, row: Model) -> int | None:
        """Return the key of the version that the piece is now."""
        return Version.objects.of(row).saved().values_list("pk", flat=True).first()

    def _listed(self, version: Version, former: Version | None) -> Listed:
        content = version.read()
        changed = comparing.names_of_changed(self.model, former.read(), content) if former else []
        is_public = content["fields"].get("state", "published") == "published"
        said = (
            _("published") if is_public and version.kind == Version.Kind.SAVED else version.get_kind_display()
        )
        return Listed(version, changed, former, said)

    def _notes(self, row: Model) -> list[LogEntry]:
        """Return what was noted about the piece in words, such as what was accepted in a file."""
        kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
        noted = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).select_related("user")
        return list(noted.exclude(change_message="").exclude(change_message__startswith="[")[:PER_PAGE])

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show how two versions of a piece differ, or all of one."""
        row = self.row_with_history(request, object_id)
        old, new = (self.version_asked(request, row, name) for name in ("old", "new"))
        if new is None:
            raise Http404
        if old is not None and old.pk > new.pk:
            old, new = new, old
        context = {
            "title": _("History: %(name)s") % {"name": row},
            "old": old,
            "new": new,
            "now": self._now(row),
            "changes": comparing.changes(request, self.model, old.read(), new.read())
            if old
            else comparing.whole(request, self.model, new.read()),
        }
        return self.page_about(request, row, "admin/versions/compare.html", context)

    def version_asked(self, request: HttpRequest, row: Model, name: str) -> Version | None:
        """Return the version of the row that the address names; raises Http404 for one that there is not."""
        key = request.GET.get(name, "")
        if not key:
            return None
        found = Version.objects.of(row).select_related("created_by").filter(pk=key) if is_key(key) else None
        version = found.first() if found is not None else None
        if version is None:
            raise Http404
        return version

    def page_about(
        self, request: HttpRequest, row: Model, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        shared = {"opts": self.opts, "object": row, "module_name": self.opts.verbose_name_plural}
        return TemplateResponse(request, template, self.admin_site.each_context(request) | shared | context)
