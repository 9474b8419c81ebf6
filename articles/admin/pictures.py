"""The library of pictures."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Image

FOCAL = ("focal_x", "focal_y")


class PictureForm(forms.ModelForm):
    """The words of a picture, and at first its file."""

    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP, AVIF, GIF, HEIC or TIFF, 25 MB at most. "
            "What the camera wrote into it (place, time, owner) is removed; the file itself is not kept."
        ),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )

    class Meta:
        model = Image
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = None
        if self.instance.pk:
            self.fields.pop("upload", None)

    def _post_clean(self):
        """Store a new picture as the last check, so that a refusal stands beside its field."""
        super()._post_clean()
        if self.errors or self.instance.pk:
            return
        words = {name: value for name, value in self.cleaned_data.items() if name != "upload"}
        try:
            self.stored = Image.objects.create_from_upload(self.cleaned_data["upload"], **words)
        except ValidationError as error:
            self.add_error(None if hasattr(error, "error_dict") else "upload", error)


def _thumbnail(image, largest):
    found = [r for r in image.of_kind("width", "webp") if r["width"] <= largest] or image.of_kind(
        "width", "webp"
    )
    return found[-1] if found else None


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    """Pictures: cleaned on their way in, withdrawn for good."""

    form = PictureForm
    list_display = ["thumbnail", "described", "credit", "state", "consent", "created_at"]
    list_display_links = ["thumbnail", "described"]
    list_filter = ["state", "shows_recognisable_person"]
    search_fields = ["alt_text", "caption", "credit"]
    readonly_fields = ["picture", "used_in", "state"]
    actions = ["withdraw"]
    consent_fields = (
        gettext_lazy("People in the picture"),
        {
            "fields": [
                "shows_recognisable_person",
                "consent_reference",
                "consent_date",
                "consent_uses",
                "consent_expires",
            ]
        },
    )

    class Media:
        js = ["js/admin-focal.js"]

    def get_fieldsets(self, request, obj=None):
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
            (_("Use"), {"fields": ["used_in", "state"]}),
        ]

    def get_form(self, request, obj=None, **kwargs):
        if obj is not None and kwargs.get("fields"):
            kwargs["fields"] = [name for name in kwargs["fields"] if name != "upload"]
        return super().get_form(request, obj, **kwargs)

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, image):
        shown = _thumbnail(image, 320)
        if shown is None:
            return _("(withdrawn)")
        return format_html(
            '<img class="picture-thumbnail" src="{}" width="{}" height="{}" alt="" loading="lazy">',
            image.url_of(shown),
            shown["width"],
            shown["height"],
        )

    @admin.display(description=gettext_lazy("description"), ordering="alt_text")
    def described(self, image):
        return str(image)

    @admin.display(description=gettext_lazy("consent"))
    def consent(self, image):
        if image.consent_expired:
            return _("over")
        return _("missing") if image.lacks_consent else ""

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image):
        shown = _thumbnail(image, 960)
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
    def used_in(self, image):
        users = [
            (reverse("admin:articles_article_change", args=[article.pk]), article.title)
            for article in image.articles.only("title")
        ]
        if not users:
            return _("No article uses it as its lead picture.")
        return format_html_join(", ", '<a href="{}">{}</a>', users)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Work outside a transaction: a large picture must not hold the one write lock of SQLite."""
        return self._changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["withdrawable"] = bool(obj) and obj.is_available and self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.__dict__.update(form.stored.__dict__)
            return
        fields = [name for name in form.cleaned_data if name not in FOCAL]
        if fields:
            obj.save(update_fields=fields)
        if "_withdraw" in request.POST:
            obj.withdraw()
        elif set(FOCAL) & set(form.changed_data):
            try:
                obj.set_focal_point(obj.focal_x, obj.focal_y)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)

    @admin.action(
        description=gettext_lazy("Withdraw the pictures: every file is deleted"), permissions=["delete"]
    )
    def withdraw(self, request, queryset):
        """Take them off every page for good."""
        count = 0
        for image in queryset.available():
            image.withdraw()
            count += 1
        message = ngettext("%(count)s picture was withdrawn.", "%(count)s pictures were withdrawn.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
