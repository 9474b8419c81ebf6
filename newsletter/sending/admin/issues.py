"""Issues in the admin: written as newsletter.issues has it, then looked at, sent and followed."""

from django.contrib import admin
from django.utils.translation import gettext_lazy, ngettext

from newsletter.issues.admin.issues import IssueAdmin
from newsletter.issues.models import Issue
from newsletter.sending.audience import readers_of

from .steps import Steps


@admin.register(Issue)
class SendableIssueAdmin(Steps, IssueAdmin):
    """Issues, from the draft to the last reader."""

    @admin.display(description=gettext_lazy("readers now"))
    def audience_count(self, issue: Issue) -> str:
        count = readers_of(issue).count()
        return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}
