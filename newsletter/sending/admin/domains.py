"""The admin of domains that refuse our mail."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsletter.sending.jobs import resume_domain
from newsletter.sending.models import DomainPause
from newsroom.editing.modeladmin import LookOnlyAdmin


@admin.register(DomainPause)
class DomainPauseAdmin(LookOnlyAdmin):
    """A list of paused domains with one action: try again now."""

    list_display = ["domain", "since", "until", "answer", "refused", "answered"]
    list_display_links = None
    actions = ["try_again"]

    def has_try_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may send issues."""
        return request.user.has_perm("newsletter.send_issue")

    @admin.action(description=_("Send to these domains again now"), permissions=["try"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[DomainPause]) -> None:
        for paused in queryset:
            resume_domain(paused)
        self.message_user(request, _("The newsletter goes to these domains again."), messages.SUCCESS)
