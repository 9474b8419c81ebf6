"""PDFs with everything that a program can put into one, and what is left of it in the bytes of a clean one."""

import base64
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem

from tests.articles.documents.specimens import all_bytes, page

SECRET = "PlantedSecret4711"
WORDS = "Words that readers see"
DRAWN = b"q /G gs 1 0 0 1 20 100 cm /I Do Q q /X Do Q /Span <</MCID 0>> BDC BT /F 12 Tf 20 300 Td (And more of them) Tj ET EMC "


def pieces(content: bytes) -> Iterator[bytes]:
    """Yield every byte of a PDF, streams unpacked, and what stands in letters in a drawing."""
    for piece in all_bytes(content):
        yield piece
        for letters in re.findall(rb"ID ([^~]*)~>", piece):
            yield base64.a85decode(letters)


def holds(content: bytes, word: str = SECRET) -> bool:
    """Return whether a word stands anywhere in a PDF, in any of the usual spellings."""
    spellings = [
        word.encode(),
        word.encode("utf-16-be"),
        word.encode("utf-16-le"),
        word.encode().hex().encode(),
    ]
    return any(one in piece or one.lower() in piece.lower() for piece in pieces(content) for one in spellings)


def changed(change: Callable[[pikepdf.Pdf, Any], object], extra: bytes = b"") -> bytes:
    """Return a PDF of one page with a change to it."""
    document = pikepdf.new()
    first = page(document, WORDS, extra)
    change(document, first)
    buffer = io.BytesIO()
    document.save(buffer, compress_streams=False)  # streams keep the filters that they were given
    return buffer.getvalue()


def drawing(extra: bytes) -> bytes:
    """Return a PDF with something more drawn on its page."""
    return changed(lambda _document, _first: None, extra)


def rich() -> pikepdf.Pdf:
    """Return a PDF with one of most kinds of objects, all of them known."""
    document = pikepdf.new()
    first = page(document, WORDS, DRAWN)
    page(document, "The second page")
    resources = first.Resources
    palette = Array([Name.Indexed, Name.DeviceRGB, 1, b"\0" * 6])
    grey = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": 2,
        "Height": 1,
        "BitsPerComponent": 8,
        "ColorSpace": palette,
    }
    resources.XObject = Dictionary(
        I=document.make_stream(b"\x10\x80", **grey),
        X=document.make_stream(
            b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=Dictionary()
        ),
    )
    resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, ca=1, LW=2))
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[1, 0, 0], N=1)
    resources.ColorSpace = Dictionary(C=Array([Name.Separation, Name("/Cyan"), Name.DeviceRGB, tint]))
    resources.Shading = Dictionary(
        S=Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=tint)
    )
    resources.Pattern = Dictionary(
        P=Dictionary(Type=Name.Pattern, PatternType=2, Shading=resources.Shading.S)
    )
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="Roads"))
    resources.Properties = Dictionary(L=layer)
    document.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(Order=[layer], ON=[layer]))
    with document.open_outline() as outline:
        outline.root.append(OutlineItem("The beginning", 0))
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[10, 50, 90, 60],
        A=Dictionary(S=Name.URI, URI="https://example.org/"),
    )
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        Rect=[10, 10, 90, 30],
        F=4,
        FT=Name.Tx,
        T="Country",
        V="Laos",
        MK=Dictionary(BC=[0]),
    )
    first.Annots = Array([document.make_indirect(link), document.make_indirect(field)])
    document.Root.AcroForm = Dictionary(
        Fields=[first.Annots[1]], DA="/Helv 10 Tf 0 g", DR=Dictionary(Font=Dictionary())
    )
    tree = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    paragraph = document.make_indirect(
        Dictionary(
            S=Name.P,
            P=tree,
            Pg=first.obj,
            K=0,
            Alt="Spoken",
            A=Dictionary(O=Name.Layout, Placement=Name.Block),
        )
    )
    tree.K, tree.ParentTree = Array([paragraph]), Dictionary(Nums=[0, Array([paragraph])])
    document.Root.StructTreeRoot, document.Root.MarkInfo = tree, Dictionary(Marked=True)
    document.Root.PageLabels = Dictionary(Nums=[0, Dictionary(S=Name.D)])
    document.Root.ViewerPreferences = Dictionary(FitWindow=True)
    document.Root.Names = Dictionary(Dests=Dictionary(Names=["start", Array([first.obj, Name.Fit])]))
    return document  # fmt: skip


def dictionaries(document: pikepdf.Pdf) -> list[Any]:
    """Return every dictionary and stream that is reached from the root, in the order in which it is met."""
    found, waiting, seen = [], [document.Root], set()
    while waiting:
        one = waiting.pop(0)
        if getattr(one, "is_indirect", False):
            if one.objgen in seen:
                continue
            seen.add(one.objgen)
        if isinstance(one, Array):
            waiting += list(one)
        elif isinstance(one, (Dictionary, pikepdf.Stream)):
            found.append(one)
            waiting += [one[key] for key in one.keys()]  # noqa: SIM118
    return found
