"""The page of the admin that adds a picture: a view that stores an upload once its words are right."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.contrib.admin.options import IS_POPUP_VAR, SOURCE_MODEL_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.editing.sentonce import once

from .ingestion import MAX_MEGABYTES
from .models import Image

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.forms import ModelForm
    from django_stubs_ext import StrOrPromise
else:
    ModelAdmin, ModelForm = object, forms.ModelForm  # a mixin: the class that uses it brings ModelAdmin

ACCEPTED = "image/*,.heic,.heif,.avif,.tif,.tiff"


def file_field(label: "StrOrPromise") -> forms.FileField:
    """Return the field of a form that takes the file of a picture."""
    return forms.FileField(
        label=label,
        help_text=format_lazy(
            gettext_lazy(
                "JPEG, PNG, WebP, AVIF, GIF, HEIC or TIFF, {most} MB at most. "
                "What the camera wrote into it (place, time, owner) is removed; the file itself is not kept."
            ),
            most=MAX_MEGABYTES,
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class PictureForm(ModelForm):
    """The words of a picture, and its file where it is new."""

    upload = file_field(gettext_lazy("Picture"))

    class Meta:
        model = Image
        fields = "__all__"
        widgets = {"alt_text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("upload", None)

    def _post_clean(self) -> None:
        """Ask for the words that are missing, beside their fields."""
        super()._post_clean()  # type: ignore[misc]  # private
        for name, message in self.instance.missing_words().items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, message)


class AddsPictures(ModelAdmin):
    """A ModelAdmin with a view of its own that adds a picture, outside any transaction, as decoding takes long."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form of a new picture, or store it; a form that is sent twice is stored once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            raise DisallowedModelAdminToField(f"The field {to_field} cannot be referenced.")
        return once(request, lambda: self._add(request, form_url, to_field, extra_context or {}))

    def _add(
        self, request: HttpRequest, form_url: str, to_field: str | None, extra: dict[str, Any]
    ) -> HttpResponse:
        """Store the picture of a valid form, and lead on; or show the form."""
        fieldsets = self.get_fieldsets(request, None)
        form_class = self.get_form(request, None, change=False, fields=flatten_fieldsets(fieldsets))
        if request.method == "POST":
            form = form_class(request.POST, request.FILES)
            image = _stored(form, request) if form.is_valid() else None
            if image is not None:
                self.log_addition(request, image, [{"added": {}}])
                return self.response_add(request, image)
        else:
            form = form_class(initial=self.get_changeform_initial_data(request))
        # The stubs disagree with each other on the type of fieldsets.
        adminform = AdminForm(form, list(fieldsets), {}, model_admin=self)  # type: ignore[arg-type]
        context = (
            self.admin_site.each_context(request)
            | extra
            | {
                "title": _("Add %s") % self.opts.verbose_name,
                "subtitle": None,
                "adminform": adminform,
                "object_id": None,
                "original": None,
                "is_popup": IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET,
                "source_model": request.GET.get(SOURCE_MODEL_VAR),
                "to_field": to_field,
                "media": self.media + adminform.media,
                "inline_admin_formsets": [],
                "errors": AdminErrorList(form, []),
                "preserved_filters": self.get_preserved_filters(request),
            }
        )
        return self.render_change_form(request, context, add=True, change=False, form_url=form_url, obj=None)


def _stored(form: forms.ModelForm, request: HttpRequest) -> Image | None:
    """Return the stored picture of a valid form, or None with the reason among the errors of the form."""
    words = {name: value for name, value in form.cleaned_data.items() if name != "upload"}
    try:
        return Image.objects.create_from_upload(form.cleaned_data["upload"], created_by=request.user, **words)
    except ValidationError as error:
        form.add_error(None if hasattr(error, "error_dict") else "upload", error)
        return None
