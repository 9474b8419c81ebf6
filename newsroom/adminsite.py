"""The admin site: Django's own, under the site's name and a policy of its own."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

POLICY = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
ORDER = ["articles", "newsletter", "inquiries", "sitesettings", "auth"]


class NewsroomAdminConfig(AdminConfig):
    """Installs the site below as the admin."""

    default_site = "newsroom.adminsite.NewsroomAdminSite"


def with_admin_policy(view):
    """Return the view with the admin's policy, and no-store, on each answer that sets none itself."""
    from functools import wraps

    @wraps(view)
    def guarded(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if not hasattr(response, "_csp_config"):
            response._csp_config = POLICY
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return guarded


class NewsroomAdminSite(AdminSite):
    """Django's admin, branded with the site's name."""

    index_title = _("Editing")
    enable_nav_sidebar = True

    def each_context(self, request):
        """Add the site's own name to what every admin page shows."""
        from newsroom.sitesettings.models import SiteSettings

        name = SiteSettings.load().name
        return super().each_context(request) | {"site_title": name, "site_header": name}

    def get_urls(self):
        """Wrap every view, the sign-in page included, with the admin's policy."""
        urls = super().get_urls()
        _wrap(urls)
        return urls

    def get_app_list(self, request, app_label=None):
        """Return the apps in the order of an editor's day."""
        apps = super().get_app_list(request, app_label)
        return sorted(
            apps, key=lambda app: ORDER.index(app["app_label"]) if app["app_label"] in ORDER else len(ORDER)
        )


def _wrap(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            _wrap(pattern.url_patterns)
        elif getattr(pattern, "callback", None):
            pattern.callback = with_admin_policy(pattern.callback)
