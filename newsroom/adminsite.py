"""The admin as editors meet it: the site's name, their own order, and a strict content policy."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

import newsroom
from newsroom.editing.heldrows import HoldsItsRow, says_what_is_gone
from newsroom.editing.notices import notices_for
from newsroom.guard import devices, signin
from newsroom.guard.staffpages import private

# Apps and models in the order of an editor's day; what is not named follows by name.
APP_ORDER = ["articles", "pictures", "newsletter", "inquiries", "search", "sitesettings", "auth"]
MODEL_ORDER = [
    "Article",
    "Page",
    "Resource",
    "Image",
    "Callout",
    "Country",
    "Hotline",
    "Topic",
    "Link",
    "FormerAddress",
    "Issue",
    "Subscriber",
    "Import",
    "Export",
    "Suppression",
]


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with our site in the place of the stock one."""

    default_site = "newsroom.adminsite.NewsroomAdminSite"

    def ready(self) -> None:
        super().ready()
        from newsroom import staff  # noqa: F401 - registers the accounts once the stock admins are there


def _site_settings():
    return apps.get_model("sitesettings", "SiteSettings").load()


def _place(order, name: str):
    return (order.index(name), "") if name in order else (len(order), name)


# What the filters of lists ask. A regular expression of somebody else's would run in our process, for ever if it is
# made so, and hold all its threads.
PLAIN_LOOKUPS = {"exact", "in", "isnull", "isempty", "gt", "gte", "lt", "lte", "year", "month", "day"}


class ConcreteReferences:
    """Bears a made-up ?_to_field=, where Django 6.1 breaks off with a 500: an empty one, or a reverse relation.

    Lists are filtered by plain comparisons alone.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether a list may be filtered so by its address."""
        _field, separator, last = lookup.rpartition("__")
        allowed = super().lookup_allowed  # type: ignore[misc]  # of ModelAdmin
        return (not separator or last in PLAIN_LOOKUPS) and allowed(lookup, value, request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Return whether rows may be referred to by this field: it has to be a column of theirs."""
        columns = {field.name for field in self.opts.concrete_fields}  # type: ignore[attr-defined]  # of ModelAdmin
        allowed = super().to_field_allowed  # type: ignore[misc]  # of ModelAdmin
        return to_field in columns and allowed(request, to_field)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row; an empty ?_to_field= names its key, as a missing one does."""
        return super().get_object(request, object_id, from_field or None)  # type: ignore[misc]  # of ModelAdmin


class NewsroomAdminSite(AdminSite):
    """The admin under the site's own name."""

    index_title = _("Newsroom")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add what is our own, and put our 'view on site' in the place of Django's, which asks nobody who asks."""
        from newsroom import clockpage, sessions  # they need the models, which are loaded after this module

        everywhere = self.admin_view(sessions.sign_out_everywhere)
        on_site = self.admin_view(self.view_on_site)
        return [
            path("sign-out-everywhere/", everywhere, name="sign_out_everywhere"),
            path("clock/", self.admin_view(clockpage.clock_page), name="clock"),
            path("r/<int:content_type_id>/<path:object_id>/", on_site, name="view_on_site"),
            *(pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"),
        ]

    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any
    ) -> None:
        """Register models with an admin that can be asked for any field, and whose forms hold their row."""
        admin_class = admin_class or ModelAdmin
        guarded = type(admin_class.__name__, (ConcreteReferences, HoldsItsRow, admin_class), {})
        super().register(model_or_iterable, guarded, **options)

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Lead from a row to its page, for whoever sees the row in the admin; others learn nothing of it."""
        kind = apps.get_model("contenttypes", "ContentType").objects.filter(pk=content_type_id).first()
        model_admin = self._registry.get(kind.model_class()) if kind else None
        row = model_admin and model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_permission(request, row):
            raise Http404
        if not hasattr(row, "get_absolute_url"):
            raise Http404
        return HttpResponseRedirect(row.get_absolute_url())

    def admin_view(self, view, cacheable=False):
        return private(says_what_is_gone(super().admin_view(view, cacheable)))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        """Sign in, and know the browser from then on."""
        response = private(super().login)(request, extra_context)
        if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
            devices.remember(request, response, request.user.get_username())
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        """Change one's password; who guesses the old one in a session left open is stopped like anybody else."""
        username = request.user.get_username()
        if request.method == "POST" and signin.is_locked(request, username):
            return signin.locked_out(request, credentials={"username": username})
        from newsroom.passwords import (
            AccountChanged,
        )  # it needs the models, which are loaded after this module

        try:
            response = super().password_change(request, extra_context)
        except AccountChanged:
            messages.error(
                request, _("Your account was changed at the same moment: nothing was stored. Try again.")
            )
            return HttpResponseRedirect(reverse("admin:password_change"))
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and form.has_error("old_password", "password_incorrect"):
            signin.count_failure(request, username)
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        """Show first what waits for the person who signed in."""
        return super().index(request, {"notices": notices_for(request)} | (extra_context or {}))

    def each_context(self, request: HttpRequest):
        """Add the version, and the name that editors gave the site, read when a template first shows it."""
        name = SimpleLazyObject(lambda: _site_settings().name)
        named = {"site_title": name, "site_header": name, "version": newsroom.__version__}
        return super().each_context(request) | named

    def get_app_list(self, request: HttpRequest, app_label=None):
        """Return the apps and their models in the order of an editor's day."""
        found = sorted(
            super().get_app_list(request, app_label), key=lambda app: _place(APP_ORDER, app["app_label"])
        )
        for app in found:
            app["models"].sort(key=lambda model: _place(MODEL_ORDER, model["object_name"]))
        return found
