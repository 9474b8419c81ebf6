"""Pictures in texts: a text holds the UUID of a picture and nothing else of it.

So a changed caption shows in every text at once, and a withdrawn picture is in none of them.
"""

import re

from django.apps import apps
from django.contrib import admin
from django.db.models import Q

from newsroom.pictures.models import Image
from newsroom.pictures.uses import Use, use_in

from .fields import RichTextField
from .sanitiser import safe

PICTURE = re.compile(r'<figure data-picture="([0-9a-f-]{36})"></figure>')


def picture_ids(html: str):
    """Return the UUIDs of the pictures that a text names, in order, each once."""
    return list(dict.fromkeys(PICTURE.findall(safe(html))))


def pictures_in(*texts):
    """Return the available pictures that the texts name, by UUID: one query, and none where none is named."""
    ids = {key for text in texts for key in picture_ids(text)}
    if not ids:
        return {}
    available = Image.objects.available()
    return {str(image.uuid): image for image in available.filter(uuid__in=ids)}


def rich_text_fields(model):
    """Return the names of the fields of a model, or of one of its rows, that hold rich text."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, RichTextField)]


def rows_with(image, models=None):
    """Yield every row, of these models or of any with rich text, whose text names the picture."""
    return rows_holding(f'data-picture="{image.uuid}"', models=models)


def rows_holding(*pieces, models=None):
    """Yield every row, of these models or of any, whose stored rich text holds one of the pieces of HTML."""
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
