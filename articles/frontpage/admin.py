"""The admin of the home page: its first stories, and the pieces of the archive that may return."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.editing.modeladmin import StaffAdmin

from .front import CHOSEN, chosen
from .models import FrontStory, ReturningPiece

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList


@admin.register(FrontStory)
class FrontStoryAdmin(StaffAdmin):
    """The stories that editors put first on the home page."""

    list_display = ["article", "order", "until", "place"]
    list_select_related = ["article"]
    search_fields = ["article__title"]
    autocomplete_fields = ["article"]
    fields = ["article", "order", "until"]

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Ask once for all rows which stories visitors see now."""
        changelist = super().get_changelist_instance(request)
        keys = chosen()
        for story in changelist.result_list:
            story.number = keys.index(story.article_id) if story.article_id in keys else None
        return changelist

    @admin.display(description=gettext_lazy("on the home page"))
    def place(self, obj: Any) -> str:  # Any: a FrontStory with what is added above
        """Return where visitors see it now."""
        if obj.number is None:
            return _("not now")
        return (
            _("story %(number)s of %(most)s") % {"number": obj.number, "most": CHOSEN - 1}
            if obj.number
            else _("lead")
        )


@admin.register(ReturningPiece)
class ReturningPieceAdmin(StaffAdmin):
    """The pieces of the archive that may return in their month."""

    list_display = ["article", "displayed", "note"]
    list_select_related = ["article"]
    search_fields = ["article__title", "note"]
    autocomplete_fields = ["article"]
    fields = ["article", "note"]

    @admin.display(description=gettext_lazy("displayed date"), ordering="article__display_date")
    def displayed(self, obj: ReturningPiece) -> str:
        return obj.article.display_date.display if obj.article.display_date else ""
