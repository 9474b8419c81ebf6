"""What editors set for a query."""

from django.contrib import admin

from .models import BestBet


@admin.register(BestBet)
class BestBetAdmin(admin.ModelAdmin):
    """Best bets."""

    list_display = ["title", "link", "queries"]
    search_fields = ["title", "queries", "link"]
    fields = ["queries", "title", "link", "text"]
