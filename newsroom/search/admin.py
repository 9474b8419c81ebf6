"""The admin of what editors keep for search, and of every model that search finds."""

from collections.abc import Sequence

from django.contrib import admin
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.editing.modeladmin import StaffAdmin

from .models import BestBet, NeedList, SameWords

SHOWN = 2  # lines of a list
LONGEST = 160  # characters of them


class SearchableAdmin(StaffAdmin):
    """A ModelAdmin that writes the index after the relations of a form, in the same transaction."""

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Sequence[BaseModelFormSet], change: bool
    ) -> None:
        """Save the relations, then the entry that is made of them."""
        super().save_related(request, form, formsets, change)
        form.instance.reindex()


@admin.register(BestBet)
class BestBetAdmin(StaffAdmin):
    """Links that editors put above the results of a query."""

    list_display = ["title", "link", "queries"]
    search_fields = ["title", "queries", "link"]
    fields = ["queries", "title", "link", "text"]


@admin.register(SameWords)
class SameWordsAdmin(StaffAdmin):
    """Words that mean the same, a list for each language."""

    list_display = ["__str__", "first_lines"]
    search_fields = ["words"]
    fields = ["language", "words"]

    @admin.display(description=_("begins with"))
    def first_lines(self, row: SameWords) -> str:
        """Return the first lines of the list."""
        return _first_lines(row.words)


@admin.register(NeedList)
class NeedListAdmin(StaffAdmin):
    """Sentences of need, a list for each language."""

    list_display = ["__str__", "first_lines"]
    search_fields = ["sentences"]
    fields = ["language", "sentences"]

    @admin.display(description=_("begins with"))
    def first_lines(self, row: NeedList) -> str:
        """Return the first lines of the list."""
        return _first_lines(row.sentences)


def _first_lines(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return f"{' · '.join(lines[:SHOWN])[:LONGEST]} …"
