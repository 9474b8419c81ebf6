"""Whatever program made a PDF: who and where is gone from every byte, and the pages read as before."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pdfminer.high_level import extract_text
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageDraw, ImageFont

from articles.documents import filetypes
from articles.documents.pdf.fonts import fontfiles
from articles.documents.report import Report
from tests.articles.documents import makers
from tests.articles.documents.pdfs import WORDS, holds, pieces
from tests.articles.documents.specimens import page, saved
from tests.planted import MARKS, PLANTED


@pytest.mark.parametrize(("make", "found"), makers.MAKERS.values(), ids=makers.MAKERS)
def test_who_made_it_is_gone(make: Callable[[], bytes], found: set[str]) -> None:
    given, report = make(), Report()
    assert holds(given)
    clean = filetypes.cleaned(given, "", report)[1]
    assert not holds(clean)
    whole = b"".join(pieces(clean))
    assert [mark for mark in [*MARKS, *map(str.encode, PLANTED), b"17.97"] if mark in whole] == []
    assert extract_text(io.BytesIO(clean)) == extract_text(io.BytesIO(given))
    assert WORDS in report.text
    assert set(report.found) == found


def seen(font: bytes) -> Image.Image:
    image = Image.new("L", (200, 60), 255)
    ImageDraw.Draw(image).text((5, 5), "A few AAA", font=ImageFont.truetype(io.BytesIO(font), 30))
    return image


@pytest.mark.parametrize(
    ("key", "program"),
    [("/FontFile", makers.type1()[0]), ("/FontFile2", makers.truetype()), ("/FontFile3", makers.cff())],
)
def test_letters_of_an_enclosed_font_look_as_before(key: str, program: bytes) -> None:
    clean = fontfiles.cleaned(program, key).data
    assert makers.TEXT in program and makers.TEXT not in clean
    assert ImageChops.difference(seen(program), seen(clean)).getbbox() is None


def test_names_of_letters_that_nobody_knows_are_blank() -> None:
    names = b"".join(bytes([len(one)]) + one for one in (b"uni0E81", makers.TEXT))
    table = b"\0\2\0\0" + bytes(28) + b"\0\2\1\2\1\3" + names
    clean = fontfiles._names(table)
    assert b"uni0E81" in clean and makers.TEXT not in clean and len(clean) == len(table)


def test_pages_that_share_a_list_of_fonts_keep_all_of_them() -> None:
    document = pikepdf.new()
    first, second = page(document, WORDS), page(document, "More")
    fonts = document.make_indirect(Dictionary(F=first.Resources.Font.F, G=first.Resources.Font.F))
    first.Resources, second.Resources = Dictionary(Font=fonts), Dictionary(Font=fonts)
    second.Contents = document.make_stream(second.Contents.read_bytes().replace(b"/F ", b"/G "))
    clean = filetypes.cleaned(saved(document), "", Report())[1]
    assert extract_text(io.BytesIO(clean)) == extract_text(io.BytesIO(saved(document)))


def spoken(words: str, drawn: bytes) -> bytes:
    return makers.changed(
        lambda _document, _first: None,
        b"/Span <</ActualText (" + words.encode() + b")>> BDC " + drawn + b" EMC",
    )


def element(words: str) -> bytes:
    def change(document: pikepdf.Pdf, first: pikepdf.Page) -> None:
        root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = document.make_indirect(Dictionary(S=Name.P, P=root, Pg=first.obj, K=0, ActualText=words))
        document.Root.StructTreeRoot = root

    return makers.changed(change, b"/P <</MCID 0>> BDC EMC")


LINE = b"BT /F 12 Tf 20 200 Td (A witness) Tj ET"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (spoken("Ann Example of Vientiane", b"0 0 9 9 re f"), {"invisible_text": [{"page": "1", "words": "Ann Example of Vientiane"}]}),
        (spoken("A witness", LINE), {}),
        (spoken("A\xadwitness\u00ad", LINE), {}),
        (spoken("fi", b"BT /F 12 Tf 20 200 Td (x) Tj ET"), {}),
        (element("Ann Example of Vientiane"), {"invisible_text": [{"words": "Ann Example of Vientiane"}]}),
        (element("Words that readers see"), {}),
    ],
)  # fmt: skip
def test_words_that_are_copied_in_place_of_others_are_named(
    given: bytes, found: dict[str, list[dict[str, str]]]
) -> None:
    report = Report()
    filetypes.cleaned(given, "", report)
    assert report.found == found


def test_what_is_read_aloud_stays() -> None:
    def change(document: pikepdf.Pdf, first: pikepdf.Page) -> None:
        root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot, RoleMap={"/Own": Name.Figure}))
        keys = {"P": root, "Pg": first.obj, "Alt": "A kiln", "Lang": "en"}
        root.K = document.make_indirect(Dictionary(S=Name.Own, K=Array([0]), **keys))
        document.Root.StructTreeRoot = root

    given = makers.changed(change, b"/Own <</MCID 0 /ActualText (kiln)>> BDC EMC")
    with pikepdf.open(io.BytesIO(filetypes.cleaned(given, "", Report())[1])) as clean:
        figure = clean.Root.StructTreeRoot.K[0]
        assert (figure.S, str(figure.Alt), str(figure.Lang), figure.K) == (Name.Figure, "A kiln", "en", 0)
        assert b"/ActualText (kiln)" in clean.pages[0].Contents.read_bytes()
        assert clean.Root.MarkInfo.Marked


def test_names_that_stand_by_themselves_and_damaged_streams_are_read() -> None:
    """Some programs write each name as an object of its own; readers show what comes before a wrong byte."""

    def change(document: pikepdf.Pdf, first: pikepdf.Page) -> None:
        font = first.Resources.Font.F
        font.Encoding = document.make_indirect(Name.WinAnsiEncoding)
        font.BaseFont = document.make_indirect(Name.Helvetica)
        pixels = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 2, "Height": 1, "BitsPerComponent": 8}
        picture = document.make_stream(b"\xff\x10\x80", **pixels, Filter=Name.RunLengthDecode)
        picture.ColorSpace = document.make_indirect(Name.DeviceGray)
        first.Resources.XObject = Dictionary(I=picture)
        first.Contents = Array([first.Contents, document.make_stream(b"")])
        packed = zlib.compress(b" BT /F 12 Tf 20 200 Td (it's whole) Tj ET" + b" 0 0 m 9 9 l S" * 9_000)
        first.Contents[1].write(packed[:150] + b"\0\0\0\0" + packed[154:], filter=Name.FlateDecode)

    given = makers.changed(change, b" q 9 0 0 9 0 0 cm /I Do Q ")
    report = Report()
    with pikepdf.open(io.BytesIO(filetypes.cleaned(given, "", report)[1])) as clean:
        (font,) = clean.pages[0].Resources.Font.values()
        assert font.Encoding == Name.WinAnsiEncoding
        (picture,) = clean.pages[0].Resources.XObject.values()
        assert picture.ColorSpace == Name.DeviceGray
    assert "it's whole" in report.text and report.found == {}


def test_names_in_other_letters_are_no_fault() -> None:
    given = makers.changed(lambda _document, _first: None)
    for old, new in [(b"/Type1", b"/T#e4pe"), (b"/Helvetica", b"/H#e4lv"), (b"/F ", b"/#e4 ")]:
        assert WORDS in extract_text(io.BytesIO(filetypes.cleaned(given.replace(old, new), "", Report())[1]))
