"""PDFs as programs make them, by hand: where LaTeX, Word, InDesign and others write who and where. Invented people."""

import struct
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms, ImageFont

from tests.articles.documents.pdfs import SECRET, changed
from tests.articles.documents.specimens import photo

TEXT = SECRET.encode()
XMP = b"<x:xmpmeta><dc:creator>" + TEXT + b"</dc:creator></x:xmpmeta>"
PATH, MAC, UNIX = (
    rf"C:\Users\{SECRET}\report.docx",
    f"/Users/{SECRET}/report.indd",
    f"/home/{SECRET}/report.tex",
)


def encrypted(data: bytes, key: int) -> bytes:
    """Return bytes hidden as fonts of Type 1 hide them."""
    made = bytearray()
    for plain in bytes(4) + data:
        made.append(plain ^ (key >> 8))
        key = ((made[-1] + key) * 52845 + 22719) & 0xFFFF
    return bytes(made)


def _drawn(*numbers: int | bytes) -> bytes:
    """Return the drawing of a letter: numbers, and operators as bytes."""
    made = b""
    for one in numbers:
        if isinstance(one, bytes):
            made += one
        elif -107 <= one <= 107:
            made += bytes([one + 139])
        else:
            made += bytes([247 + (abs(one) - 108) // 256 + (4 if one < 0 else 0), (abs(one) - 108) % 256])
    return made


BOX = _drawn(
    50, 600, b"\x0d", 0, 0, b"\x15", 500, b"\x06", 500, b"\x07", -500, b"\x06", b"\x09\x0e"
)  # a square


def type1() -> tuple[bytes, list[int]]:
    """Return a font of Type 1 whose letters are squares, with notices everywhere, and the lengths of its parts."""
    clear = (
        b"%!PS-AdobeFont-1.0: " + TEXT + b"\n% made by " + TEXT + b"\n11 dict begin\n/FontInfo 3 dict dup begin\n"
        b"/Notice (" + TEXT + b") readonly def\n/FullName (" + TEXT + b") readonly def\nend readonly def\n/FontName /" + TEXT
        + b" def\n/PaintType 0 def\n/FontType 1 def\n/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/Encoding 256 array\n"
        b"0 1 255 {1 index exch /.notdef put} for\ndup 65 /A put\nreadonly def\n/FontBBox {0 0 600 600} readonly def\n"
        b"currentdict end\ncurrentfile eexec\n"
    )  # fmt: skip
    letter = encrypted(BOX, 4330)
    private = (
        b"dup /Private 8 dict dup begin\n%% " + TEXT + b"\n/Own (" + TEXT + b") def\n/RD {string currentfile exch readstring pop} "
        b"executeonly def\n/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n/BlueValues [] def\n"
        b"/MinFeature {16 16} def\n/password 5839 def\n/Subrs 1 array\ndup 0 %d RD %b NP\nND\n2 index /CharStrings 2 dict dup begin\n"
        b"/.notdef %d RD %b ND\n/A %d RD %b ND\nend\nend\nreadonly put\nnoaccess put\ndup/FontName get exch definefont pop\n"
        b"mark currentfile closefile\n"
    ) % (5, encrypted(b"\x0b", 4330), len(letter), letter, len(letter), letter)  # fmt: skip
    hidden = encrypted(private, 55665)
    tail = b"0" * 512 + b"\ncleartomark\n%" + TEXT
    return clear + hidden + tail, [len(clear), len(hidden), len(tail)]


def _index(parts: list[bytes]) -> bytes:
    if not parts:
        return b"\0\0"
    ends = [1 + sum(map(len, parts[:at])) for at in range(len(parts) + 1)]
    return struct.pack(">HB", len(parts), 2) + struct.pack(f">{len(ends)}H", *ends) + b"".join(parts)


def cff() -> bytes:
    """Return a font in the Compact Font Format with one square letter, and a notice."""
    header = b"\1\0\4\2" + _index([TEXT])
    strings = _index([TEXT + b" notice", TEXT + b" family", b"square.own"])
    letter = _drawn(0, 0, b"\x15", 500, b"\x06", 500, b"\x07", -500, b"\x06\x0e")
    letters, charset = _index([b"\x0e", letter]), b"\0" + struct.pack(">H", 393)

    def top(*places: int) -> bytes:
        numbers = [b"\x1d" + struct.pack(">i", place) for place in places]
        return b"".join(
            [
                b"\xf8\x1b\x01",
                b"\xf8\x1c\x03",
                numbers[0],
                b"\x0f",
                numbers[1],
                b"\x11",
                b"\x8b",
                numbers[2],
                b"\x12",
            ]
        )

    start = len(header) + len(_index([top(0, 0, 0)])) + len(strings) + 2
    places = start, start + len(charset), start + len(charset) + len(letters)
    return header + _index([top(*places)]) + strings + b"\0\0" + charset + letters


def truetype() -> bytes:
    """Return the font that comes with Pillow, with a table of our own and a name in the gap behind."""
    data = ImageFont.load_default(20).font_bytes
    (count,) = struct.unpack_from(">H", data, 4)
    old, new = 12 + 16 * count, 12 + 16 * (count + 1)
    tables = [struct.unpack_from(">4sIII", data, 12 + 16 * at) for at in range(count)]
    moved = b"".join(struct.pack(">4sIII", tag, total, at + 16, length) for tag, total, at, length in tables)
    end = len(data) + 16
    own = struct.pack(">4sIII", b"own ", 0, end, len(TEXT))
    return (
        data[:4] + struct.pack(">H", count + 1) + data[6:12] + moved + own + data[old:] + TEXT
        if new > old
        else b""
    )


def with_font(
    key: str, program: bytes, lengths: list[int] | None = None, kind: str = "", letters: bytes = b"AAA"
) -> bytes:
    """Return a PDF that encloses a font."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        stream = document.make_stream(program)
        for at, length in enumerate(lengths or [], 1):
            stream[f"/Length{at}"] = length
        if kind:
            stream.Subtype = Name(kind)
        described = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/ABCDEF+{SECRET}"),
            FontFamily=SECRET,
            Flags=4,
            CharSet=f"/{SECRET}",
        )
        described[key] = stream
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType if key == "/FontFile2" else Name.Type1,
            FirstChar=65,
            LastChar=65,
            Widths=[600],
        )
        font.BaseFont, font.FontDescriptor = Name(f"/ABCDEF+{SECRET}-Bold"), document.make_indirect(described)
        if kind:
            font.Encoding = Dictionary(Differences=[65, Name("/square.own")])
        first.Resources.Font.E = font

    return changed(change, b"BT /E 12 Tf 20 200 Td (" + letters + b") Tj ET")  # fmt: skip


def latex() -> bytes:
    """Return what pdfTeX makes of a text with an enclosed figure, and hyperref of its links."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        info = document.make_indirect(
            Dictionary(Author=SECRET, Title=SECRET, CreationDate="D:20260105100000Z")
        )
        figure = {"/PTEX.FileName": UNIX, "/PTEX.PageNumber": 1, "/PTEX.InfoDict": info}
        form = document.make_stream(b"% " + TEXT + b"\n/TeX BMC 0 0 9 9 re f EMC", {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": [0, 0, 9, 9], **figure})  # fmt: skip
        first.Resources.XObject = Dictionary(Im1=form)
        document.docinfo["/PTEX.Fullbanner"] = SECRET
        document.Root.Names = Dictionary(
            Dests=Dictionary(
                Names=[f"section.{SECRET}", Dictionary(D=Array([first.obj, Name.XYZ, 0, 9, None]))]
            )
        )
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=[0, 0, 9, 9],
            A=Dictionary(S=Name.GoTo, D=f"section.{SECRET}"),
        )
        first.Annots = Array([document.make_indirect(link)])

    return changed(change, b"/Im1 Do")  # fmt: skip


def word() -> bytes:
    """Return a tagged PDF of Word: alternative text that is a path, own kinds of paragraphs, ids of elements."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        root = document.make_indirect(
            Dictionary(Type=Name.StructTreeRoot, RoleMap={f"/{SECRET}": Name.P}, Own=SECRET)
        )
        kids = [
            Dictionary(S=Name(f"/{SECRET}"), P=root, Pg=first.obj, K=0, ID=SECRET, T=SECRET, Lang="en-GB"),
            Dictionary(
                S=Name.Figure,
                P=root,
                Pg=first.obj,
                K=1,
                Alt=PATH,
                A=[Dictionary(O=Name.Layout, BBox=[0, 0, 9, 9], Own=SECRET), 0],
            ),
        ]
        root.K = Array([document.make_indirect(kid) for kid in kids])
        root.IDTree = Dictionary(Names=[SECRET, root.K[0]])
        document.Root.StructTreeRoot, document.Root.MarkInfo = root, Dictionary(Marked=True, Own=SECRET)
        document.Root.Metadata = document.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
        first.obj.StructParents = 0

    return changed(change, b"/" + TEXT + b" <</MCID 0/Own(" + TEXT + b")>> BDC EMC /Figure <</MCID 1>> BDC EMC")  # fmt: skip


def indesign() -> bytes:
    """Return a page of InDesign: its own data, positions of the original, metadata of each picture, an output intent."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        profile = (
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            .tobytes()
            .replace(b"sRGB built-in", TEXT[:13])
        )
        icc = document.make_stream(profile, N=3)
        pixels = {
            "Type": Name.XObject,
            "Subtype": Name.Image,
            "Width": 240,
            "Height": 160,
            "BitsPerComponent": 8,
        }
        picture = document.make_stream(
            photo(), **pixels, ColorSpace=Array([Name.ICCBased, icc]), Filter=Name.DCTDecode
        )
        picture.Metadata = document.make_stream(XMP)
        first.Resources.XObject = Dictionary({f"/{SECRET}": picture})
        private = Dictionary(Private=document.make_stream(TEXT), LastModified="D:2026", DocPath=MAC)
        first.obj.PieceInfo = Dictionary(InDesign=private)
        first.obj.LastModified, first.obj.TrimBox = SECRET, Array([0, 0, 300, 400])
        document.Root.OutputIntents = Array(
            [Dictionary(S=Name.GTS_PDFX, Info=SECRET, OutputConditionIdentifier=SECRET)]
        )

    return changed(change, b"q 9 0 0 9 20 20 cm /" + TEXT + b" Do Q")


def illustrator() -> bytes:
    """Return a drawing of Illustrator: layers with names and makers, its own data at every level."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        usage = Dictionary(
            CreatorInfo=Dictionary(Creator=SECRET, Subtype=Name.Artwork), View=Dictionary(ViewState=Name.ON)
        )
        layer = document.make_indirect(
            Dictionary(Type=Name.OCG, Name=SECRET, Usage=usage, Intent=[Name.View, Name.Design])
        )
        order = Array([f"Layers of {SECRET}", Array([layer])])
        document.Root.OCProperties = Dictionary(
            OCGs=[layer], D=Dictionary(Order=order, ON=[layer], Name=SECRET, Creator=SECRET)
        )
        first.Resources.Properties = Dictionary({f"/{SECRET}": layer})
        first.obj.PieceInfo = Dictionary(
            Illustrator=Dictionary(Private=Dictionary(AIMetaData=document.make_stream(TEXT)))
        )
        first.Resources.ExtGState = Dictionary(
            GS=Dictionary(Type=Name.ExtGState, HT=Dictionary(HalftoneType=1, HalftoneName=SECRET), OPM=1)
        )

    return changed(change, b"/GS gs /OC /" + TEXT + b" BDC 0 0 9 9 re f EMC")  # fmt: skip


def ghostscript() -> bytes:
    """Return what Ghostscript makes of a print: comments, a font of drawings, spot colours, procedures of its own."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        letter = document.make_stream(b"600 0 0 0 600 600 d1 % " + TEXT + b"\n0 0 500 500 re f")
        codes = Dictionary(Type=Name.Encoding, Differences=[65, Name(f"/{SECRET}")])
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=[0, 0, 600, 600],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            Name=Name(f"/{SECRET}"),
        )
        font.CharProcs, font.Encoding = Dictionary({f"/{SECRET}": letter}), codes
        font.FirstChar, font.LastChar, font.Widths = 65, 65, Array([600])
        lines = (
            b"/CIDInit /ProcSet findresource begin % "
            + TEXT
            + b"\n/CMapName /"
            + TEXT
            + b" def\n1 beginbfchar\n<41> <0041>\nendbfchar"
        )
        font.ToUnicode = document.make_stream(lines)
        first.Resources.Font.E = font
        formula = document.make_stream(
            b"{ % " + TEXT + b"\n dup 0 mul exch dup }", FunctionType=4, Domain=[0, 1], Range=[0, 1] * 3
        )
        first.Resources.ColorSpace = Dictionary(
            C=Array([Name.Separation, Name(f"/{SECRET}"), Name.DeviceRGB, formula])
        )

    return changed(change, b"%%Creator: " + TEXT + b"\n/C cs 1 scn BT /E 12 Tf 20 200 Td (AA) Tj ET")  # fmt: skip


