"""What a link shows: a version, or what is the latest; and whether it may be shown to somebody outside."""

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _

from newsroom.pictures.models import Image
from newsroom.richtext.pictures import pictures_in, rich_text_fields
from newsroom.versions import recording, registry
from newsroom.versions.models import Version
from newsroom.versions.preview import placing
from newsroom.versions.preview.pages import Draft
from newsroom.versions.workingcopies import working

from .models import ShareLink


def row_behind(link: ShareLink) -> Model | None:
    """Return the stored row that a link leads to; None where it is deleted, or has no versions any more."""
    model = registry.model_of(link.model)
    return model._base_manager.filter(pk=link.object_id).first() if model else None


def as_it_is_now(row: Model, by: Any) -> Version | None:  # by: whoever shares it
    """Return the version of what is the latest of a row."""
    recording.record(row, by)
    return working.of(row) or Version.objects.of(row).saved().first()


def is_public_already(row: Any) -> bool:  # of whichever model
    """Return whether visitors can read the latest of it without any link; what has no state is always public."""
    return bool(getattr(row, "is_public", True))


def version_behind(link: ShareLink, row: Model) -> Version | None:
    """Return the version that a link shows; None for what is stored."""
    return link.version or working.of(row)


def page_of(row: Model, version: Version | None) -> HttpResponse:
    """Return the page of a version, or of what is stored; raises NotShown where it has none."""
    draft = Draft(_("Draft, not public"))
    if version is None:
        return placing.page_of_row(row, draft)
    return placing.page_of_version(row, version, draft)


def pictures_without_consent(row: Model, version: Version | None) -> list[Image]:
    """Return the pictures that it shows of people whose consent is missing or over."""
    shown: Any = version.as_row() if version else row  # of whichever model
    pictures = list(pictures_in(*(getattr(shown, name) or "" for name in rich_text_fields(shown))).values())
    for field in shown._meta.concrete_fields:
        if field.related_model is Image and (picture := getattr(shown, field.name)):
            pictures.append(picture)
    return [one for one in pictures if one.lacks_consent or one.consent_expired]
