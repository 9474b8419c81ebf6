"""The admin as editors meet it: the site's name, their own order, and a strict content policy."""

from functools import wraps

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

POLICY = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# Apps and models in the order of an editor's day; what is not named follows by name.
APP_ORDER = ["articles", "newsletter", "inquiries", "sitesettings", "auth"]
MODEL_ORDER = ["Article", "Page", "Resource", "Image", "Callout", "Country", "Topic", "FormerAddress"]


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with our site in the place of the stock one."""

    default_site = "newsroom.adminsite.NewsroomAdminSite"

    def ready(self):
        super().ready()
        from newsroom import staff  # noqa: F401 - registers the accounts once the stock admins are there


def private(view):
    """Return the view with the headers of the admin: its content policy unless it chose its own, no caching."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if not hasattr(response, "_csp_config"):
            response._csp_config = POLICY
        add_never_cache_headers(response)
        # Under the public 'no-referrer' browsers post forms with 'Origin: null', which the CSRF check refuses.
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    return inner


def _site_settings():
    return apps.get_model("sitesettings", "SiteSettings").load()


def _place(order, name):
    return (order.index(name), "") if name in order else (len(order), name)


class NewsroomAdminSite(AdminSite):
    """The admin under the site's own name."""

    index_title = _("Newsroom")

    def admin_view(self, view, cacheable=False):
        return private(super().admin_view(view, cacheable))

    def login(self, request, extra_context=None):
        return private(super().login)(request, extra_context)

    def each_context(self, request):
        """Add the name that editors gave the site, read when a template first shows it."""
        name = SimpleLazyObject(lambda: _site_settings().name)
        return super().each_context(request) | {"site_title": name, "site_header": name}

    def get_app_list(self, request, app_label=None):
        """Return the apps and their models in the order of an editor's day."""
        found = sorted(
            super().get_app_list(request, app_label), key=lambda app: _place(APP_ORDER, app["app_label"])
        )
        for app in found:
            app["models"].sort(key=lambda model: _place(MODEL_ORDER, model["object_name"]))
        return found
