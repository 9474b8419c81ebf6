"""`make bench`: time per picture, against a bare Pillow that decodes it and encodes the same renditions."""

import io
import time

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Pixels

from newsroom.pictures import ingestion
from newsroom.pictures.models import Image
from tests.bench import results
from tests.soak.pictures import photo

ROUNDS = 7


def bare(content):
    """Decode the picture and encode what the site shows of it, as simply as Pillow can; it keeps no master."""
    with Pixels.open(io.BytesIO(content)) as source:
        source.draft("RGB", (ingestion.MASTER_SIDE, ingestion.MASTER_SIDE))
        source.load()
        image = source.copy()
    image.thumbnail((ingestion.MASTER_SIDE, ingestion.MASTER_SIDE), Pixels.Resampling.LANCZOS)
    for kind, width, height in ingestion.planned(image.size):
        box = None
        if kind != "width":
            box = ingestion.focal_box(image.size, width / height, 0.5, 0.5)
        smaller = image.resize((width, height), Pixels.Resampling.LANCZOS, box=box, reducing_gap=3.0)
        for name in ("jpeg",) if kind == "social" else ingestion.SAVE_OPTIONS:
            smaller.save(io.BytesIO(), **ingestion.SAVE_OPTIONS[name])


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.mark.django_db(transaction=True)
def test_a_picture_takes_little_longer_than_bare_pillow(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = photo()
    ours, theirs = [], []
    for _round in range(ROUNDS):  # in turn, so that both meet the same weather
        theirs.append(seconds(lambda: bare(content)))
        ours.append(
            seconds(lambda: Image.objects.create_from_upload(ContentFile(content), alt_text="A", credit="B"))
        )
    ratio = results.note(
        "a picture of 12 megapixels", "bare Pillow", min(ours) * 1000, min(theirs) * 1000, unit="ms"
    )
    assert ratio <= 1.3
