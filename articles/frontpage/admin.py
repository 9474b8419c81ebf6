"""The admin of the home page: its first stories, and the pieces of the archive that may return."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.editing.modeladmin import StaffAdmin

from .front import CHOSEN, chosen
from .models import FrontStory, ReturningPiece


@admin.register(FrontStory)
class FrontStoryAdmin(StaffAdmin):
    """The stories that editors put first on the home page."""

    list_display = ["article", "order", "until", "place"]
    list_select_related = ["article"]
    search_fields = ["article__title"]
    autocomplete_fields = ["article"]
    fields = ["article", "order", "until"]

    @admin.display(description=gettext_lazy("on the home page"))
    def place(self, obj: FrontStory) -> str:
        """Return where visitors see it now."""
        keys = chosen()
        if obj.article_id not in keys:
            return _("not now")
        number = keys.index(obj.article_id)
        return (
            _("story %(number)s of %(most)s") % {"number": number, "most": CHOSEN - 1}
            if number
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
