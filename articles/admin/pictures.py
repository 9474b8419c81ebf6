"""The library of pictures."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Image
from articles.pictureuses import uses_of

from .uploads import PictureEndpoints, thumbnail_of

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

    author = None  # who is signed in; the admin says it

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = None
        if self.instance.pk:
            self.fields.pop("upload", None)

    def _post_clean(self):
        """Store a new picture as the last check, so that a refusal stands beside its field."""
        super()._post_clean()
        for name, message in self.instance.missing_words().items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, message)
        if self.errors or self.instance.pk:
            return
        words = {name: value for name, value in self.cleaned_data.items() if name != "upload"}
        try:
            self.stored = Image.objects.create_from_upload(
                self.cleaned_data["upload"], created_by=self.author, **words
            )
        except ValidationError as error:
            self.add_error(None if hasattr(error, "error_dict") else "upload", error)


@admin.register(Image)
class ImageAdmin(PictureEndpoints, admin.ModelAdmin):
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
        return type("PictureForm", (super().get_form(request, obj, **kwargs),), {"author": request.user})

    def has_change_permission(self, request, obj=None):
        """A writer's change reaches own pictures, while no visitor sees them."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.has_perm("articles.publish_article"):
            return True
        return obj.created_by_id == request.user.pk and not any(use.public_from for use in uses_of(obj))

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, image):
        shown = thumbnail_of(image)
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
        if image.lacks_consent:
            return _("missing")
        return _("over") if image.consent_expired else ""

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image):
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
    def used_in(self, image):
        uses = uses_of(image)
        if not uses:
            return _("Nothing shows it.")
        return format_html_join(", ", '<a href="{}">{}</a>', [(use.url, use.title) for use in uses])

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
