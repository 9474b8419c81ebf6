"""Views in JSON for scripts of the admin: upload a picture, write its words, search the library.

An upload is decoded and rendered outside any transaction, and no more than a few at a time.
"""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsroom.guard.staffpages import private
from newsroom.pictures.ingestion import MAX_MEGABYTES, StoredRendition
from newsroom.pictures.models import Image

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

type Described = dict[str, str | int | bool]  # a picture in JSON

PER_PAGE = 24
RETRY_AFTER = 2  # seconds
WORDS = ["alt_text", "is_decorative", "caption", "credit"]


class WordsForm(forms.ModelForm):
    """The words of a picture; with an upload they may still be missing."""

    class Meta:
        model = Image
        fields = [*WORDS, "shows_recognisable_person"]

    def add_missing(self) -> bool:
        """Add an error for each required word that is missing, and return whether there are errors."""
        for name, message in self.instance.missing_words().items():
            self.add_error(name, message)
        return bool(self.errors)


def thumbnail_of(image: Image, largest: int = 320) -> StoredRendition | None:
    """Return the widest uncropped rendition up to a width in px, else the smallest, or None."""
    found = image.of_kind("width", "webp")
    fitting = [rendition for rendition in found if rendition["width"] <= largest]
    return fitting[-1] if fitting else found[0] if found else None


def described(image: Image) -> Described:
    """Return a picture as scripts get it."""
    shown = thumbnail_of(image)
    return {
        "uuid": str(image.uuid),
        "id": image.pk,
        "url": image.url_of(shown) if shown else "",
        "width": image.width,
        "height": image.height,
        **{name: getattr(image, name) for name in WORDS},
        "shows_recognisable_person": image.shows_recognisable_person,
        "label": str(image),
    }


class PictureEndpoints(ModelAdmin):
    """A ModelAdmin with views in JSON."""

    def get_urls(self) -> list[URLPattern]:
        asked = [
            path("upload/", private(self.upload_view), name="pictures_image_upload"),
            path("library/", private(self.library_view), name="pictures_image_library"),
            path("<uuid:key>/words/", private(self.words_view), name="pictures_image_words"),
        ]
        return [*asked, *super().get_urls()]

    @method_decorator([require_POST, transaction.non_atomic_requests])
    def upload_view(self, request: HttpRequest) -> JsonResponse:
        """Store the picture in `file` with the words that came along, and answer 201 with its description.

        A script may send a `uuid` of its own: the same one sent again after a broken connection is not stored
        twice and gets 200.
        """
        refusal = self._refusal(request, self.has_add_permission(request))
        if refusal:
            return refusal
        form = WordsForm(request.POST)
        file = request.FILES.get("file")
        known = self._sent_before(request)
        if known:
            return JsonResponse(self._told(request, known))
        if not form.is_valid() or file is None:
            if file is None:
                form.add_error(None, _("No file came along. Choose a picture."))
            return _errors(form.errors)
        try:
            given = _key(request.POST.get("uuid", ""))
            key = {"uuid": given} if given else {}
            image = Image.objects.create_from_upload(
                file, created_by=request.user, **key, **form.cleaned_data
            )
        except ValidationError as error:
            return _refused(error)
        except IntegrityError:  # the same one came twice at the same time
            known = self._sent_before(request)
            if not known:  # somebody else's, or one that was withdrawn
                message = _("Another picture has this number. Choose the picture once more.")
                return JsonResponse({"error": message}, status=409)
            return JsonResponse(self._told(request, known))
        return JsonResponse(self._told(request, image), status=201)

    @method_decorator(require_POST)
    def words_view(self, request: HttpRequest, key: uuid.UUID) -> JsonResponse:
        """Write the words of an uploaded picture; the required ones must all be there."""
        image = get_object_or_404(Image.objects.available(), uuid=key)
        refusal = self._refusal(request, self.has_change_permission(request, image))
        if refusal:
            return refusal
        form = WordsForm(request.POST, instance=image)
        if not form.is_valid() or form.add_missing():
            return _errors(form.errors)
        image.save(update_fields=list(form.cleaned_data))
        return JsonResponse(self._told(request, image))

    @method_decorator(require_safe)
    def library_view(self, request: HttpRequest) -> JsonResponse:
        """Return a page of the library, newest first; ?q= searches the words, ?uuid= names one."""
        refusal = self._refusal(request, self.has_view_permission(request))
        if refusal:
            return refusal
        found = Image.objects.available().search(request.GET.get("q", "")[:200])
        if "uuid" in request.GET:
            found = found.filter(
                uuid__in=[key for text in request.GET.getlist("uuid") if (key := _key(text))]
            )
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        return JsonResponse(
            {
                "pictures": [described(image) for image in page],
                "page": page.number,
                "pages": page.paginator.num_pages,
                "count": page.paginator.count,
            }
        )

    def _sent_before(self, request: HttpRequest) -> Image | None:
        """Return the picture that the same person has sent with the same UUID."""
        key = _key(request.POST.get("uuid", ""))
        if key is None:
            return None
        return Image.objects.available().filter(uuid=key, created_by=request.user.pk).first()

    def _refusal(self, request: HttpRequest, allowed: bool) -> JsonResponse | None:
        """Return 401 or 403 where the person may not do this."""
        if not self.admin_site.has_permission(request):
            message = _("You are not signed in any more. Sign in in another tab, then try again here.")
            return JsonResponse({"error": message}, status=401)
        if not allowed:
            return JsonResponse({"error": _("Your role does not allow this.")}, status=403)
        return None

    def _told(self, request: HttpRequest, image: Image) -> Described:
        """Return a picture as scripts get it, with what the person may do with it."""
        return described(image) | {
            "change_url": reverse("admin:pictures_image_change", args=[image.pk]),
            "words_url": reverse("admin:pictures_image_words", args=[image.uuid]),
            "may_change": self.has_change_permission(request, image),
        }


