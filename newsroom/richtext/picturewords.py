"""The words of pictures as search finds them: what stands under a picture, and what describes it to the blind."""

from newsroom.pictures.models import Image
from newsroom.richtext.pictures import picture_ids, pictures_in

NAMED = 'data-picture="'  # stands in every text that names a picture


def watch(field):
    """Return a Kind's watch_more: the words of the pictures that each row shows, in its rich text or above."""

    def words(values):
        texts = {key: row[field] for key, row in values.items() if NAMED in row[field]}
        leads = {key: lead for key, row in values.items() if (lead := row.get("lead_picture"))}
        in_texts, above = pictures_in(*texts.values()), Image.objects.in_bulk(set(leads.values()))
        found = {key: [in_texts.get(name) for name in picture_ids(text)] for key, text in texts.items()}
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


def look_up(field):
    """Return a Kind's prepare: it gives each row the pictures that its rich text names, by two queries for all."""

    def give(rows) -> None:
        texts = [text for row in rows if NAMED in (text := getattr(row, field))]
        in_texts = pictures_in(*texts)
        leads = Image.objects.in_bulk({key for row in rows if (key := getattr(row, "lead_picture_id", None))})
        for row in rows:
            row.pictures_of_text = in_texts
            row.picture_above = leads.get(getattr(row, "lead_picture_id", None))

    return give


def above(row):
    """Return what a reader sees under the picture above the text."""
    image = row.picture_above
    return " ".join(filter(None, [image.caption, image.credit])) if image and image.may_be_shown else ""


def descriptions(row, text: str):
    """Return what describes the pictures of a prepared row to those who can't see them."""
    images = [row.picture_above]
    if NAMED in text:
        images += map(row.pictures_of_text.get, picture_ids(text))
    return "\n".join(
        words for image in images if image and image.may_be_shown and (words := _description(image))
    )


def _description(image):
    return "" if image.is_decorative else image.alt_text
