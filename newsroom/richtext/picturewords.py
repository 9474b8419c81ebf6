"""The words of pictures as search finds them: captions, credits and alternative texts.

The functions that search kinds (newsroom/search/registry.py) give as watch_more and prepare are made here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Model

from newsroom.pictures.models import Image
from newsroom.richtext.pictures import PicturesByUUID, picture_ids, pictures_in

type ColumnsByKey = Mapping[int, Mapping[str, Any]]  # primary key to {column: value}, of a field of any type
type WordsByKey = dict[int, tuple[tuple[str, ...], ...]]  # primary key to the words of each picture

PREPARED = "shown_pictures"  # the attribute of a row that look_up() fills
NAMED = 'data-picture="'  # stands in every text that names a picture


class ShownPictures(NamedTuple):
    """The pictures that a row shows."""

    in_text: PicturesByUUID  # those that its own text names, and maybe others
    above: Image | None  # above the text


def watch(field: str) -> Callable[[ColumnsByKey], WordsByKey]:
    """Return a function that finds the words of the pictures that rows show in this field or above their text."""

    def words(values: ColumnsByKey) -> WordsByKey:
        texts = {key: row[field] for key, row in values.items() if NAMED in row[field]}
        leads = {key: lead for key, row in values.items() if (lead := row.get("lead_picture"))}
        in_texts, above = pictures_in(*texts.values()), Image.objects.in_bulk(set(leads.values()))
        found: dict[int, list[Image | None]] = {
            key: [in_texts.get(name) for name in picture_ids(text)] for key, text in texts.items()
        }
        for key, lead in leads.items():
            found.setdefault(key, []).append(above.get(lead))
        return {
            key: tuple(
                (str(image.uuid), image.caption, image.credit, _description(image))
                for image in images
                if image and image.may_be_shown
            )
            for key, images in found.items()
        }

    return words


def look_up(field: str) -> Callable[[Sequence[Model]], None]:
    """Return a function that looks up the pictures of many rows in two queries, for shown_in()."""

    def give(rows: Sequence[Model]) -> None:
        texts = [text for row in rows if NAMED in (text := getattr(row, field))]
        in_texts = pictures_in(*texts)
        leads = Image.objects.in_bulk({key for row in rows if (key := getattr(row, "lead_picture_id", None))})
        for row in rows:
            lead = getattr(row, "lead_picture_id", None)
            setattr(row, PREPARED, ShownPictures(in_texts, leads.get(lead) if lead else None))

    return give


def shown_in(row: Model) -> ShownPictures:
    """Return the pictures that look_up() found for a row."""
    found: ShownPictures = getattr(row, PREPARED)
    return found


def above(row: Model) -> str:
    """Return the caption and credit of the picture above the text of a prepared row."""
    image = shown_in(row).above
    return " ".join(filter(None, [image.caption, image.credit])) if image and image.may_be_shown else ""


def descriptions(row: Model, text: str) -> str:
    """Return the alternative texts of the pictures of a prepared row, a line each."""
    shown = shown_in(row)
    images = [shown.above]
    if NAMED in text:
        images += map(shown.in_text.get, picture_ids(text))
    return "\n".join(
        words for image in images if image and image.may_be_shown and (words := _description(image))
    )


def _description(image: Image) -> str:
    return "" if image.is_decorative else image.alt_text
