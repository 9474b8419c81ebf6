"""The admin of what is published: anybody who may write saves drafts, those with the permission publish them."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.publishing import Publishable, expired
from newsroom.richtext.renderings import rendered
from newsroom.versions.lastchanges import ListsLastChanges
from newsroom.versions.models import Version
from newsroom.versions.review.admin import Reviewed, label_of
from newsroom.versions.review.models import Review
from newsroom.versions.workingcopies import draftforms

from .base import EditorPageAdmin
from .duplicating import Duplicates
from .timing import SCHEDULE, SetsTimes
from .timing import outcome as times_of
from .unpublishing import Unpublishes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import ModelForm
    from django.utils.safestring import SafeString
    from django_stubs_ext import FieldsetSpec


MOST_NAMES = 5  # in a message


class StateFilter(admin.SimpleListFilter):
    """The states, with scheduled pieces apart from those that are public."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("draft", _("draft")),
            ("published", _("published")),
            ("scheduled", _("scheduled")),
            ("ended", _("ended")),
            ("withdrawn", _("unpublished")),
            *((f"review-{state}", str(state.label)) for state in Review.State),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Publishable]) -> QuerySet[Publishable]:
        now = timezone.now()
        if self.value() == "scheduled":
            return queryset.filter(state="published", published_at__gt=now)
        if self.value() == "ended":
            return queryset.filter(state="published", published_at__lte=now, expires_at__lte=now)
        if (self.value() or "").startswith("review-"):
            state = str(self.value()).removeprefix("review-")
            reviews = Review.objects.filter(model=queryset.model._meta.label_lower, state=state)
            return queryset.filter(pk__in=reviews.values("object_id"))
        if self.value() == "published":
            ended = expired(queryset.model, now).values("pk")
            return queryset.filter(state="published", published_at__lte=now).exclude(pk__in=ended)
        return queryset.filter(state=self.value()) if self.value() else queryset


class PublishableAdmin(Duplicates, Unpublishes, SetsTimes, Reviewed, ListsLastChanges, EditorPageAdmin):
    """A ModelAdmin with buttons to save and publish, and pages to unpublish and to set times, for those who may."""

    shown_instead = MappingProxyType({"body_html": "body_shown"})  # field to what those who may only look see
    guarded_fields = MappingProxyType({"state": ""})
    save_on_top = False
    show_facets = admin.ShowFacets.NEVER
    actions: tuple[str, ...] = ("delete_selected",)

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.publish_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Publishable | None = None) -> bool:
        """Return whether it can be deleted: what is published has to be unpublished first."""
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.state != obj.State.PUBLISHED
        )

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        """Ask, then delete; of what is published, say to those who may delete what has to be done first."""
        obj = self.get_object(request, unquote(object_id))
        may_delete = super().has_delete_permission(request, obj)
        if isinstance(obj, Publishable) and may_delete and obj.state == obj.State.PUBLISHED:
            told = _("It is not deleted: it is or will be public. Unpublish it first.")
            self.message_user(request, told, messages.WARNING)
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(page, args=[quote(obj.pk)]))
        return super().delete_view(request, object_id, extra_context)

    @admin.action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Publishable]) -> HttpResponse | None:
        """Delete several as Django does; of published ones it would say that the account lacks a permission."""
        public = queryset.filter(state=self.model.State.PUBLISHED)
        if not public:
            return delete_selected(self, request, queryset)
        names = ", ".join(f"“{one}”" for one in public[:MOST_NAMES]) + (
            "…" if public.count() > MOST_NAMES else ""
        )
        told = _(
            "Nothing was deleted: %(names)s is or will be public. Unpublish first what you want to delete."
        )
        self.message_user(request, told % {"names": names}, messages.ERROR)
        return None

    def guards(self, request: HttpRequest) -> "Mapping[str, str]":
        """Compare the state for those alone who set it: what others save of a public piece waits beside it."""
        guarded = super().guards(request)
        if self.may_publish(request):
            return guarded
        return {name: field for name, field in guarded.items() if name != "state"}

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
        name, label = obj.state, obj.get_state_display()
        if obj.is_scheduled:
            name, label = "scheduled", _("scheduled")
        elif obj.has_expired and obj.state == obj.State.PUBLISHED:
            name, label = "withdrawn", _("ended") if obj.is_gone else _("archived")
        return format_html('<span class="state state-{}">{}</span> {}', name, label, label_of(obj))

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
            "has_been_published": obj is not None and obj.state != obj.State.DRAFT,
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
        if {"_publish", SCHEDULE} & request.POST.keys() and not self.may_publish(request):
            raise PermissionDenied
        return super().changeform_view(request, object_id, form_url, extra_context)

    def keeps_what_is_sent(self, request: HttpRequest, row: Model, copy: Version | None) -> bool:
        """Return whether a form is to wait: also that of somebody who may not publish what is public or was so."""
        is_draft = isinstance(row, Publishable) and row.state == row.State.DRAFT
        return super().keeps_what_is_sent(request, row, copy) or not (is_draft or self.may_publish(request))

    def save_model(self, request: HttpRequest, obj: Publishable, form: "ModelForm", change: bool) -> None:
        if "_publish" in request.POST:
            obj.publish()
        elif obj.state == obj.State.PUBLISHED and obj.published_at is None:
            obj.published_at = timezone.now()  # 'Empty: now', as the field says
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Publishable, post_url_continue: str | None = None
    ) -> HttpResponse:
        way = self.on_to_review(request, obj) or self._back_to_the_text(request, obj)
        return way or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        way = self.on_to_review(request, obj) or self._back_to_the_text(request, obj)
        return way or super().response_change(request, obj)

    def _back_to_the_text(self, request: HttpRequest, obj: Publishable) -> HttpResponseRedirect | None:
        """Say what happened, and redirect to the form; None where that is done elsewhere."""
        if {"_popup", "_addanother"} & request.POST.keys():
            return None
        if draftforms.is_kept(request):
            return None
        self.message_user(request, self._outcome(request, obj), messages.SUCCESS)
        page = "times" if SCHEDULE in request.POST else "change"
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[quote(obj.pk)])
        return HttpResponseRedirect(url)

    def _outcome(self, request: HttpRequest, obj: Publishable) -> str:
        link = format_html('<a href="{0}">{0}</a>', obj.get_absolute_url())
        if obj.is_scheduled:
            return times_of(obj)
        if "_publish" in request.POST:
            return format_html(_("Published. See it at {}."), link)
        if obj.state == obj.State.PUBLISHED:
            return format_html(_("Saved, and on the site now: {}."), link)
        return _("Draft saved.")
