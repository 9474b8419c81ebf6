"""Which files become documents, told by their content, and which are refused."""

import io

import docx
import openpyxl
import pytest
from odf.opendocument import OpenDocumentText, load
from odf.text import P
from PIL import Image

from articles import documents


def saved(thing):
    """Return the bytes that a thing writes of itself."""
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def clean(content, filename=""):
    return documents.clean(io.BytesIO(content), filename=filename)


def test_it_takes_a_word_document():
    made = docx.Document()
    made.add_paragraph("Three words here")
    document = clean(saved(made))
    assert (document.extension, document.findings, document.text) == ("docx", (), "Three words here")
    assert document.content_type.endswith("wordprocessingml.document")
    assert [one.text for one in docx.Document(io.BytesIO(document.data)).paragraphs] == ["Three words here"]


def test_it_takes_a_workbook():
    made = openpyxl.Workbook()
    made.active["A1"] = "Cases"
    made.active["B1"] = 17
    document = clean(saved(made))
    assert (document.extension, document.findings, document.text) == ("xlsx", (), "Cases")
    sheet = openpyxl.load_workbook(io.BytesIO(document.data)).active
    assert (sheet["A1"].value, sheet["B1"].value) == ("Cases", 17)


def test_it_takes_an_opendocument_text():
    made = OpenDocumentText()
    made.text.addElement(P(text="Three words here"))
    document = clean(saved(made))
    assert (document.extension, document.findings, document.text) == ("odt", (), "Three words here")
    assert str(load(io.BytesIO(document.data)).text) == "Three words here"


def test_it_takes_a_pdf():
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), "red").save(
        buffer, "PDF", save_all=True, append_images=[Image.new("L", (9, 9))]
    )
    document = clean(buffer.getvalue())
    assert (document.extension, document.pages, document.findings) == ("pdf", 2, ())
    assert document.size == len(document.data)


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", "a;b\n1;é\n".encode("cp1252"), "a\tb\n1\t2".encode("utf-16")]
)
def test_it_takes_a_table(content):
    document = clean(content)
    assert (document.extension, document.findings) == ("csv", ())
    assert document.data.startswith(b"\xef\xbb\xbfa") and document.data.decode()


PAIRS = [
    ("empty", b"", b"a,b"),
    ("unknown", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", b"JFIF,EXIF\n1,2\n"),
    ("unknown", b"<html><p>No, no</p></html>", b"a,b\n<p>No</p>,1\n"),
    ("no_table", b"One line of text without columns.\n", b"One line of text, with columns.\n"),
    ("encoding", b"a,b\n\x81,1\n", b"a,b\n\x82,1\n"),
    ("damaged", b"%PDF-1.7 and no more", b"PDF,1.7\n1,2\n"),
    ("damaged", b"PK\x03\x04 and no more", b"PK,and\n1,more\n"),
    ("old_office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old document", b"\xd0\xcf,an old table\n1,2\n"),
]


@pytest.mark.parametrize(("code", "content", "twin"), PAIRS)
def test_it_refuses_what_is_none(code, content, twin):
    with pytest.raises(documents.Refused) as refused:
        clean(content, "report.pdf")
    assert refused.value.code == code and refused.value.messages[0].endswith(".")
    assert clean(twin, "report.pdf").findings == ()
