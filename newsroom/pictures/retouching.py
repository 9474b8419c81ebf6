"""Rotate, crop and cover: the page of the admin that changes pixels for good."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.pictures.ingestion import Fractions
from newsroom.pictures.models import Image

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django_stubs_ext import StrOrPromise
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

type Change = Callable[[Image, list[Fractions]], str]  # changes the picture, and returns a message

MOST_BOXES = 60


def _percent(label: "StrOrPromise") -> forms.FloatField:
    attrs = {"min": 0, "max": 100, "step": "any", "inputmode": "decimal"}
    return forms.FloatField(label=label, min_value=0, max_value=100, widget=forms.NumberInput(attrs=attrs))


class BoxForm(forms.Form):
    """A box on the picture, in percent of its width and height."""

    left = _percent(gettext_lazy("from the left"))
    top = _percent(gettext_lazy("from the top"))
    width = _percent(gettext_lazy("width"))
    height = _percent(gettext_lazy("height"))

    @property
    def box(self) -> Fractions:
        """Return the box in fractions."""
        left, top, width, height = (
            self.cleaned_data[name] / 100 for name in ("left", "top", "width", "height")
        )
        return left, top, min(left + width, 1), min(top + height, 1)


BoxFormSet = forms.formset_factory(
    BoxForm, extra=3, max_num=MOST_BOXES, absolute_max=MOST_BOXES, validate_max=True
)


def _cover(image: Image, boxes: list[Fractions]) -> str:
    if not boxes:
        raise ValidationError(_("Draw at least one box over what nobody may see."))
    image.cover(boxes)
    return _("Covered. The files before are deleted.")


def _crop(image: Image, boxes: list[Fractions]) -> str:
    if len(boxes) != 1:
        raise ValidationError(_("Draw one box around what stays."))
    image.crop(boxes[0])
    return _("Cropped. The files before are deleted.")


def _rotate(quarter_turns: int) -> Change:
    def rotate(image: Image, boxes: list[Fractions]) -> str:
        if boxes:
            raise ValidationError(
                _("Boxes are drawn that cover nothing yet. Cover or remove them, then turn.")
            )
        image.rotate(quarter_turns)
        return _("Rotated.")

    return rotate


# What each button does, by its name.
CHANGES: dict[str, Change] = {
    "_cover": _cover,
    "_cover_and_done": _cover,
    "_crop": _crop,
    "_left": _rotate(3),
    "_right": _rotate(1),
}


class Retouching(ModelAdmin):
    """A ModelAdmin with a page that retouches a picture."""

    def get_urls(self) -> list[URLPattern]:
        retouch = self.admin_site.admin_view(self.retouch_view)
        return [path("<int:pk>/retouch/", retouch, name="pictures_image_retouch"), *super().get_urls()]

    def retouch_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the picture with the boxes drawn on it, and change it as a button says; no transaction."""
        image = self.get_object(request, str(pk))
        if image is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]  # private
        if not self.has_change_permission(request, image):
            raise PermissionDenied
        if not image.is_available:
            return HttpResponseRedirect(reverse("admin:pictures_image_change", args=[image.pk]))
        boxes = BoxFormSet(request.POST if request.method == "POST" else None, prefix="box")
        if request.method != "POST":
            return self._retouch_page(request, image, boxes)
        page = reverse("admin:pictures_image_change", args=[image.pk])
        drawn = [form for form in boxes if form.has_changed()]
        if "_leave" in request.POST or ("_done" in request.POST and not drawn):
            return HttpResponseRedirect(page)
        if "_done" in request.POST and boxes.is_valid():
            # What was drawn and not applied must not look as if it were: people are behind those boxes.
            return self._retouch_page(request, image, boxes, undone=len(drawn))
        if self._retouched(request, image, boxes):
            return HttpResponseRedirect(page if "_cover_and_done" in request.POST else request.path)
        return self._retouch_page(request, image, boxes)

    def _retouched(self, request: HttpRequest, image: Image, boxes: BaseFormSet) -> bool:
        """Change the picture, or tell why not; returns whether it was changed."""
        asked = next((change for name, change in CHANGES.items() if name in request.POST), None)
        if asked is None or not boxes.is_valid():
            self.message_user(request, _("Nothing was changed. Look at the numbers below."), messages.ERROR)
            return False
        drawn = [form.box for form in boxes if form.has_changed()]
        try:
            if request.POST.get("version") != image.storage_key:
                raise ValidationError(
                    _("Somebody changed this picture after you opened it. Look again, then repeat it.")
                )
            told = asked(image, drawn)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return False
        self.log_change(request, image, told)
        self.message_user(request, told, messages.SUCCESS)
        return True

    def _retouch_page(
        self, request: HttpRequest, image: Image, boxes: BaseFormSet, undone: int = 0
    ) -> TemplateResponse:
        """Return the page; where boxes were drawn and not applied, it asks what to do with them."""
        shown = image.of_kind("width", "webp")[-1]
        context = self.admin_site.each_context(request) | {
            "title": _("Rotate, crop, cover"),
            "subtitle": str(image),
            "opts": self.opts,
            "image": image,
            "page": reverse("admin:pictures_image_change", args=[image.pk]),
            "shown": shown | {"url": image.url_of(shown)},
            "boxes": boxes,
            "undone": undone,
        }
        return TemplateResponse(request, "admin/pictures/image/retouch.html", context)