def _key(text: str) -> uuid.UUID | None:
    """Return the UUID of a picture as a script gave it, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def upload_messages() -> dict[str, str]:
    """Return the messages of the upload page, by the names that its script uses."""
    return {
        "waiting": _("Waiting for its turn."),
        "sending": _("Sending: %(percent)s %%") % {"percent": "%percent%"},
        "working": _("Sent. It is being cleaned and made in all sizes."),
        "stored": _("Stored. Now its words:"),
        "again": _("The line broke or the site is busy. Trying again in %(seconds)s seconds.")
        % {"seconds": "%seconds%"},
        "broken": _("It could not be sent. Try again when the line is better; nothing is lost."),
        "refused": _("The site did not take it. Reload the page if it stays so."),
        "large": _("This file has more than %(most)s MB. Export it smaller, as JPEG.")
        % {"most": MAX_MEGABYTES},
        "empty": _("This file is empty. Choose another."),
        "later": _("Saved as soon as the picture is stored."),
        "saved": _("Saved."),
        "missing": _("Not saved yet: some words are missing."),
        "notsaved": _("Not saved: the line broke. Save again."),
        "count": _("%(stored)s of %(all)s stored, %(worded)s with their words.")
        % {"stored": "%stored%", "all": "%all%", "worded": "%worded%"},
    }


def _errors(errors: Mapping[str, Any]) -> JsonResponse:  # lists of messages, or an ErrorDict of Django
    """Return 400 with the messages of each field; those of the whole form are those of the file."""
    return JsonResponse(
        {"errors": {"file" if name == "__all__" else name: list(told) for name, told in errors.items()}},
        status=400,
    )


def _refused(error: ValidationError) -> JsonResponse:
    """Return 503 where too many pictures wait or the store of files is away, or 400 with the reasons."""
    if getattr(error, "code", "") in {"busy", "store_away"}:
        return JsonResponse(
            {"error": error.messages[0]}, status=503, headers={"Retry-After": str(RETRY_AFTER)}
        )
    if hasattr(error, "error_dict"):
        return _errors(error.message_dict)
    return JsonResponse({"errors": {"file": error.messages}}, status=400)
