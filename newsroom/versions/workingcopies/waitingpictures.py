"""Pictures that changes show which wait: they have uses there, and from the time that is set for them public ones."""

from collections.abc import Mapping

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from newsroom.editing.sections import form_of
from newsroom.pictures.models import Image
from newsroom.pictures.uses import Use
from newsroom.richtext.pictures import picture_ids, rich_text_fields
from newsroom.versions import registry
from newsroom.versions.models import Version, VersionQuerySet


def uses(image: Image) -> list[Use]:
    """Return the uses of a picture in changes of pieces that do not show it yet."""
    return [use for copy in copies_that_name(image) if (use := _use_in(copy, image))]


def copies_that_name(image: Image) -> VersionQuerySet:
    """Return the working copies that may show a picture; in no order, else SQLite would read all versions for it."""
    named = Q(content__contains=str(image.uuid)) | Q(content__contains=f'"{image.pk}"')
    return Version.objects.waiting().filter(named).order_by()


def _use_in(copy: Version, image: Image) -> Use | None:
    model = registry.model_of(copy.model)
    row = model._base_manager.filter(pk=copy.object_id).first() if model else None
    if row is None or not _shows(row, copy.read()["fields"], image) or _shows(row, vars(row), image):
        return None
    title = _("%(title)s: changes that wait") % {"title": row}
    return Use(title, form_of(copy.model, copy.object_id), copy.publish_at, row)


def _shows(row: Model, values: Mapping[str, object], image: Image) -> bool:
    """Return whether these values of a row show a picture, by the names of fields or of columns."""
    texts = [str(values.get(name) or "") for name in rich_text_fields(row)]
    chosen = [field for field in row._meta.concrete_fields if field.related_model is Image]
    keys = [values.get(field.name, values.get(field.attname)) for field in chosen]
    return str(image.pk) in map(str, keys) or any(str(image.uuid) in picture_ids(text) for text in texts)
