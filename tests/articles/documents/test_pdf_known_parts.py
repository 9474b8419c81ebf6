"""A PDF is built anew from known parts: what no table names does not stay, wherever it stands, and words do."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfminer.high_level import extract_text
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from articles.documents import filetypes
from articles.documents.report import Report
from tests.articles.documents.pdfs import SECRET, WORDS, changed, dictionaries, drawing, holds, pieces, rich
from tests.articles.documents.specimens import photo, saved
from tests.planted import MARKS, PLANTED

TEXT = SECRET.encode()
POINTS = [17.9757, 102.6331] * 2
GEO = Dictionary(
    Type=Name.Viewport, BBox=[0, 0, 9, 9], Name=SECRET, Measure=Dictionary(Subtype=Name.GEO, GPTS=POINTS)
)
PICTURE = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 240, "Height": 160, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB}  # fmt: skip


def cleaned(content: bytes) -> bytes:
    return filetypes.cleaned(content, "", Report())[1]


def told(content: bytes) -> set[str]:
    report = Report()
    filetypes.cleaned(content, "", report)
    return set(report.found)


def rooted(**keys: Any) -> bytes:
    return changed(
        lambda document, _first: [document.Root.__setitem__(f"/{key}", one) for key, one in keys.items()]
    )


def paged(**keys: Any) -> bytes:
    return changed(
        lambda _document, first: [first.obj.__setitem__(f"/{key}", one) for key, one in keys.items()]
    )


def in_trailer() -> bytes:
    return changed(lambda document, _first: document.trailer.__setitem__("/Own", SECRET))


def with_form(**keys: Any) -> bytes:
    """Return a PDF with a form as pdfTeX makes one of an enclosed figure."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        form = document.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        for key, one in keys.items():
            form[f"/{key}"] = one
        first.Resources.XObject = Dictionary(X=form)

    return changed(change, b"/X Do")


def with_elements(**keys: Any) -> bytes:
    """Return a PDF with one element in its structure."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = document.make_indirect(
            Dictionary(
                {"/S": Name.P, "/P": root, "/Pg": first.obj, "/K": 0}
                | {f"/{key}": one for key, one in keys.items()}
            )
        )
        document.Root.StructTreeRoot = root

    return changed(change, b"/P <</MCID 0>> BDC EMC")


def drawn_with(**objects: Any) -> bytes:
    """Return a PDF whose page draws a picture /I or a shading /S."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        for name, (category, data, keys) in objects.items():
            first.Resources[f"/{category}"] = Dictionary({f"/{name}": document.make_stream(data, **keys)})

    return changed(change, b"q 9 0 0 9 20 20 cm /I Do Q" if "I" in objects else b"q /S sh Q")


def lines() -> Image.Image:
    """Return a picture in black and white."""
    made = Image.new("1", (120, 40), 255)
    ImageDraw.Draw(made).line((0, 0, 119, 39), fill=0)
    return made


FAX = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 120, "Height": 40, "BitsPerComponent": 1, "ColorSpace": Name.DeviceGray, "Filter": Name.CCITTFaxDecode}  # fmt: skip


def packed_as_fax(how: str = "group4") -> bytes:
    made = io.BytesIO()
    lines().save(made, "TIFF", compression=how, tiffinfo={278: 40})
    with Image.open(made) as written:
        (start,), (size,) = written.tag_v2[273], written.tag_v2[279]
    return made.getvalue()[start : start + size]


GROUP_4 = Dictionary(K=-1, Columns=120, Rows=40)
INLINE_FAX = (
    b"q 9 0 0 9 20 20 cm BI /W 120 /H 40 /BPC 1 /CS /G /F /CCF /DP <</K -1 /Columns 120>> ID %b EI Q "
)


def with_fax(behind: bytes = b"", settings: Any = GROUP_4, how: str = "group4") -> bytes:
    return drawn_with(I=("XObject", packed_as_fax(how) + behind, FAX | {"DecodeParms": settings}))


MESH = {"ColorSpace": Name.DeviceRGB, "BitsPerCoordinate": 8, "BitsPerComponent": 8, "BitsPerFlag": 8, "Decode": [0, 9, 0, 9, 0, 1, 0, 1, 0, 1]}  # fmt: skip
WHOLE = {
    4: 3 * (1 + 2 + 3),
    5: 4 * (2 + 3),
    6: 1 + 24 + 12,
    7: 1 + 32 + 12,
}  # bytes of a triangle, a grid, a patch


