"""The admin of best bets, and of every model that search finds."""

from collections.abc import Sequence

from django.contrib import admin
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from newsroom.editing.modeladmin import StaffAdmin

from .models import BestBet


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
