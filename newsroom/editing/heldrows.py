"""Forms of the admin that save neither outdated values nor a row that was deleted meanwhile."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import ObjectNotUpdated
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from newsroom.editing.refusals import refusal

View = Callable[..., HttpResponse]
READ = "_rows_that_were_read"  # the attribute of a request that shows a form


def held_where_sent(request: HttpRequest) -> AbstractContextManager[None]:
    """Return a transaction for a form that was sent, and none for a page that is shown.

    On SQLite a transaction waits for the only write lock, and everybody who saves would wait for the page.
    """
    return transaction.atomic() if request.method == "POST" else nullcontext()


# Any: as the row
def held(row: Any) -> Any:
    """Return a row as it is now, held until the transaction ends; raises ObjectNotUpdated where it was deleted."""
    found = type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise ObjectNotUpdated
    return found


def read_anew(request: HttpRequest) -> None:
    """Let rows be read again that have changed since a request that shows a form read them."""
    vars(request).pop(READ, None)


class HoldsItsRow(ModelAdmin):
    """Reads the row that a form saves under a lock: the save writes all its fields."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Return the row, read once to be shown; where a form was sent, it is held until that is saved."""
        if request.method == "GET":
            read, key = vars(request).setdefault(READ, {}), (type(self), str(object_id), from_field)
            if key not in read:
                read[key] = super().get_object(request, object_id, from_field)
            shown: Model | None = read[key]
            return shown
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        if self.model._base_manager.select_for_update().filter(pk=found.pk).first() is None:
            return found  # the settings, before anybody has saved them; what was deleted is not saved again
        return super().get_object(request, object_id, from_field)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Lead to the first page; where a form was sent, raise ObjectNotUpdated: its text is still to be shown."""
        if request.method == "POST":
            raise ObjectNotUpdated
        led: HttpResponse = super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]  # private
        return led


def says_what_is_gone(view: View) -> View:
    """Return the view of a form, with a page that helps where its row was deleted before it could be saved."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ObjectNotUpdated:
            told = _(
                "Somebody deleted it while you worked on it. Nothing was saved, and it does not come back."
            )
            return refusal(request, 410, _("It was deleted meanwhile"), told)

    return inner
