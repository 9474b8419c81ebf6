"""The admin of the readers: managers look them up, unsubscribe or erase them, but never add or edit them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from newsletter.readers import addresses, tables
from newsletter.readers.models.lists import Export
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsroom.editing.modeladmin import LookOnlyAdmin
from newsroom.guard.staffpages import signed_in

EVERYWHERE = [admin.ActionLocation.CHANGE_LIST, admin.ActionLocation.CHANGE_FORM]


class LookOnly(LookOnlyAdmin):
    """A list of rows that only the software writes, without counts beside its filters."""

    show_facets = admin.ShowFacets.NEVER
    actions: Sequence[str] | None = None


class PausedFilter(admin.SimpleListFilter):
    """Filters the readers who pause today."""

    title = gettext_lazy("pause")
    parameter_name = "paused"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", _("pausing now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        return queryset.filter(paused_until__gt=timezone.localdate()) if self.value() == "yes" else queryset


@admin.register(Subscriber)
class SubscriberAdmin(LookOnly):
    """Readers."""

    list_display = ["address", "state", "state_changed_at", "interests", "paused_until"]
    list_filter = ["state", PausedFilter, "countries", "topics"]
    list_per_page = 50
    search_fields = ["address", "address_key"]
    search_help_text = gettext_lazy("Part of a mail address")
    actions = ["unsubscribe", "erase"]
    fieldsets = [
        (None, {"fields": ["address", "state", "state_changed_at", "paused_until"]}),
        (gettext_lazy("Interests"), {"fields": ["countries", "topics", "language"]}),
        (gettext_lazy("Consent"), {"fields": ["created_at", "confirmed_at", "evidence"]}),
    ]
    readonly_fields = ["evidence"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        readers = super().get_queryset(request)
        return readers.select_related("came_by").prefetch_related("countries", "topics")

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the export."""
        export = path(
            "export/", self.admin_site.admin_view(require_POST(self.export)), name="newsletter_export"
        )
        return [export, *super().get_urls()]

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.change_subscriber")

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.erase_subscriber")

    @admin.display(description=gettext_lazy("interests"))
    def interests(self, reader: Subscriber) -> str:
        return ", ".join(str(subject) for subject in [*reader.countries.all(), *reader.topics.all()])

    @admin.display(description=gettext_lazy("how the reader agreed"))
    def evidence(self, reader: Subscriber) -> str:
        if reader.came_by:
            return _("Imported with “%(file)s” on %(day)s. Statement: %(consent)s") % {
                "file": reader.came_by.file_name,
                "day": timezone.localtime(reader.came_by.created_at).date().isoformat(),
                "consent": reader.came_by.consent,
            }
        if reader.confirmed_at:
            return _("By the button behind the link that was mailed to the address.")
        return _("Not yet.")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the button of the export to those who may export."""
        may_export = request.user.has_perm("newsletter.export_list")
        return super().changelist_view(request, (extra_context or {}) | {"may_export": may_export})

    @admin.action(
        description=gettext_lazy("Unsubscribe"),
        description_plural=gettext_lazy("Unsubscribe"),
        permissions=["unsubscribe"],
        location=EVERYWHERE,
    )
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """Unsubscribe readers who asked for it by letter or telephone."""
        done: list[Subscriber] = []
        for reader in queryset:
            with suppress(Subscriber.DoesNotExist):  # it was erased meanwhile
                done += [reader] if reader.unsubscribe() else []
        for reader in done:
            self.log_change(request, reader, _("Unsubscribed by the staff."))
        self.message_user(
            request,
            ngettext("%(count)s reader was unsubscribed.", "%(count)s readers were unsubscribed.", len(done))
            % {"count": len(done)},
            messages.SUCCESS,
        )

    @admin.action(
        description=gettext_lazy("Erase…"),
        description_plural=gettext_lazy("Erase…"),
        permissions=["erase"],
        location=EVERYWHERE,
    )
    def erase(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse | None:
        """Ask, and then erase these readers."""
        if "erase" not in request.POST:
            return self._ask_to_erase(request, queryset)
        readers = list(queryset)
        self.log_deletions(request, queryset)
        for reader in readers:
            reader.erase()
        self.message_user(
            request,
            ngettext("%(count)s reader was erased.", "%(count)s readers were erased.", len(readers))
            % {"count": len(readers)},
            messages.SUCCESS,
        )
        return None

    def _ask_to_erase(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Erase readers"),
            "opts": self.opts,
            "readers": queryset,
        }
        return TemplateResponse(request, "admin/newsletter/subscriber/erase.html", context)

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """Download all readers as CSV, and store who did it."""
        user = signed_in(request)
        if not user.has_perm("newsletter.export_list"):
            raise PermissionDenied
        readers = Subscriber.objects.all()
        Export.objects.create(created_by=user, created_by_name=user.get_username(), readers=readers.count())
        response = StreamingHttpResponse(tables.written(readers), content_type="text/csv; charset=utf-8")
        name = f"subscribers-{timezone.localdate():%Y-%m-%d}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


@admin.register(Suppression)
class SuppressionAdmin(LookOnly):
    """Suppressed addresses: nobody can read them, but a whole address can be looked up."""

    list_display = ["created_at", "reason"]
    list_display_links = None
    list_filter = ["reason"]
    search_fields = ["address_hash"]
    search_help_text = gettext_lazy("A whole mail address: is it suppressed?")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        """Return the suppressions of a whole address."""
        if not search_term:
            return queryset, False
        try:
            key = addresses.key_of(addresses.cleaned(search_term))
        except ValidationError:
            return queryset.none(), False
        return queryset & Suppression.objects.of(key), False


@admin.register(Export)
class ExportAdmin(LookOnly):
    """Who exported the list of readers, and when."""

    list_display = ["created_at", "created_by_name", "readers"]
    list_display_links = None
