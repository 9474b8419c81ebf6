"""Replace the file: the page of the admin that puts another one in the place of a picture's, for good."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from newsroom.editing.sentonce import ONCE, new_number, once

from .adding import file_field
from .models import Image
from .uploads import thumbnail_of
from .uselists import as_list
from .uses import uses_of

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

FILE = gettext_noop("the file itself")
NOTED = [{"changed": {"fields": [FILE]}}]  # in the history, as Django notes what a form changes
SEEN = "_file_seen"  # the field of a picture's form with the storage key of the file that its page showed


class ReplacementForm(forms.Form):
    """The file that comes, and the storage key of the one that goes, as the page showed it."""

    upload = file_field(gettext_lazy("New file"))
    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


def unanswered_since(image: Image) -> datetime | None:
    """Return when the file was replaced; None where it was not, or somebody who saw it has saved the form since."""
    kind = ContentType.objects.get_for_model(image)
    # Forms are noted as JSON, an empty one where nothing was changed; retouching, and forms of another file, in words.
    noted = LogEntry.objects.filter(
        content_type=kind, object_id=str(image.pk), action_flag=CHANGE, change_message__startswith="["
    )
    last = noted.order_by("-action_time", "-pk").first()
    return last.action_time if last and FILE in last.change_message else None


class Replacing(ModelAdmin):
    """A ModelAdmin with a page that replaces the file of a picture; texts that show it stay as they are."""

    def get_urls(self) -> list[URLPattern]:
        replace = self.admin_site.admin_view(self.replace_view)
        return [path("<int:pk>/replace/", replace, name="pictures_image_replace"), *super().get_urls()]

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Say what will happen, and take the file; no transaction, and sent twice it is taken once."""
        image = self.get_object(request, str(pk))
        if image is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]  # private
        if not self.has_change_permission(request, image):
            raise PermissionDenied
        page = reverse("admin:pictures_image_change", args=[image.pk])
        if not image.is_available:
            return HttpResponseRedirect(page)

        def answer() -> HttpResponse:
            is_sent = request.method == "POST"
            form = ReplacementForm(request.POST, request.FILES) if is_sent else ReplacementForm()
            if is_sent and form.is_valid() and self._replaced(request, image, form):
                return HttpResponseRedirect(page)
            return self._replacing_page(request, image, form)

        return once(request, answer)

    def _replaced(self, request: HttpRequest, image: Image, form: ReplacementForm) -> bool:
        """Replace the file, or tell beside its field why not; returns whether it was replaced."""
        focal_point = image.focal_x, image.focal_y

        def note() -> None:
            """Note it with the change itself; what visitors see by now stays, where that is not for this person."""
            if not self.has_change_permission(request, image):
                raise PermissionDenied
            self.log_change(request, image, NOTED)

        try:
            if form.cleaned_data["version"] != image.storage_key:
                raise ValidationError(
                    _("Somebody changed this picture after you opened it. Look again, then repeat it.")
                )
            image.replace(form.cleaned_data["upload"], note)
        except ValidationError as error:
            form.add_error("upload", error)
            return False
        told = [
            _("The file was replaced."),
            _("Look whether alternative text, caption and credit still fit."),
        ]
        if focal_point != (image.focal_x, image.focal_y):
            told.append(_("The focal point is in the middle again."))
        self.message_user(request, " ".join(told), messages.SUCCESS)
        return True

    def _replacing_page(self, request: HttpRequest, image: Image, form: ReplacementForm) -> TemplateResponse:
        shown, uses = thumbnail_of(image), uses_of(image)
        context = self.admin_site.each_context(request) | {
            "title": _("Replace the file"),
            "opts": self.opts,
            "image": image,
            "page": reverse("admin:pictures_image_change", args=[image.pk]),
            "shown": shown and {**shown, "url": image.url_of(shown)},
            "uses": as_list(request, uses) if uses else "",
            "form": form,
            "once_name": ONCE,
            "once": new_number(),
        }
        return TemplateResponse(request, "admin/pictures/image/replace.html", context)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:  # Any: as Django has it
        """Note a change; of a form whose page showed another file in words, so that it answers no question."""
        if request.POST.get(SEEN, obj.storage_key) != obj.storage_key:
            told = _("The file of this picture was changed while you had it open. Look at it once more.")
            self.message_user(request, told, messages.WARNING)
            message = _("Saved on a page that showed another file.")
        entry: LogEntry = super().log_change(request, obj, message)
        return entry

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Image | None = None,
    ) -> HttpResponse:
        """Ask on the page of a picture about its consent, until somebody has saved the form after a replacement."""
        context["seen_name"] = SEEN
        is_asked = obj and obj.is_available and obj.shows_recognisable_person and obj.consent_is_noted
        since = unanswered_since(obj) if obj and is_asked else None
        if since and self.has_change_permission(request, obj):
            day = date_format(timezone.localtime(since), "DATE_FORMAT")
            asked = _("The file was replaced on %(day)s: is the consent for this picture still right?")
            told = [asked % {"day": day}, _("Mend what is noted, and save; the question goes then.")]
            messages.warning(request, " ".join(told))
        return super().render_change_form(request, context, add, change, form_url, obj)
