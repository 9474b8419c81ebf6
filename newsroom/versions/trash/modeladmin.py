"""The admin of what goes to the trash when it is deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsroom.guard.staffpages import signed_in

from ..leftover import Leftover
from . import putting, snapshot
from .models import Trashed

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

FOR_SAFETY = "_for_safety"  # the button that deletes at once and for good


class GoesToTrash(ModelAdmin):
    """A ModelAdmin whose deletions can be undone for a while, unless somebody deletes for safety."""

    delete_confirmation_template = "admin/versions/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/versions/delete_selected_confirmation.html"

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask how to delete, then do it."""
        return super().delete_view(
            request, object_id, {"days": settings.TRASH_KEPT_DAYS} | (extra_context or {})
        )

    # Any: as Django has it, lists in lists.
    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], Any, Any]:
        """Return what goes along, without the pairs that only relate it to others: they say nothing to an editor."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        related = [one.field for one in self.opts.related_objects if one.many_to_many]
        fields: list[Any] = [*self.opts.many_to_many, *related]
        pairs = [one.remote_field.through._meta for one in fields]
        names = tuple(f"{capfirst(str(one.verbose_name))}: " for one in pairs)
        plurals = {str(one.verbose_name_plural) for one in pairs}
        counts = {name: count for name, count in counts.items() if str(name) not in plurals}
        return _without(shown, names), counts, lacking, protected

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete a piece, to the trash or for good."""
        with _deleting(request, [obj]):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Delete several pieces, to the trash or for good."""
        with _deleting(request, list(queryset)):
            super().delete_queryset(request, queryset)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Say where the piece is now; of one that was deleted for safety its name is not repeated."""
        if FOR_SAFETY in request.POST:
            return super().response_delete(request, str(self.opts.verbose_name), obj_id)
        told = _("It lies in the trash until then: %(days)s days.") % {"days": settings.TRASH_KEPT_DAYS}
        self.message_user(request, told, messages.INFO)
        return super().response_delete(request, obj_display, obj_id)


def _without(shown: list[Any], beginnings: tuple[str, ...]) -> list[Any]:
    """Return a list of lists without the lines that begin so, and without lists that are empty then."""
    found: list[Any] = []
    for one in shown:
        if isinstance(one, list):
            found += [below] if (below := _without(one, beginnings)) else []
        elif not str(one).startswith(beginnings):
            found.append(one)
    return found


@contextmanager
def _deleting(request: HttpRequest, pieces: list[Model]) -> Iterator[None]:
    if FOR_SAFETY not in request.POST:
        with putting.to_trash(pieces, signed_in(request)):
            yield
        return
    with transaction.atomic():
        taken = [(piece._meta.label_lower, piece.pk) for piece in pieces]
        rows = [row for piece in pieces for row in snapshot.take(piece)["rows"]]
        led = set()
        for piece in pieces:
            putting.note_address(piece)
            led |= putting.forget_former_addresses(getattr(piece, "get_absolute_url", str)())
        yield
        for label, key in taken:
            Trashed.objects.filter(model=label, object_id=key).delete()
            putting.forget_name(label, key)
        Leftover.note(LogEntry, *led, *{model for model in map(snapshot.model_of, rows) if model})
