"""The admin site: under the site's name, in the order of an editor's day, with our own sign-in and headers."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

import newsroom
from newsroom.adminpages import worknav
from newsroom.editing.heldrows import HoldsItsRow, says_what_is_gone
from newsroom.editing.kept import keeps_what_was_typed
from newsroom.editing.leading import leads_scripts
from newsroom.editing.notices import notices_for
from newsroom.editing.refusals import says_why
from newsroom.editing.sections import sections_for
from newsroom.guard.staffpages import private
from newsroom.offers import offered
from newsroom.signin import attempts

if TYPE_CHECKING:
    from newsroom.sitesettings.models import SiteSettings

# Apps and models in the order of an editor's day; the others follow by name.
APP_ORDER = ["articles", "pictures", "newsletter", "inquiries", "search", "sitesettings", "auth"]
MODEL_ORDER = [
    "Article",
    "Page",
    "Resource",
    "Image",
    "FrontStory",
    "ReturningPiece",
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
    """Django's admin app with our admin site as the default."""

    default_site = "newsroom.adminsite.NewsroomAdminSite"

    def ready(self) -> None:
        super().ready()
        from newsroom.accounts import staff  # noqa: F401 - registers the accounts, once the stock admins are there


def _site_settings(request: HttpRequest) -> "SiteSettings":
    settings: SiteSettings = apps.get_model("sitesettings", "SiteSettings").for_request(request)
    return settings


def _place(order: Sequence[str], name: str) -> tuple[int, str]:
    """Return the sort key of a name: its place in the order, else by name after it."""
    return (order.index(name), "") if name in order else (len(order), name)


# The lookups of the filters of lists. A regular expression in a URL could run for ever and occupy all threads.
PLAIN_LOOKUPS = {"exact", "in", "isnull", "isempty", "gt", "gte", "lt", "lte", "year", "month", "day"}


class ConcreteReferences(ModelAdmin):
    """Restricts URL parameters: _to_field to columns, filters of lists to PLAIN_LOOKUPS.

    Django 6.1 answers 500 to an empty _to_field, and to one that names a reverse relation.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Return whether a list may be filtered by this parameter of its URL."""
        _field, separator, last = lookup.rpartition("__")
        return (not separator or last in PLAIN_LOOKUPS) and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Return whether _to_field may name this field: it has to be a column."""
        columns = {field.name for field in self.opts.concrete_fields}
        return to_field in columns and super().to_field_allowed(request, to_field)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Return the row; an empty _to_field means the primary key, as a missing one does."""
        return super().get_object(request, object_id, from_field or None)


