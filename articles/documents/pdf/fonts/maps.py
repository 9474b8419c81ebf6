"""CMaps, which map character codes to Unicode or glyphs: written anew from their numbers, without names and comments."""

from collections.abc import Iterator

from pikepdf import Dictionary, Name, Stream, String

from ...report import DocumentError
from .. import filters
from ..copying import Work
from ..lexing import Lexer, Operator, Token
from ..names import copy, spelled
from ..objects import PdfValue
from ..values import text

_SECTIONS = {
    b"begincodespacerange": 2, b"beginbfchar": 2, b"beginbfrange": 3, b"begincidchar": 2, b"begincidrange": 3,
    b"beginnotdefchar": 2, b"beginnotdefrange": 3,
}  # fmt: skip
_LINES = 100  # of one section, the limit of the standard
_HEAD = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (%b) /Supplement 0 >> def\n/CMapName /%b def\n/CMapType %d def\n/WMode %d def\n"
)
_FOOT = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
_ORDERINGS = {"Identity", "Japan1", "GB1", "CNS1", "Korea1", "KR", "UCS", "Manga1"}
_BUILT_IN = {b"/OneByteIdentityH", b"/OneByteIdentityV"}  # names that some viewers know
MOST = 1_200_000  # codes of one section; Unicode has 1,114,112
LARGEST = 8 * 1024 * 1024  # bytes


def to_unicode(work: Work, value: PdfValue) -> PdfValue:
    """Keep the map of the codes of a font to Unicode."""
    if isinstance(value, Name):
        return copy(value) if _is_predefined(value) else None
    return _map(work, value, b"UCS", 2)


def encoding(work: Work, value: PdfValue) -> PdfValue:
    """Keep the map of the codes of a font to glyphs, a predefined or an embedded one."""
    if isinstance(value, Name):
        return copy(value) if _is_predefined(value) else Name("/Identity-H")
    return _map(work, value, b"Identity", 1)


def _is_predefined(name: PdfValue) -> bool:
    return spelled(name) in PREDEFINED


def _map(work: Work, value: PdfValue, ordering: bytes, kind: int) -> PdfValue:
    if not isinstance(value, Stream):
        return None

    def make() -> PdfValue:
        try:
            body, mode, base = _read(filters.content(value, LARGEST))
        except ValueError:
            work.add_finding("unknown_parts")
            return None
        mode = 1 if value.get("/WMode") == 1 else mode
        given = value.get("/CMapName")
        name = b"Map-%b" % (b"V" if mode else b"H")
        if isinstance(given, Name) and (_is_predefined(given) or spelled(given) in _BUILT_IN):
            name = spelled(given)[1:]
        new = work.made.make_stream(_HEAD % (ordering, name, kind, mode) + base + body + _FOOT)
        if kind == 1:
            new.Type, new.CMapName, new.WMode = Name.CMap, Name("/" + name.decode()), mode
            new.CIDSystemInfo = collection(value.get("/CIDSystemInfo"))
            if isinstance(value.get("/UseCMap"), Name) and _is_predefined(value["/UseCMap"]):
                new.UseCMap = copy(value["/UseCMap"])
        return new

    return work.made_once(value, (_map, kind), make)


def collection(value: PdfValue) -> PdfValue:
    """Return the CIDSystemInfo of a font, with a known character collection or Identity."""
    ordering = text(value.get("/Ordering")) if isinstance(value, Dictionary) else ""
    supplement = value.get("/Supplement", 0) if isinstance(value, Dictionary) else 0
    if ordering not in _ORDERINGS:
        ordering, supplement = "Identity", 0
    return Dictionary(
        Registry=String("Adobe"),
        Ordering=String(ordering),
        Supplement=supplement if isinstance(supplement, int) else 0,
    )


def _read(data: bytes) -> tuple[bytes, int, bytes]:
    """Return the sections of a CMap, its writing mode, and the statement for the CMap that it is based on."""
    made: list[bytes] = []
    before: list[Token] = []
    mode, base = 0, b""
    tokens = Lexer(data).tokens()
    for token in tokens:
        if not isinstance(token, Operator):
            before = [*before[-2:], token]
            continue
        if token in _SECTIONS:
            made += _section(tokens, token)
        elif token == b"usecmap" and before and isinstance(before[-1], bytes) and before[-1] in PREDEFINED:
            base = before[-1] + b" usecmap\n"
        elif token == b"def" and before[-2:] == [b"/WMode", b"1"]:
            mode = 1
        before = []
    return b"".join(made), mode, base


