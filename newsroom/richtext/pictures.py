"""Pictures in texts: a text holds the UUID of a picture and nothing else of it.

So a changed caption shows in every text at once, and a withdrawn picture is in none of them.
"""

import re
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, Q

from newsroom.pictures.models import Image
from newsroom.pictures.uses import Use, use_in

from .fields import RichTextField
from .sanitiser import safe

type PicturesByUUID = dict[str, Image]

PICTURE = re.compile(r'<figure data-picture="([0-9a-f-]{36})"></figure>')


def picture_ids(html: str) -> list[str]:
    """Return the UUIDs of the pictures that a text names, in order, each once."""
    return list(dict.fromkeys(PICTURE.findall(safe(html))))


def pictures_in(*texts: str) -> PicturesByUUID:
    """Return the available pictures that the texts name, in one query; without a query where they name none."""
    ids = {key for text in texts for key in picture_ids(text)}
    if not ids:
        return {}
    available = Image.objects.available()
    return {str(image.uuid): image for image in available.filter(uuid__in=ids)}


def rich_text_fields(model: Model | type[Model]) -> list[str]:
    """Return the names of the fields of a model, or of a row, that hold rich text."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, RichTextField)]


def rows_with(image: Image, models: Iterable[type[Model]] | None = None) -> Iterator[Model]:
    """Yield every row of these models, or of all, whose rich text names the picture."""
    return rows_holding(f'data-picture="{image.uuid}"', models=models)


def rows_holding(*pieces: str, models: Iterable[type[Model]] | None = None) -> Iterator[Model]:
    """Yield every row of these models, or of all, whose stored rich text holds one of the pieces of HTML."""
    for model in apps.get_models() if models is None else models:
        names = rich_text_fields(model)
        holding = Q()
        for name in names:
            for piece in pieces:
                holding |= Q(**{f"{name}__contains": piece})
        if names:
            yield from model._default_manager.filter(holding).defer(*names)


def uses(image: Image) -> list[Use]:
    """Return the texts that show the picture, of every kind that staff can change in the admin."""
    return [use_in(row) for row in rows_with(image) if admin.site.is_registered(type(row))]