def chrome() -> bytes:
    """Return a page that Chrome printed from a computer: ids of its elements, a link to a file nearby."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        element = document.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.P, P=root, Pg=first.obj, K=0, ID=f"node{SECRET}")
        )
        root.K, root.IDTree = element, Dictionary(Names=[f"node{SECRET}", element])
        document.Root.StructTreeRoot = root
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=[0, 0, 9, 9],
            Contents=SECRET,
            A=Dictionary(S=Name.URI, URI=f"file://{UNIX}"),
        )
        first.Annots = Array([document.make_indirect(link)])
        document.Root.Dests = Dictionary({f"/{SECRET}": Array([first.obj, Name.XYZ, 0, 0, 0])})

    return changed(change, b"/P <</MCID 0>> BDC EMC")  # fmt: skip


def scanner() -> bytes:
    """Return a scan: a photo with a position, another in JBIG2 and one in JPEG 2000 with comments, recognised words."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        pixels = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 8, "Height": 8}
        comment = struct.pack(">IBBBI", 1, 62, 0, 1, 4 + len(TEXT)) + b"\x20\0\0\0" + TEXT
        page = struct.pack(">IBBBIIIIIBH", 0, 48, 0, 1, 19, 8, 8, 0, 0, 0, 0)
        bits = document.make_stream(
            page + comment, **pixels, ColorSpace=Name.DeviceGray, BitsPerComponent=1, Filter=Name.JBIG2Decode
        )
        wave = b"\xff\x4f\xff\x64" + struct.pack(">HH", 4 + len(TEXT), 1) + TEXT + b"\xff\xd9" + TEXT
        waves = document.make_stream(
            wave, **pixels, ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.JPXDecode
        )
        large = document.make_stream(
            photo(),
            **(pixels | {"Width": 240, "Height": 160}),
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        large.Metadata = document.make_stream(XMP)
        large.Measure = Dictionary(Own=SECRET)
        first.Resources.XObject = Dictionary(A=bits, B=waves, C=large)
        first.obj.PieceInfo = Dictionary(Scanner=Dictionary(Private=Dictionary(Serial=SECRET)))

    return changed(change, b"q 300 0 0 400 0 0 cm /C Do Q q 9 0 0 9 0 0 cm /A Do /B Do Q BT 3 Tr /F 9 Tf 20 90 Td (Recognised) Tj ET")  # fmt: skip


def gis() -> bytes:
    """Return a map: positions of its corners, properties of what it shows, layers of its own."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        measure = Dictionary(
            Type=Name.Measure, Subtype=Name.GEO, GPTS=[17.97, 102.63], GCS=Dictionary(WKT=SECRET)
        )
        first.obj.VP = Array(
            [Dictionary(Type=Name.Viewport, BBox=[0, 0, 9, 9], Measure=measure, Name=SECRET)]
        )
        first.obj.LGIDict = Array([Dictionary(Type=Name.LGIDict, Description=SECRET, CTM=["17.97"])])
        root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        owner = Dictionary(O=Name.UserProperties, P=[Dictionary(N=SECRET, V=SECRET, F=SECRET)])
        root.K = document.make_indirect(
            Dictionary(S=Name.Feature, P=root, Pg=first.obj, K=0, A=owner, T=SECRET)
        )
        root.ClassMap = Dictionary({f"/{SECRET}": owner})
        document.Root.StructTreeRoot, document.Root.MarkInfo = root, Dictionary(UserProperties=True)

    return changed(change, b"/feature <</MCID 0>> BDC EMC")  # fmt: skip


def office() -> bytes:
    """Return a PDF of LibreOffice that holds its own source, with a signed form."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        document.trailer["/DocChecksum"] = Name(f"/{SECRET}")
        source = document.make_stream(TEXT, Type=Name.EmbeddedFile)
        document.trailer["/AdditionalStreams"] = Array([Name(f"/{SECRET}"), source])
        keys = {"Type": Name.Annot, "Subtype": Name.Widget, "Rect": [10, 10, 90, 30], "F": 4, "FT": Name.Tx}
        field = document.make_indirect(
            Dictionary(T=SECRET, TM=SECRET, V="Laos", DV=SECRET, NM=SECRET, M=SECRET, **keys)
        )
        field.DA = f"/Helv 9 Tf 0 g % {SECRET}"
        field.AP = Dictionary(
            N=document.make_stream(
                b"/Tx BMC BT /Helv 9 Tf (Laos) Tj ET EMC",
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=[0, 0, 80, 20],
            )
        )
        first.Annots = Array([field])
        document.Root.AcroForm = Dictionary(
            Fields=[field], Own=SECRET, DR=Dictionary(Font=first.Resources.Font)
        )

    return changed(change)  # fmt: skip


def combined() -> bytes:
    """Return what Acrobat makes of several files: their names as labels of pages, threads, their own thumbnails."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        document.Root.PageLabels = Dictionary(Nums=[0, Dictionary(S=Name.D, P=f"{SECRET}.docx ")])
        first.obj.Thumb = document.make_stream(TEXT)
        thread = document.make_indirect(
            Dictionary(Type=Name.Thread, I=Dictionary(Title=SECRET, Author=SECRET))
        )
        document.Root.Threads = Array([thread])
        first.obj.B = Array([document.make_indirect(Dictionary(Type=Name.Bead, T=thread))])
        document.Root.SpiderInfo = Dictionary(V=1, C=Array([SECRET]))
        document.Root.Legal, document.Root.PieceInfo = (
            Dictionary(Attestation=SECRET),
            Dictionary(Own=Dictionary(Private=SECRET)),
        )

    return changed(change)


MAKERS: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "LaTeX": (latex, set()), "Word": (word, set()), "InDesign": (indesign, set()), "Illustrator": (illustrator, set()),
    "Ghostscript": (ghostscript, set()), "Chrome": (chrome, {"local_links"}), "a scanner": (scanner, set()), "GIS": (gis, set()),
    "LibreOffice": (office, set()), "Acrobat": (combined, set()),
    "a font of Type 1": (lambda: with_font("/FontFile", *type1()), set()),
    "a compact font": (lambda: with_font("/FontFile3", cff(), kind="/Type1C"), set()),
    "a TrueType font": (lambda: with_font("/FontFile2", truetype()), set()),
}  # fmt: skip
