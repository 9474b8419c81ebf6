"""The admin of the style list."""

from django.contrib import admin

from newsroom.editing.modeladmin import StaffAdmin

from .models import StyleWord


@admin.register(StyleWord)
class StyleWordAdmin(StaffAdmin):
    """Words that this newsroom has better ones for."""

    list_display = ["words", "instead", "language"]
    list_filter = ["language"]
    search_fields = ["words", "instead"]
    fields = ["language", "words", "instead", "why"]