def with_mesh(kind: int, behind: bytes = b"", bits: int = 8) -> bytes:
    keys = MESH | {"ShadingType": kind, "BitsPerFlag": bits} | ({"VerticesPerRow": 2} if kind == 5 else {})
    return drawn_with(S=("Shading", bytes(WHOLE[kind]) + behind, keys))


def with_choice(chosen: Any, *options: Any, kind: str = "Ch") -> bytes:
    """Return a PDF with a field of a form that has choices."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            Rect=[10, 10, 90, 30],
            F=4,
            FT=Name(f"/{kind}"),
            T="C",
            Opt=Array(options),
        )
        if chosen is not None:
            field.V = chosen
        first.Annots = Array([document.make_indirect(field)])
        document.Root.AcroForm = Dictionary(Fields=Array([first.Annots[0]]))

    return changed(change)


PACKINGS = [
    ("group4", GROUP_4),
    ("group3", Dictionary(Columns=120)),
    ("tiff_ccitt", Dictionary(Columns=120, EncodedByteAlign=True)),
]


@pytest.mark.parametrize("black", [True, False])
@pytest.mark.parametrize(("how", "layout"), PACKINGS, ids=[one[0] for one in PACKINGS])
def test_faxes_stay_as_they_were(how: str, layout: Any, black: bool) -> None:
    layout.BlackIs1 = black
    content = with_fax(settings=layout, how=how)
    shown = []
    for one in (with_fax(settings=Dictionary(K=-1, Columns=120, BlackIs1=black)), cleaned(content)):
        with pikepdf.open(io.BytesIO(one)) as document:
            picture = pikepdf.PdfImage(next(iter(document.pages[0].Resources.XObject.values())))
            shown.append(picture.as_pil_image().convert("1").tobytes())
    assert shown[0] == shown[1] and len(set(shown[0])) > 1
    assert told(content) == set()


@pytest.mark.parametrize("kind", WHOLE)
def test_meshes_stay_as_they_were(kind: int) -> None:
    with pikepdf.open(io.BytesIO(cleaned(with_mesh(kind)))) as document:
        (mesh,) = document.pages[0].Resources.Shading.values()
        assert mesh.read_bytes() == bytes(WHOLE[kind])
    assert told(with_mesh(kind)) == set()


def test_an_inline_fax_stays_as_it_was() -> None:
    clean = cleaned(drawing(INLINE_FAX % packed_as_fax()))
    assert any(packed_as_fax() == piece for piece in pieces(clean))
    assert told(drawing(INLINE_FAX % packed_as_fax())) == set()


def test_a_field_shows_and_sends_what_was_chosen() -> None:
    with pikepdf.open(
        io.BytesIO(cleaned(with_choice("la", Array(["la", "Laos"]), Array(["th", "Thailand"]), "Other")))
    ) as document:
        field = document.pages[0].Annots[0]
        assert [str(one) for one in field.Opt] == ["Laos", "Thailand", "Other"] and str(field.V) == "Laos"


OWN = Dictionary(A=SECRET)
ELSEWHERE = Dictionary(S=Name.P, K=7, ActualText=SECRET)  # of a page that was taken out
SILENT = [
    ("GeoPDF", lambda: paged(VP=Array([GEO]))),
    ("coordinates of an older kind", lambda: paged(LGIDict=Dictionary(Registration=Array([Array([SECRET, "17.97"])])))),
    ("root", lambda: rooted(Own=OWN)),
    ("page", lambda: paged(Own=OWN)),
    ("trailer", in_trailer),
    ("data of a program", lambda: paged(PieceInfo=Dictionary(Own=Dictionary(Private=SECRET)))),
    ("figure of pdfTeX", lambda: with_form(**{"PTEX.InfoDict": Dictionary(Author=SECRET), "PTEX.FileName": f"/home/{SECRET}/a.pdf"})),
    ("comment", lambda: drawing(b"% " + TEXT + b"\n0 g\n")),
    ("unknown operator", lambda: drawing(b"(" + TEXT + b") Xx 0 g")),
    ("unknown operator in a section for those", lambda: drawing(b"BX (" + TEXT + b") Xx EX")),
    ("operand too many", lambda: drawing(b"(" + TEXT + b") /" + TEXT + b" 0 g")),
    ("operand without operator", lambda: drawing(b"(" + TEXT + b")")),
    ("properties of a mark", lambda: drawing(b"/P <</MCID 0 /Own (" + TEXT + b") /Lang (" + TEXT + b")>> BDC EMC")),
    ("tag of a mark", lambda: drawing(b"/" + TEXT + b" BMC EMC /" + TEXT + b" MP")),
    ("dictionary of an inline picture", lambda: drawing(b"BI /W 1 /H 1 /BPC 8 /CS /G /Own (" + TEXT + b") ID \x10 EI ")),
    ("bytes behind an inline picture", lambda: drawing(b"BI /W 1 /H 1 /BPC 8 /CS /G /F /Fl ID " + zlib.compress(b"\x10") + TEXT + b" EI ")),
    ("properties of a user", lambda: with_elements(A=Dictionary(O=Name.UserProperties, P=[Dictionary(N=SECRET, V=SECRET)]))),
    ("title of an element", lambda: with_elements(T=SECRET, ID=SECRET)),
    ("kind of an element", lambda: with_elements(C=Name(f"/{SECRET}"))),
    ("path as alternative text", lambda: with_elements(Alt=rf"C:\Users\{SECRET}\a.jpg")),
    ("name of a file as alternative text", lambda: with_elements(Alt=f"IMG {SECRET}.jpg")),
    ("path in place of what is shown", lambda: with_elements(ActualText=f"/home/{SECRET}/a.pdf")),
    ("name of a file in place of an abbreviation", lambda: with_elements(E=f"{SECRET}.docx")),
    ("name of a file in a mark", lambda: drawing(b"/Span <</ActualText (" + TEXT + b".docx)>> BDC EMC")),
    ("path as the words of a field", lambda: field_with(TU=f"/home/{SECRET}/a.pdf")),
    ("bytes behind a fax", lambda: with_fax(TEXT)),
    ("bytes behind an inline fax", lambda: drawing(INLINE_FAX % (packed_as_fax() + TEXT))),
    *((f"bytes behind a mesh of kind {kind}", lambda kind=kind: with_mesh(kind, TEXT)) for kind in WHOLE),
    ("what a choice sends", lambda: with_choice(None, Array([SECRET, "Laos"]), "Other")),
    ("what a chosen one sends", lambda: with_choice(SECRET, Array([SECRET, "Laos"]))),
    ("what several send", lambda: with_choice(Array([SECRET]), Array([SECRET, "Laos"]))),
    ("what a button sends", lambda: with_choice(None, SECRET, kind="Btn")),
    ("choices of a field that has none", lambda: with_choice("Ann", SECRET, kind="Tx")),
    ("name and password in a link", lambda: address(f"https://ann:{SECRET}@example.org/")),
    ("element of a page that is not there", lambda: with_elements(K=Array([0, ELSEWHERE]))),
    ("bytes behind a packed picture", lambda: changed(lambda document, first: first.Resources.__setitem__("/XObject", Dictionary(I=document.make_stream(zlib.compress(bytes(240 * 160 * 3)) + TEXT, **PICTURE, Filter=Name.FlateDecode))), b"/I Do")),
    ("pixels beyond the picture", lambda: changed(lambda document, first: first.Resources.__setitem__("/XObject", Dictionary(I=document.make_stream(bytes(240 * 160 * 3) + TEXT, **PICTURE))), b"/I Do")),
]  # fmt: skip


def field_with(**keys: Any) -> bytes:
    """Return a PDF with a field of a form that carries further keys."""
    note = {
        "Type": Name.Annot,
        "Subtype": Name.Widget,
        "Rect": [10, 10, 90, 30],
        "F": 4,
        "FT": Name.Tx,
        "T": "C",
    }

    def change(document: pikepdf.Pdf, first: Any) -> None:
        first.Annots = Array([document.make_indirect(Dictionary(**note, **keys))])
        document.Root.AcroForm = Dictionary(Fields=Array([first.Annots[0]]))

    return changed(change)


@pytest.mark.parametrize(("place", "make"), SILENT, ids=[one[0] for one in SILENT])
def test_what_is_not_known_does_not_stay(place: str, make: Callable[[], bytes]) -> None:
    content = make()
    assert holds(content)
    clean = cleaned(content)
    assert not holds(clean)
    assert b"GPTS" not in clean and not any(b"102.633" in piece for piece in pieces(clean))
    assert WORDS in extract_text(io.BytesIO(clean))
    assert told(content) == ({"credentials"} if "password" in place else set())


def inline(how: bytes, data: bytes) -> bytes:
    return drawing(b"q 9 0 0 9 20 20 cm BI /W 240 /H 160 /BPC 8 /CS /RGB " + how + b" ID " + data + b" EI Q ")


def shown(filters: Any, data: bytes, key: str = "Filter") -> bytes:
    """Return a PDF with a picture behind filters."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        document_picture = document.make_stream(data, **PICTURE)
        document_picture[f"/{key}"] = filters
        first.Resources.XObject = Dictionary(I=document_picture)

    return changed(change, b"q 9 0 0 9 20 20 cm /I Do Q")