class NewsroomAdminSite(AdminSite):
    """The admin site under the name that editors gave the site."""

    index_title = _("Newsroom")
    enable_nav_sidebar = False  # in its place stands what worknav.py makes

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add our own pages, and replace Django's 'view on site', which checks no permission."""
        # They import models, which are loaded after this module.
        from newsroom.adminpages import clockpage, findpage, ownpages, resumepage
        from newsroom.signin import sessions, using
        from newsroom.signin.secondfactor import factorpage
        from newsroom.versions.review import wishes

        everywhere = self.admin_view(sessions.sign_out_everywhere)
        on_site = self.admin_view(self.view_on_site)
        return [
            path("sign-out-everywhere/", everywhere, name="sign_out_everywhere"),
            path("second-factor/", self.admin_view(factorpage.factor_page), name="second_factor"),
            path("end-session/", self.admin_view(using.end_session), name="end_session"),
            path("find/", self.admin_view(findpage.find_page), name="find"),
            path("find/pages/", self.admin_view(ownpages.own_pages), name="find_pages"),
            path("clock/", self.admin_view(clockpage.clock_page), name="clock"),
            path("mail/", self.admin_view(wishes.mail_page), name="review_mail"),
            path("resume/", self.admin_view(resumepage.resume_page), name="resume"),
            path("r/<int:content_type_id>/<path:object_id>/", on_site, name="view_on_site"),
            *(pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"),
        ]

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Register models with an admin class that also has ConcreteReferences, HoldsItsRow and KeepsUnsaved."""
        # They import models, which are loaded after this module.
        from newsroom.unsaved.admin import KeepsUnsaved
        from newsroom.versions.trash.modeladmin import GoesToTrash

        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        admin_class = admin_class or ModelAdmin
        bases: tuple[type, ...] = (ConcreteReferences, HoldsItsRow, KeepsUnsaved, admin_class)
        if set(models) & set(offered("trashed")):
            bases = (GoesToTrash, *bases)
        super().register(models, type(admin_class.__name__, bases, {}), **options)

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Redirect from a row to its page; raises Http404 for those who may not view the row in the admin."""
        found = apps.get_model("contenttypes", "ContentType").objects.filter(pk=content_type_id).first()
        model = found.model_class() if found else None
        model_admin = self._registry.get(model) if model else None
        row = model_admin.get_object(request, object_id) if model_admin else None
        if model_admin is None or row is None or not model_admin.has_view_permission(request, row):
            raise Http404
        if not hasattr(row, "get_absolute_url"):
            raise Http404
        return HttpResponseRedirect(row.get_absolute_url())

    # Any, as Django's own: the view that comes back takes what the given one takes.
    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view for staff: headers of the admin, nothing typed is lost, a page for a row that was deleted."""
        from newsroom.signin.using import notes_use  # it imports models, which are loaded after this module

        inner = notes_use(says_what_is_gone(super().admin_view(view, cacheable)))
        return private(leads_scripts(says_why(keeps_what_was_typed(inner))))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in by password and second factor, and make the browser a known one."""
        # They import models, which are loaded after this module.
        from newsroom.signin import arrivals
        from newsroom.signin.signinform import SignInForm

        self.login_form = SignInForm
        return arrivals.after(request, private(super().login)(request, extra_context))

    # A locked account gets a plain response, where Django always has a template response.
    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change one's password; guesses of the old one count towards the limits of signing in."""
        username = request.user.get_username()
        if request.method == "POST" and attempts.is_locked(request, username):
            return attempts.locked_out(request, credentials={"username": username})
        # It imports models, which are loaded after this module.
        from newsroom.signin.passwords import AccountChanged

        try:
            response = super().password_change(request, extra_context)
        except AccountChanged:
            messages.error(
                request, _("Your account was changed at the same moment: nothing was stored. Try again.")
            )
            return HttpResponseRedirect(reverse("admin:password_change"))
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and form.has_error("old_password", "password_incorrect"):
            attempts.count_failure(request, username)
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the notices for the signed-in person first."""
        # It reads what apps offer, which are loaded after this module.
        from newsroom.adminpages import firstpage

        state = firstpage.state_for(request.user)
        told = {one.condition.name for one in state.rows} if state else ()
        shown = {
            "state": state,
            "notices": notices_for(request, told),
            "sections": sections_for(request),
            "last_backup": firstpage.last_backup(state),
            "may_have_mail": request.user.has_perm("articles.change_article"),
        }
        return super().index(request, shown | (extra_context or {}))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the version, the navigation, and the name of the site, read when a template first uses it."""
        name = SimpleLazyObject(lambda: _site_settings(request).name)
        context = super().each_context(request)
        context |= {"site_title": name, "site_header": name, "version": newsroom.__version__}
        if context["has_permission"]:
            context["works"] = worknav.works(context["available_apps"], request.path)
            context["beginnings"] = worknav.beginnings(context["works"])
            context["list_place"] = worknav.here(context["works"])
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the apps and their models in the order of an editor's day."""
        found = sorted(
            super().get_app_list(request, app_label), key=lambda app: _place(APP_ORDER, app["app_label"])
        )
        for app in found:
            app["models"].sort(key=lambda model: _place(MODEL_ORDER, model["object_name"]))
        return found
