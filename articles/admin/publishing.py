"""The admin of what is published: anybody who may write saves drafts, those with the permission publish them."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.publishing import Publishable
from newsroom.richtext.renderings import rendered

from .base import EditorPageAdmin

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.utils.safestring import SafeString
    from django_stubs_ext import FieldsetSpec


class StateFilter(admin.SimpleListFilter):
    """The states, with scheduled pieces apart from those that are public."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("draft", _("draft")),
            ("published", _("published")),
            ("scheduled", _("scheduled")),
            ("withdrawn", _("unpublished")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Publishable]) -> QuerySet[Publishable]:
        now = timezone.now()
        if self.value() == "scheduled":
            return queryset.filter(state="published", published_at__gt=now)
        if self.value() == "published":
            return queryset.filter(state="published", published_at__lte=now)
        return queryset.filter(state=self.value()) if self.value() else queryset


class PublishableAdmin(EditorPageAdmin):
    """A ModelAdmin with buttons to save, publish and unpublish; the last two need a permission."""

    publish_permission: str  # 'app.codename'
    shown_instead = MappingProxyType({"body_html": "body_shown"})  # field to what those who may only look see
    guarded_fields = MappingProxyType({"state": ""})
    save_on_top = False
    show_facets = admin.ShowFacets.NEVER

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.publish_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Publishable | None = None) -> bool:
        """Return whether it can be deleted: what is published has to be unpublished first."""
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.state != obj.State.PUBLISHED
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Publishable | None = None) -> list[str]:
        readonly = [*super().get_readonly_fields(request, obj), "body_shown"]
        return readonly if self.may_publish(request) else [*readonly, "published_at"]

    def get_fieldsets(self, request: HttpRequest, obj: Publishable | None = None) -> "FieldsetSpec":
        """Return the fieldsets, for those who may only look with what `shown_instead` names."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**options, "fields": [self.shown_instead.get(str(f), f) for f in options["fields"]]})
            for name, options in fieldsets
        ]

    @admin.display(description=gettext_lazy("text"))
    def body_shown(self, obj: Any) -> "SafeString":  # Any: of whichever model with a body_html
        return rendered(obj.body_html)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj: Publishable) -> "SafeString":
        name = "scheduled" if obj.is_scheduled else obj.state
        label = _("scheduled") if obj.is_scheduled else obj.get_state_display()
        return format_html('<span class="state state-{}">{}</span>', name, label)

    @admin.display(description=gettext_lazy("published"), ordering="published_at")
    def published(self, obj: Publishable) -> str:
        return (
            date_format(timezone.localtime(obj.published_at), "SHORT_DATETIME_FORMAT")
            if obj.published_at
            else ""
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],  # Any: a template's context
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Publishable | None = None,
    ) -> HttpResponse:
        """Pass the template what the buttons may do, and no link to a page that visitors can't see."""
        context["workflow"] = {
            "published": obj is not None and obj.state == obj.State.PUBLISHED,
            "may_publish": self.may_publish(request),
            "state": self.state_label(obj) if obj else "",
        }
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if obj and not obj.is_public and isinstance(response, TemplateResponse) and response.context_data:
            response.context_data["has_absolute_url"] = False
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        """Show or save the form; raises PermissionDenied where somebody publishes who may not."""
        if {"_publish", "_withdraw"} & request.POST.keys() and not self.may_publish(request):
            raise PermissionDenied
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Publishable, form: "ModelForm", change: bool) -> None:
        if "_publish" in request.POST:
            obj.publish()
        elif "_withdraw" in request.POST:
            stored = self.model._default_manager.filter(
                pk=obj.pk
            ).first()  # the form may have emptied the time
            # _outcome() reads it: Django hands over nothing else from here to there that mypy knows.
            request.was_scheduled = stored is not None and stored.is_scheduled  # type: ignore[attr-defined]
            obj.withdraw()
        elif obj.state == obj.State.PUBLISHED and obj.published_at is None:
            obj.published_at = timezone.now()  # 'Empty: now', as the field says
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Publishable, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._back_to_the_text(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        return self._back_to_the_text(request, obj) or super().response_change(request, obj)

    def _back_to_the_text(self, request: HttpRequest, obj: Publishable) -> HttpResponseRedirect | None:
        """Say what happened, and redirect to the form; None where Django's own redirect was asked for."""
        if {"_popup", "_addanother"} & request.POST.keys():
            return None
        self.message_user(request, self._outcome(request, obj), messages.SUCCESS)
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(obj.pk)])
        return HttpResponseRedirect(url)

    def _outcome(self, request: HttpRequest, obj: Publishable) -> str:
        link = format_html('<a href="{0}">{0}</a>', obj.get_absolute_url())
        if "_withdraw" in request.POST:
            if not getattr(request, "was_scheduled", False):
                return _("Unpublished. Visitors can't read it any more.")
            if obj.state == obj.State.DRAFT:
                return _("It is a draft again and won’t be published by itself. No visitor has read it.")
            return _("Unpublished. It won’t come back at its time.")
        if obj.is_scheduled:
            when = date_format(timezone.localtime(obj.published_at), "DATETIME_FORMAT")
            return _("Scheduled. Visitors can read it from %(when)s.") % {"when": when}
        if "_publish" in request.POST:
            return format_html(_("Published. See it at {}."), link)
        if obj.state == obj.State.PUBLISHED:
            return format_html(_("Saved, and on the site now: {}."), link)
        return _("Draft saved.")
