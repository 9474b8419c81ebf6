"""The admin of hotlines, with the page that records their verification."""

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles.places.models.hotline import CHECK_AGAIN_AFTER, CONTACTS, HIDE_AFTER, Hotline, HotlineQuerySet
from newsroom.alerts import telling
from newsroom.editing.modeladmin import StaffAdmin
from newsroom.editing.sentonce import new_number
from newsroom.unsaved.endpoint import Sent, for_scripts, malformed, refused

from .verification import VerificationForm, verification_form

if TYPE_CHECKING:
    from django.urls import URLPattern

LIST = "admin:articles_hotline_changelist"


def check_label(hotline: Hotline) -> SafeString:
    """Return in words how good the last check is, with its day and who did it."""
    state = hotline.check_state()
    when = f"{hotline.verified_on.isoformat()}, {hotline.verified_by}" if hotline.verified_on else ""
    return format_html('<span class="check check-{}">{}</span> {}', state.value, state.label, when)


def name_of(hotline: Hotline) -> str:
    """Return the name after that of the country, as mails to editors show it."""
    return f"{hotline.country.name}: {hotline.name}"


def removals(rows: HotlineQuerySet) -> list[telling.Change]:
    """Return the numbers that go when these hotlines are deleted, as changes for a mail to editors."""
    return telling.changes(
        [(name_of(hotline), hotline.numbers, "") for hotline in rows.select_related("country")]
    )


class CheckFilter(admin.SimpleListFilter):
    """Hotlines by how good their last check is."""

    title = gettext_lazy("verification")
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("due", _("all that has to be verified")),
            ("never", _("never verified: not shown")),
            ("marked", _("not for %(days)s days: marked") % {"days": CHECK_AGAIN_AFTER.days}),
            ("hidden", _("not for %(days)s days: not shown") % {"days": HIDE_AFTER.days}),
        ]

    # Django passes the queryset of the model that the admin is of.
    def queryset(self, request: HttpRequest, queryset: HotlineQuerySet) -> HotlineQuerySet:  # type: ignore[override]
        today = timezone.localdate()
        marked, hidden = today - CHECK_AGAIN_AFTER, today - HIDE_AFTER
        if self.value() == "due":
            return queryset.to_verify(today)
        if self.value() == "never":
            return queryset.filter(verified_on__isnull=True)
        if self.value() == "marked":
            return queryset.filter(verified_on__lte=marked, verified_on__gt=hidden)
        if self.value() == "hidden":
            return queryset.filter(verified_on__lte=hidden)
        return queryset


@cache
def known_zones() -> frozenset[str]:
    """Return the names of the time zones that this machine knows; finding them reads many files."""
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name)


