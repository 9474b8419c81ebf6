"""/.well-known/security.txt (RFC 9116): whom to tell of a vulnerability of this site."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.editing.notices import Notice
from newsroom.pagecache import deadlines
from newsroom.pagecache.declared import for_all
from newsroom.sitesettings.models import SiteSettings

HOLDS = timedelta(days=180)  # RFC 9116 recommends less than a year


def contact(site: SiteSettings | None = None) -> str:
    """Return SECURITY_CONTACT, else the contact address of the site, as a URI; "" without both."""
    if settings.SECURITY_CONTACT:
        return str(settings.SECURITY_CONTACT)
    address = (site or SiteSettings.load()).contact_email
    return f"mailto:{quote(address, safe='@')}" if address else ""


@for_all()
@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Return the file; raises Http404 while there is no contact, which the admin's first page tells."""
    whom = contact()
    if not whom:
        raise Http404
    today = timezone.now().astimezone(UTC).date()
    deadlines.holds_until(datetime.combine(today + timedelta(days=1), time(), UTC))
    until = datetime.combine(today + HOLDS, time())
    lines = [
        f"Contact: {whom}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {settings.SITE_URL}{reverse('security-txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def nobody_is_named(request: HttpRequest) -> Notice | None:
    """Return the notice that there is no contact, for those who may enter one."""
    if not request.user.has_perm("sitesettings.change_sitesettings") or contact(
        SiteSettings.for_request(request)
    ):
        return None
    text = _("Nobody can tell you of a security hole: enter a contact address in the site settings.")
    return Notice(text, reverse("admin:sitesettings_sitesettings_changelist"))
