"""Nothing of who made a document is in any byte of the clean one, and it shows the same."""

import io

import docx
import openpyxl
import pikepdf
import pytest
from odf.opendocument import load
from pdfminer.high_level import extract_text
from PIL import Image

from articles import documents
from tests.articles.documents import specimens


def shown_by_word(data):
    return [one.text for one in docx.Document(io.BytesIO(data)).paragraphs]


def shown_by_excel(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [sheet["A1"].value, sheet["B1"].value, len(sheet._images)]


def shown_by_odf(data):
    return str(load(io.BytesIO(data)).text)


def shown_by_pdf(data):
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert opened.pages[0].Annots[0].A.URI == "https://example.org/"
        for picture in opened.pages[0].get_images().values():
            assert pikepdf.PdfImage(picture).as_pil_image().size == (240, 160)
    return extract_text(io.BytesIO(data)).split("\n\n\x0c")[:3]


@pytest.mark.parametrize(
    ("make", "planted", "read", "expected", "pages"),
    [
        (specimens.word, 15, shown_by_word, specimens.WORD_TEXT, 3),
        (specimens.workbook, 12, shown_by_excel, ["Cases", 17, 1], None),
        (specimens.opendocument, 10, shown_by_odf, specimens.ODT_TEXT, 3),
        (specimens.pdf, 10, shown_by_pdf, specimens.PAGE_TEXT, 3),
    ],
)
def test_nothing_of_its_makers_is_in_any_byte(make, planted, read, expected, pages):
    given = make()
    assert len(specimens.traces_in(given)) >= planted  # what is there would be found
    document = documents.clean(io.BytesIO(given))
    assert specimens.traces_in(document.data) == set()
    assert read(document.data) == expected
    assert document.pages == pages
    assert document.findings == ()
    assert not any(secret in document.text for secret in specimens.SECRETS)


def test_its_pictures_stay_as_they_were():
    document = documents.clean(io.BytesIO(specimens.word()))
    parts = specimens.parts_of(document.data)
    (name,) = [name for name in parts if name.startswith("word/media/")]
    before = Image.open(io.BytesIO(specimens.photo()))
    after = Image.open(io.BytesIO(parts[name]))
    assert after.tobytes() == before.tobytes() and not after.getexif() and "exif" not in after.info
