"""The admin page with the readers who may lack an issue that was closed while it was being sent."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsletter.issues.models import Issue
from newsletter.sending import putback

from .steps import StepsAdmin, for_issue

ON_A_PAGE = 200


class LackingAdmin(StepsAdmin):
    """The pages of an issue, with that of the readers who may lack it."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(require_safe(self.lacking))
        return [
            path("<int:object_id>/lacking/", view, name="newsletter_issue_lacking"),
            *super().get_urls(),
        ]

    @for_issue("send_issue")
    def lacking(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """The addresses of confirmed readers whose message was cancelled."""
        readers = putback.lacking(issue).order_by("address_key")
        page = Paginator(readers, ON_A_PAGE).get_page(request.GET.get("page"))
        return self._page(
            request, issue, "lacking", _("Who may lack it: %(issue)s") % {"issue": issue}, page=page
        )
