"""/.well-known/security.txt (RFC 9116): whom to tell of a hole in this site."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.editing.notices import Notice
from newsroom.sitesettings.models import SiteSettings

HOLDS = timedelta(days=180)  # the standard asks for less than a year


def contact() -> str:
    """Return the address to write to, as a URI: SECURITY_CONTACT, else the site's contact address, else nothing."""
    if settings.SECURITY_CONTACT:
        return settings.SECURITY_CONTACT
    address = SiteSettings.load().contact_email
    return f"mailto:{quote(address, safe='@')}" if address else ""


@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Say whom to tell; 404 while nobody is named, which staff see on the first page of the admin."""
    whom = contact()
    if not whom:
        raise Http404
    until = datetime.combine(timezone.now().astimezone(UTC).date() + HOLDS, time())
    lines = [
        f"Contact: {whom}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {settings.SITE_URL}{reverse('security-txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def nobody_is_named(request: HttpRequest) -> Notice | None:
    """Return the notice for those who may name somebody."""
    if not request.user.has_perm("sitesettings.change_sitesettings") or contact():
        return None
    text = _("Nobody can tell you of a security hole: enter a contact address in the site settings.")
    return Notice(text, reverse("admin:sitesettings_sitesettings_changelist"))