class LongSelect(forms.Select):
    """A select with hundreds of options, rendered at once: Django would render two templates for each."""

    def render(
        self, name: str, value: object, attrs: dict[str, object] | None = None, renderer: object = None
    ) -> SafeString:
        """Return the element with its options as Django would write them."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], flatatt(option["attrs"]), option["label"])
                for _group, options, _index in widget["optgroups"]
                for option in options
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), options)


class HotlineForm(forms.ModelForm):
    """Offers the time zones that this machine knows."""

    class Meta:
        model = Hotline
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            names = known_zones() | {self.instance.time_zone} - {""}
            self.fields["time_zone"].widget = LongSelect(
                choices=[("", "---------"), *((name, name) for name in sorted(names))]
            )


@admin.register(Hotline)
class HotlineAdmin(StaffAdmin):
    """Emergency numbers, hotlines and organisations."""

    form = HotlineForm
    list_display = ["name", "country", "verification", "verify_link", "numbers_shown"]
    list_filter = [CheckFilter, "kind", "country"]
    list_select_related = ["country"]
    ordering = [F("verified_on").asc(nulls_first=True), "pk"]
    search_fields = ["name", "operator", "country__name", *CONTACTS]
    autocomplete_fields = ["country"]
    readonly_fields = ["verification", "verify_link"]
    show_facets = admin.ShowFacets.NEVER
    fieldsets = [
        (None, {"fields": ["country", "kind", "name", "operator", "order", ("verification", "verify_link")]}),
        (
            gettext_lazy("How it is reached"),
            {
                "fields": [*CONTACTS],
                "description": gettext_lazy(
                    "A number or an address that you change leaves the site until it is verified, "
                    "and every editor gets a mail."
                ),
            },
        ),
        (gettext_lazy("When, and in which languages"), {"fields": ["hours", "time_zone", "languages"]}),
        (
            gettext_lazy("What a caller should know"),
            {"fields": ["cost", "confidential", "run_by_police", "without_papers", "note"]},
        ),
    ]

    @admin.display(description=gettext_lazy("numbers and address"))
    def numbers_shown(self, hotline: Hotline) -> str:
        return hotline.numbers

    @admin.display(description=gettext_lazy("verification"), ordering="verified_on")
    def verification(self, hotline: Hotline) -> SafeString:
        return check_label(hotline)

    @admin.display(description=gettext_lazy("next step"))
    def verify_link(self, hotline: Hotline) -> SafeString | str:
        if hotline.pk is None:
            return ""
        url = reverse("admin:articles_hotline_verify", args=[hotline.pk])
        return format_html('<a href="{}">{}</a>', url, _("Verify"))

    def get_list_display(
        self, request: HttpRequest
    ) -> list[Any]:  # Any: names, or functions as Django allows
        may_change = self.has_change_permission(request)
        return [name for name in self.list_display if may_change or name != "verify_link"]

    def get_urls(self) -> "list[URLPattern]":
        verify = self.admin_site.admin_view(self.verify)
        discard = self.admin_site.admin_view(require_POST(self.discard_verification))
        return [
            path("<int:pk>/verify/", verify, name="articles_hotline_verify"),
            path("<int:pk>/verify/unsaved/", for_scripts(self.keep_verification)),
            path("<int:pk>/verify/unsaved/discard/", discard),
            *super().get_urls(),
        ]

    def keep_verification(self, request: HttpRequest, sent: Sent | None, pk: int) -> HttpResponse:
        """Keep what is typed about a verification."""
        if not self.has_change_permission(request):
            return refused()
        return verification_form(request, pk).keep(sent) if sent else malformed()

    def discard_verification(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete what was typed about a verification."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return verification_form(request, pk).discard()

    @method_decorator(transaction.atomic)
    def verify(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record who verified a hotline, and on which day."""
        hotline = Hotline.objects.select_for_update().filter(pk=pk).first()
        if hotline is None:
            # Django's own, which its stubs leave out.
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]
        if not self.has_change_permission(request, hotline):
            raise PermissionDenied
        user = request.user
        who = (user.is_authenticated and user.get_full_name()) or user.get_username()
        initial = {"verified_by": who, "verified_on": timezone.localdate()}
        small = verification_form(request, pk)
        data = request.POST or small.taken_up()
        form = VerificationForm(data, initial=initial, hotline=hotline)
        if request.method == "POST" and form.is_valid():
            hotline.verify(form.cleaned_data["verified_by"], form.cleaned_data["verified_on"])
            hotline.save(update_fields=["verified_by", "verified_on"])
            small.saved()
            self.log_change(request, hotline, [{"changed": {"fields": [_("verified on")]}}])
            self.message_user(
                request, _("Verified: %(name)s.") % {"name": name_of(hotline)}, messages.SUCCESS
            )
            return HttpResponseRedirect(f"{reverse(LIST)}?check=due")
        context = self.admin_site.each_context(request) | {
            "title": _("Verify a hotline"),
            "hotline": hotline,
            "form": form,
            "opts": self.opts,
            "original": hotline,
            "unsaved": small.offer(),
            "once": new_number(),
        }
        return render(request, "admin/articles/hotline/verify.html", context)

    def save_model(self, request: HttpRequest, obj: Hotline, form: forms.ModelForm, change: bool) -> None:
        stored = Hotline.objects.get(pk=obj.pk) if change else Hotline()
        super().save_model(request, obj, form, change)
        found = telling.changes([
            (f"{name_of(obj)}, {field.verbose_name}", getattr(stored, field.name), getattr(obj, field.name))
            for field in self.opts.concrete_fields
            if field.name in CONTACTS
        ])  # fmt: skip
        telling.tell_editors(request.user, found)
        if obj.check_state() == Hotline.Check.NEVER:
            url = reverse("admin:articles_hotline_verify", args=[obj.pk])
            text = _("Nobody has verified this number, so visitors don't see it.")
            self.message_user(
                request,
                format_html('{} <a href="{}">{}</a>', text, url, _("Verify it now")),
                messages.WARNING,
            )

    def delete_model(self, request: HttpRequest, obj: Hotline) -> None:
        gone = removals(Hotline.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)
        telling.tell_editors(request.user, gone)

    # Django passes the queryset of the model that the admin is of.
    def delete_queryset(self, request: HttpRequest, queryset: HotlineQuerySet) -> None:  # type: ignore[override]
        with transaction.atomic():
            gone = removals(queryset)
            super().delete_queryset(request, queryset)
            telling.tell_editors(request.user, gone)
