"""What of the newsletter somebody reads on the admin's first page: issues in progress, and domains that are paused."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.issues.models import Issue
from newsletter.sending.models import DomainPause
from newsroom.editing.notices import Counted
from newsroom.editing.sections import MOST_LINES, Line, Section, form_of, list_of

State = Issue.State


def issues(request: HttpRequest) -> list[Section]:
    """Return the issues that are neither sent nor cancelled, to those who may open them."""
    if not request.user.has_perm("newsletter.view_issue"):
        return []
    unfinished = Issue.objects.exclude(state__in=[State.SENT, State.CANCELLED])
    found = list(unfinished.defer("introduction_html").order_by("-updated_at")[: MOST_LINES + 1])
    return [Section(_("Newsletter in progress"), [_line(one) for one in found], 36, list_of(Issue))]


def _line(issue: Issue) -> Line:
    is_draft = issue.state == State.DRAFT
    page = reverse("admin:newsletter_issue_progress", args=[issue.pk])
    return Line(
        str(issue),
        form_of(issue._meta.label_lower, issue.pk) if is_draft else page,
        issue.get_state_display(),
        since=issue.updated_at if is_draft else None,
        until=issue.send_at if issue.state == State.SCHEDULED else None,
        comment=issue.pause_reason if issue.state == State.PAUSED else "",
    )


def domains_paused(request: HttpRequest) -> Counted | None:
    """Return how many domains get no mail of ours for a while, to those who may see them."""
    if not request.user.has_perm("newsletter.view_domainpause"):
        return None

    def told(number: int) -> str:
        return ngettext(
            "%(number)s domain refuses our newsletter, which waits for it.",
            "%(number)s domains refuse our newsletter, which waits for them.",
            number,
        )

    return Counted(DomainPause.objects.current(), told, list_of(DomainPause))
