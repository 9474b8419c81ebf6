"""What editors set for a query."""

from django.contrib import admin

from newsroom.editing.modeladmin import StaffAdmin

from .models import BestBet


@admin.register(BestBet)
class BestBetAdmin(StaffAdmin):
    """Best bets."""

    list_display = ["title", "link", "queries"]
    search_fields = ["title", "queries", "link"]
    fields = ["queries", "title", "link", "text"]
