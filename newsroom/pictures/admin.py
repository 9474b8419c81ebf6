"""The admin of the library of pictures."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.editing.mine import MineFilter
from newsroom.editing.modeladmin import ASIDE, StaffAdmin
from newsroom.pictures import ingestion
from newsroom.pictures.models import Image, ImageQuerySet
from newsroom.pictures.uses import uses_of

from .adding import ACCEPTED, AddsPictures, PictureForm
from .replacing import Replacing
from .retouching import Retouching
from .uploads import PictureEndpoints, thumbnail_of, upload_messages
from .uselists import KnowsViewer, as_list, seen

FOCAL = ("focal_x", "focal_y")
FOCAL_POINT_OF = "focal_point_of"  # the attribute of a request with the picture whose focal point has moved


class AttentionFilter(admin.SimpleListFilter):
    """Pictures that need attention."""

    title = gettext_lazy("what to look after")
    parameter_name = "attention"
    found: ClassVar[dict[str, tuple[Any, Callable[[], ImageQuerySet]]]] = {
        "words": (gettext_lazy("words are missing"), Image.objects.without_words),
        "consent": (gettext_lazy("consent is missing"), Image.objects.without_consent),
        "expired": (gettext_lazy("consent is over"), Image.objects.with_expired_consent),
        "ending": (gettext_lazy("consent ends soon"), Image.objects.with_ending_consent),
    }

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _found) in self.found.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        _label, chosen = self.found.get(self.value() or "", ("", None))
        return queryset.filter(pk__in=chosen()) if chosen else queryset


@admin.register(Image)
class ImageAdmin(KnowsViewer, AddsPictures, PictureEndpoints, Retouching, Replacing, StaffAdmin):
    """Pictures: cleaned on their way in, withdrawn for good."""

    form = PictureForm
    add_form_template = "admin/pictures/image/add_form.html"
    change_form_template = "admin/pictures/image/change_form.html"
    list_display = ["listed", "credit", "added"]
    list_filter = [AttentionFilter, MineFilter, "state", "shows_recognisable_person"]
    list_per_page = 50
    search_fields = ["alt_text", "caption", "credit"]
    readonly_fields = ["picture", "used_in", "state"]
    actions = ["withdraw"]
    show_facets = admin.ShowFacets.NEVER
    consent_fields = (
        gettext_lazy("People in the picture"),
        {
            "fields": [
                "shows_recognisable_person",
                "consent_reference",
                "consent_date",
                "consent_uses",
                "consent_expires",
            ],
            "description": gettext_lazy(
                "Where somebody can be recognised, visitors see the picture once number, date, uses and end "
                "of the consent are noted."
            ),
        },
    )

    class Media:
        js = ["js/admin-focal.js"]

    def get_urls(self) -> list[URLPattern]:
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [
            path("<int:pk>/withdraw/", withdraw, name="pictures_image_withdraw"),
            *super().get_urls(),
        ]

    def get_fieldsets(
        self, request: HttpRequest, obj: Image | None = None
    ) -> list[tuple[Any, Any]]:  # as Django's
        words = ["alt_text", "is_decorative", "caption", "credit"]
        if obj is None:
            return [(None, {"fields": ["upload", *words]}), self.consent_fields]
        return [
            (None, {"fields": ["picture", *words]}),
            (
                _("Focal point"),
                {
                    "fields": [FOCAL],
                    "description": _("Click on the picture where it matters most: crops keep that part."),
                },
            ),
            self.consent_fields,
            (_("Use"), {"classes": [ASIDE], "fields": ["state", "used_in"]}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """Return the form, without the file where the picture is stored already."""
        if obj is not None and kwargs.get("fields"):
            kwargs["fields"] = [name for name in kwargs["fields"] if name != "upload"]
        form: type[ModelForm] = super().get_form(request, obj, change=change, **kwargs)
        return form

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        """Offer only available pictures where another form chooses one."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return (
            found.filter(state=Image.State.AVAILABLE) if "field_name" in request.GET else found
        ), duplicates

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Return whether the person may change it: writers only their own, while no visitor sees them."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.has_perm("pictures.publish_image"):
            return True
        return obj.created_by_id == request.user.pk and not any(use.public_from for use in uses_of(obj))

    @admin.display(description=gettext_lazy("picture"), ordering="alt_text")
    def listed(self, image: Image) -> SafeString:
        return format_html(
            '<span class="picture-listed">{} <span>{} {}</span></span>',
            self.thumbnail(image),
            image,
            self.attention(image),
        )

    def thumbnail(self, image: Image) -> str:
        """Return a small picture beside its words, or nothing once it is withdrawn."""
        shown = thumbnail_of(image)
        if shown is None:
            return ""
        return format_html(
            '<img class="picture-thumbnail" src="{}" width="{}" height="{}" alt="" loading="lazy">',
            image.url_of(shown),
            shown["width"],
            shown["height"],
        )

    @admin.display(description=gettext_lazy("added"), ordering="created_at")
    def added(self, image: Image) -> str:
        return date_format(timezone.localtime(image.created_at), "SHORT_DATE_FORMAT")

    def attention(self, image: Image) -> SafeString:
        """Return a flag for each thing that needs attention."""
        if not image.is_available:
            return format_html('<span class="state state-withdrawn">{}</span>', image.get_state_display())
        flags = []
        if image.missing_words():
            flags.append(_("words are missing"))
        if image.lacks_consent:
            flags.append(_("consent is missing"))
        elif image.consent_expired:
            flags.append(_("consent is over"))
        return format_html_join(" ", '<span class="flag">{}</span>', [(flag,) for flag in flags])

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image: Image) -> str:
        shown = thumbnail_of(image, 960)
        if shown is None:
            return _("This picture was withdrawn; its files are gone.")
        return format_html(
            '<span class="focal-picture" data-focal-picture><img src="{}" width="{}" height="{}" alt="{}"></span>',
            image.url_of(shown),
            shown["width"],
            shown["height"],
            image.alt_text,
        )

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, image: Any) -> str:  # an Image, with the viewer that KnowsViewer has given it
        uses = uses_of(image)
        if not uses:
            return _("Nothing shows it.")
        return as_list(image.viewer, uses)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save the words in a transaction, and render outside it: on SQLite it would hold the write lock."""
        if request.method != "POST":
            return self._form(request, object_id, form_url, extra_context)
        with transaction.atomic():
            response = self._form(request, object_id, form_url, extra_context)
        image = getattr(request, FOCAL_POINT_OF, None)
        if image is not None:
            try:
                image.set_focal_point(image.focal_x, image.focal_y)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
        return response

    def _form(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra: dict[str, Any] | None
    ) -> HttpResponse:
        """Return Django's form without the transaction that Django puts around it."""
        response: HttpResponse = self._changeform_view(request, object_id, form_url, extra)
        return response

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Image | None = None,
    ) -> HttpResponse:
        """Give the page what the person may do, and what its scripts need to upload."""
        context["may_retouch"] = (
            obj is not None and obj.is_available and self.has_change_permission(request, obj)
        )
        context["uploads"] = {
            "accepted": ACCEPTED,
            "most_bytes": ingestion.MAX_BYTES,
            "most_megabytes": ingestion.MAX_MEGABYTES,
            "words": upload_messages(),
        }
        if request.method == "GET" and obj and obj.is_available and not obj.may_be_shown:
            hidden = _("No page shows it yet.")
            messages.warning(request, " ".join([hidden, *map(str, obj.missing_for_publication())]))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Image, form: ModelForm, change: bool) -> None:
        """Save the words; changeform_view() moves the focal point afterwards."""
        fields = [name for name in form.cleaned_data if name not in FOCAL]
        if fields:
            obj.save(update_fields=fields)
        if set(FOCAL) & set(form.changed_data):
            setattr(request, FOCAL_POINT_OF, obj)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Ask once, then take the picture off every page and delete its files."""
        image = self.get_object(request, str(pk))
        if image is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]  # private
        if not self.has_change_permission(request, image):
            raise PermissionDenied
        page = reverse("admin:pictures_image_change", args=[image.pk])
        if request.method == "POST" or not image.is_available:
            if image.is_available:
                image.withdraw()
                self.log_change(request, image, _("Withdrawn."))
                self.message_user(
                    request, _("The picture was withdrawn. Its files are deleted."), messages.SUCCESS
                )
            return HttpResponseRedirect(page)
        context = self.admin_site.each_context(request) | {
            "title": _("Withdraw a picture"),
            "opts": self.opts,
            "image": image,
            "page": page,
            "thumbnail": self.thumbnail(image),
            "uses": seen(request, uses_of(image)),
        }
        return TemplateResponse(request, "admin/pictures/image/withdraw.html", context)

    @admin.action(
        description=gettext_lazy("Withdraw the pictures: every file is deleted"), permissions=["delete"]
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        """Take the pictures off every page for good."""
        count = 0
        for image in queryset.filter(state=Image.State.AVAILABLE):
            image.withdraw()
            self.log_change(request, image, _("Withdrawn."))
            count += 1
        message = ngettext("%(count)s picture was withdrawn.", "%(count)s pictures were withdrawn.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
