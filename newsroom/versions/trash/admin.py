"""The trash in the admin, for those who may delete such pieces: who put each there, when, and until when it waits."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.editing.modeladmin import LookOnlyAdmin
from newsroom.guard.staffpages import signed_in
from newsroom.offers import offered
from newsroom.richtext.fields import RichTextField

from ..comparing import has_a_label
from ..readable import lines_of
from . import leaving, snapshot
from .models import Trashed


def _labels(request: HttpRequest) -> list[str]:
    """Return the labels of the models whose rows somebody may delete."""
    models = [model._meta for model in offered("trashed")]
    return [
        one.label_lower for one in models if request.user.has_perm(f"{one.app_label}.delete_{one.model_name}")
    ]


@admin.register(Trashed)
class TrashedAdmin(LookOnlyAdmin):
    """What was deleted and can be put back."""

    list_display = ["name", "kind", "deleted_at", "deleted_by", "until"]
    list_select_related = ["deleted_by"]
    search_fields = ["name"]
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    actions = ["put_back_several"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trashed]:
        return super().get_queryset(request).filter(model__in=_labels(request))

    def has_view_permission(self, request: HttpRequest, obj: Trashed | None = None) -> bool:
        """Return whether somebody may see it: who may delete such pieces."""
        labels = _labels(request)
        return bool(labels) and (obj is None or obj.model in labels)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        back, erase = (self.admin_site.admin_view(view) for view in (self.put_back_view, self.erase_view))
        return [
            path("<int:pk>/put-back/", back, name="versions_trashed_put_back"),
            path("<int:pk>/erase/", erase, name="versions_trashed_erase"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("kind"), ordering="model")
    def kind(self, trashed: Trashed) -> str:
        return snapshot.name_of(trashed.model)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what lies there, with the buttons that put it back or delete it for good."""
        trashed = self.get_object(request, unquote(object_id))
        if trashed is None:
            raise Http404
        if not self.has_view_permission(request, trashed):
            raise PermissionDenied
        stored = snapshot.read(trashed.content)["rows"]
        piece = snapshot.row_of(stored[0])
        context = self.admin_site.each_context(request) | {
            "title": trashed.name,
            "opts": self.opts,
            "trashed": trashed,
            "kind": self.kind(trashed),
            "fields": _texts(piece) if piece else [],
            "below": len(stored) - 1,
        }
        return TemplateResponse(request, "admin/versions/trashed.html", context)

    def put_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put one piece back, and show its form."""
        trashed = self._asked(request, pk)
        piece = self._put_back(request, trashed)
        if piece is None:
            return HttpResponseRedirect(reverse("admin:versions_trashed_change", args=[pk]))
        opts = piece._meta
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[piece.pk])
        link = format_html('<a href="{}">{}</a>', address, piece)
        self.message_user(request, format_html(_("Put back: {}."), link), messages.SUCCESS)
        return HttpResponseRedirect(address)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete one piece for good."""
        trashed = self._asked(request, pk)
        if leaving.erase(trashed):
            told = _("It is deleted for good; its bytes leave the files of the database within minutes.")
            self.message_user(request, told, messages.SUCCESS)
        else:
            self.message_user(request, _("It is not in the trash any more."), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:versions_trashed_changelist"))

    @admin.action(description=gettext_lazy("Put back"))
    def put_back_several(self, request: HttpRequest, queryset: QuerySet[Trashed]) -> None:
        """Put several pieces back."""
        count = sum(self._put_back(request, trashed) is not None for trashed in queryset)
        if count:
            told = ngettext("%(count)s piece was put back.", "%(count)s pieces were put back.", count)
            self.message_user(request, told % {"count": count}, messages.SUCCESS)

    def _put_back(self, request: HttpRequest, trashed: Trashed) -> Model | None:
        try:
            with transaction.atomic():
                piece = leaving.put_back(trashed, signed_in(request))
                self.log_change(request, piece, _("Put back from the trash."))
        except ValidationError as error:
            told = _("“%(name)s” can't be put back. %(reason)s")
            values = {"name": trashed.name, "reason": " ".join(error.messages)}
            self.message_user(request, told % values, messages.ERROR)
            return None
        return piece

    def _asked(self, request: HttpRequest, pk: int) -> Trashed:
        """Return what a form names; raises Http404 or PermissionDenied."""
        if request.method != "POST":
            raise Http404
        trashed = Trashed.objects.filter(pk=pk).first()
        if trashed is None:
            raise Http404
        if not self.has_view_permission(request, trashed):
            raise PermissionDenied
        return trashed


def _texts(piece: Model) -> list[tuple[str, list[str]]]:
    """Return the texts of a piece as lines, each with the name of its field."""
    found = []
    for field in piece._meta.concrete_fields:
        if has_a_label(field) and not field.is_relation:
            text = str(getattr(piece, field.attname) or "")
            rich = isinstance(field, RichTextField)
            lines = [line.text for line in lines_of(text, {})] if rich else text.splitlines()
            if lines:
                found.append((capfirst(str(field.verbose_name)), lines))
    return found