HEX = photo().hex().encode() + b">"
CHAINS = [
    ("DCT inline", lambda: inline(b"/F /DCT", photo())),
    ("DCTDecode inline", lambda: inline(b"/Filter /DCTDecode", photo())),
    ("packed twice inline", lambda: inline(b"/F [/AHx /DCT]", HEX)),
    ("packed thrice inline", lambda: inline(b"/F [/Fl /ASCIIHexDecode /DCT] /DP [null null null]", zlib.compress(HEX))),
    ("DCT", lambda: shown(Name("/DCT"), photo())),
    ("Fl and DCT", lambda: shown(Array([Name("/Fl"), Name("/DCT")]), zlib.compress(photo()))),
    ("AHx and DCTDecode", lambda: shown(Array([Name("/AHx"), Name.DCTDecode]), HEX)),
    ("key of an inline picture", lambda: shown(Name.DCTDecode, photo(), "F")),
]  # fmt: skip


@pytest.mark.parametrize(("how", "make"), CHAINS, ids=[one[0] for one in CHAINS])
def test_photos_are_cleaned_behind_any_filters(how: str, make: Callable[[], bytes]) -> None:
    clean = cleaned(make())
    whole = b"".join(pieces(clean))
    assert [mark for mark in [*MARKS, *map(str.encode, PLANTED)] if mark in whole] == []
    assert whole.count(b"\xff\xd8\xff") >= 1
    assert told(make()) == set()


