"""The log of signing in and of rights, which Administrators read and nobody changes."""

from django.contrib import admin

from newsroom.editing.modeladmin import LookOnlyAdmin
from newsroom.signin.models import SignInEvent


@admin.register(SignInEvent)
class SignInEventAdmin(LookOnlyAdmin):
    """Lines of the log, newest first."""

    list_display = ["at", "account", "kind", "detail", "by"]
    list_filter = ["kind"]
    search_fields = ["account", "by"]
    list_per_page = 100
    show_full_result_count = False
    actions = None
