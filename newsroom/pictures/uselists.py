"""Where a picture or a resource is used, as far as the person who asks may see it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.editing.rowchoices import rows_seen_by
from newsroom.pictures.uses import Use

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the classes that use it bring it


class KnowsViewer(ModelAdmin):
    """A ModelAdmin whose rows carry the request, since read-only fields get nothing but the row."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.viewer = request
        return found


def seen(request: HttpRequest, uses: Iterable[Use]) -> list[Use]:
    """Return the uses that are public, and of the others those in rows that the person sees in the admin."""
    uses = list(uses)
    asked: dict[type, set[object]] = {}
    for use in uses:
        if use.row is not None and not use.is_public:
            asked.setdefault(type(use.row), set()).add(use.row.pk)
    found = {}
    for model, keys in asked.items():
        rows = rows_seen_by(request, model, admin.site)
        found[model] = keys if rows is None else set(rows.filter(pk__in=keys).values_list("pk", flat=True))
    return [
        use for use in uses if use.is_public or use.row is None or use.row.pk in found.get(type(use.row), ())
    ]


def as_list(request: HttpRequest, uses: list[Use]) -> SafeString:
    """Return the uses as a list of links; what the person may not see is only counted."""
    shown = seen(request, uses)
    lines = [(use.url, use.title, _("public") if use.is_public else _("not public")) for use in shown]
    items = format_html_join("", '<li><a href="{}">{}</a> ({})</li>', lines)
    hidden = len(uses) - len(shown)
    if hidden:
        text = ngettext(
            "%(count)s that is not public and not yours",
            "%(count)s that are not public and not yours",
            hidden,
        )
        items += format_html("<li>{}</li>", text % {"count": hidden})
    return format_html('<ul class="picture-uses">{}</ul>', items)