def _section(tokens: Iterator[Token], begin: bytes) -> list[bytes]:
    """Return the lines of a section, divided into sections of valid length; raises DocumentError for a bomb."""
    width, end = _SECTIONS[begin], begin.replace(b"begin", b"end", 1)
    kept: list[bytes] = []
    for token in tokens:
        if isinstance(token, Operator):
            break
        written = _written(token)
        if written is not None:
            kept.append(written)
    if width == 3 and sum(map(_reach, kept[::3], kept[1::3])) > MOST:
        raise DocumentError("bomb")
    rows = [b" ".join(kept[at : at + width]) for at in range(0, len(kept) - width + 1, width)]
    made = []
    for at in range(0, len(rows), _LINES):
        some = rows[at : at + _LINES]
        made.append(b"%d %b\n%b\n%b\n" % (len(some), begin, b"\n".join(some), end))
    return made


def _reach(first: bytes, last: bytes) -> int:
    """Return the number of codes in a range."""
    ends = [int(one[1:-1] or b"0", 16) if one[:1] == b"<" and b" " not in one else 0 for one in (first, last)]
    return max(0, ends[1] - ends[0] + 1)


def _written(token: Token) -> bytes | None:
    """Return a code, a number or an array of them, or None for names and other tokens."""
    if isinstance(token, list):
        return b"[" + b" ".join(one for one in map(_written, token) if one is not None) + b"]"
    return token if isinstance(token, bytes) and token[:1] in b"<0123456789" and token else None


PREDEFINED = {
    b"/" + one.encode()
    for one in [
        "Identity-H",
        "Identity-V",
        "GB-EUC-H",
        "GB-EUC-V",
        "GBpc-EUC-H",
        "GBpc-EUC-V",
        "GBK-EUC-H",
        "GBK-EUC-V",
        "GBKp-EUC-H",
        "GBKp-EUC-V",
        "GBK2K-H",
        "GBK2K-V",
        "UniGB-UCS2-H",
        "UniGB-UCS2-V",
        "UniGB-UTF16-H",
        "UniGB-UTF16-V",
        "B5pc-H",
        "B5pc-V",
        "HKscs-B5-H",
        "HKscs-B5-V",
        "ETen-B5-H",
        "ETen-B5-V",
        "ETenms-B5-H",
        "ETenms-B5-V",
        "CNS-EUC-H",
        "CNS-EUC-V",
        "UniCNS-UCS2-H",
        "UniCNS-UCS2-V",
        "UniCNS-UTF16-H",
        "UniCNS-UTF16-V",
        "83pv-RKSJ-H",
        "90ms-RKSJ-H",
        "90ms-RKSJ-V",
        "90msp-RKSJ-H",
        "90msp-RKSJ-V",
        "90pv-RKSJ-H",
        "Add-RKSJ-H",
        "Add-RKSJ-V",
        "EUC-H",
        "EUC-V",
        "Ext-RKSJ-H",
        "Ext-RKSJ-V",
        "H",
        "V",
        "UniJIS-UCS2-H",
        "UniJIS-UCS2-V",
        "UniJIS-UCS2-HW-H",
        "UniJIS-UCS2-HW-V",
        "UniJIS-UTF16-H",
        "UniJIS-UTF16-V",
        "UniJIS2004-UTF16-H",
        "UniJIS2004-UTF16-V",
        "KSC-EUC-H",
        "KSC-EUC-V",
        "KSCms-UHC-H",
        "KSCms-UHC-V",
        "KSCms-UHC-HW-H",
        "KSCms-UHC-HW-V",
        "KSCpc-EUC-H",
        "UniKS-UCS2-H",
        "UniKS-UCS2-V",
        "UniKS-UTF16-H",
        "UniKS-UTF16-V",
        "Adobe-Japan1-UCS2",
        "Adobe-GB1-UCS2",
        "Adobe-CNS1-UCS2",
        "Adobe-Korea1-UCS2",
        "Adobe-KR-UCS2",
    ]
}