def link_to(**action: Any) -> bytes:
    note = Dictionary(Subtype=Name.Link, Rect=[10, 10, 90, 30], A=Dictionary(**action))
    return changed(
        lambda document, first: first.obj.__setitem__("/Annots", Array([document.make_indirect(note)]))
    )


def address(there: str) -> bytes:
    return link_to(S=Name.URI, URI=there)


NAMED = [
    ("actions", lambda: rooted(OpenAction=Dictionary(S=Name.URI, URI=f"https://example.org/{SECRET}"))),
    ("actions", lambda: rooted(OpenAction=Dictionary(Type=Name.X, S=Name.Launch, F=SECRET))),
    ("actions", lambda: link_to(Type=Name.X, S=Name.Launch, F=SECRET)),
    ("actions", lambda: link_to(Type=Name.X, S=Name.GoToR, F=SECRET, D=Array([0]))),
    ("scripts", lambda: link_to(Type=Name.Annot, S=Name.JavaScript, JS=SECRET)),
    ("actions", lambda: link_to(S=Name(f"/{SECRET}"))),
    ("local_links", lambda: address(rf"\\{SECRET}\share\a.pdf")),
    ("local_links", lambda: address(f"//{SECRET}/share")),
    ("local_links", lambda: address(f"smb://{SECRET}/share")),
    ("local_links", lambda: address(f" file:///home/{SECRET}/a.pdf")),
    ("local_links", lambda: address(f"f\tile:///home/{SECRET}")),
    ("local_links", lambda: address(rf"C:\Users\{SECRET}")),
    ("local_links", lambda: address(f"{SECRET}/a.pdf")),
    ("actions", lambda: address(f"vbscript:{SECRET}")),
    ("actions", lambda: address(f"java\nscript:{SECRET}")),
    ("actions", lambda: paged(AA=Dictionary(O=Dictionary(S=Name.URI, URI=f"https://example.org/{SECRET}")))),
    ("attachments", lambda: rooted(AF=Array([Dictionary(Type=Name.Filespec, F=SECRET)]))),
    ("unknown_parts", lambda: shown(Name(f"/{SECRET}"), b"x")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "make"), NAMED)
