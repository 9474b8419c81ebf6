"""The admin of issues: the drafts of newsletter.issues and the steps that follow them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy, ngettext

from newsletter.issues.models import Issue
from newsletter.sending.audience import readers_of

from .lacking import LackingAdmin


@admin.register(Issue)
class SendableIssueAdmin(LackingAdmin):
    """Issues, from the draft to the last reader."""

    @admin.display(description=gettext_lazy("readers now"))
    def audience_count(self, issue: Issue) -> str:
        count = readers_of(issue).count()
        return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}