def test_what_a_reader_would_have_met_is_cut_and_named(kind: str, make: Callable[[], bytes]) -> None:
    content = make()
    assert holds(content)
    assert told(content) == {kind}
    assert not holds(cleaned(content))


def test_links_to_the_web_stay() -> None:
    for there, kept in [
        ("https://example.org/a?b=c#d", None),
        ("www.example.org/a", "http://www.example.org/a"),
        ("tel:+856", None),
    ]:
        with pikepdf.open(io.BytesIO(cleaned(address(there)))) as document:
            assert str(document.pages[0].Annots[0].A.URI) == (kept or there)


def test_former_versions_and_lost_objects_are_not_copied() -> None:
    def change(document: pikepdf.Pdf, _first: Any) -> None:
        lost = document.make_stream(TEXT, Own=SECRET)
        document.Root.Own = lost

    assert not holds(cleaned(changed(change)))


KEYS = st.from_regex(r"[A-Za-z]{1,3}[A-Za-z0-9.:_]{3,12}", fullmatch=True)
VALUES = st.sampled_from(["text", "name", "dictionary", "array", "stream"])


def value_of(document: pikepdf.Pdf, kind: str) -> Any:
    match kind:
        case "name":
            return Name(f"/{SECRET}")
        case "dictionary":
            return Dictionary(Type=Name.Font, Contents=SECRET)
        case "array":
            return Array([1, SECRET])
        case "stream":
            return document.make_stream(TEXT, Own=SECRET)
    return pikepdf.String(SECRET)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 10_000), KEYS, VALUES), min_size=1, max_size=12))
def test_own_keys_stay_nowhere_and_words_stay(plantings: list[tuple[int, str, str]]) -> None:
    document = rich()
    before = extract_text(io.BytesIO(saved(document)))
    places = dictionaries(document)
    for at, key, kind in plantings:
        place = places[at % len(places)]
        if f"/{key}" not in place:
            place[f"/{key}"] = value_of(document, kind)
    content = saved(document)
    clean = cleaned(content)
    assert holds(content) and not holds(clean)
    assert extract_text(io.BytesIO(clean)) == before


PIECES = st.sampled_from(
    [b"%" + TEXT + b"\n", b"(" + TEXT + b") ", b"<" + TEXT.hex().encode() + b"> ", b"/" + TEXT + b" ", b"[(" + TEXT + b")] ",
     b"<</A (" + TEXT + b")>> ", TEXT + b" ", b"(" + TEXT + b") Zz ", b"/OC <</Own (" + TEXT + b")>> DP "]
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 1_000), PIECES), min_size=1, max_size=8))
def test_own_words_between_operators_stay_nowhere(plantings: list[tuple[int, bytes]]) -> None:
    document = rich()
    before = extract_text(io.BytesIO(saved(document)))
    lines = [b"q", b"0 0 5 5 re", b"f", b"1 w", b"Q", b"0.5 g", b"q 1 0 0 1 5 5 cm", b"Q", b"0 g"]
    for at, piece in plantings:
        lines.insert(at % (len(lines) + 1), piece)
    first = document.pages[0]
    first.Contents = document.make_stream(first.Contents.read_bytes() + b"\n" + b"\n".join(lines))
    clean = cleaned(saved(document))
    assert not holds(clean)
    assert extract_text(io.BytesIO(clean)) == before


def test_a_clean_pdf_is_as_rich_as_before() -> None:
    with pikepdf.open(io.BytesIO(cleaned(saved(rich())))) as clean:
        root, first = clean.Root, clean.pages[0]
        assert [str(one.title) for one in clean.open_outline().root] == ["The beginning"]
        assert root.StructTreeRoot.K[0].S == Name.P and str(root.StructTreeRoot.K[0].Alt) == "Spoken"
        assert root.StructTreeRoot.ParentTree.Nums[1][0].objgen == root.StructTreeRoot.K[0].objgen
        assert str(first.Annots[0].A.URI) == "https://example.org/" and str(first.Annots[1].V) == "Laos"
        assert len(root.OCProperties.OCGs) == 1 and len(first.Resources.XObject) == 2
        assert root.PageLabels.Nums[1].S == Name.D and clean.check_pdf_syntax() == []
