"""Fonts: keeps what is needed to draw and to copy their text; embedded fonts get new names."""

import functools
import re
import struct

from pikepdf import Array, Dictionary, Name, Stream

from .. import contents, filters
from ..copying import Rule, Work, array, either, fill
from ..names import spelled
from ..objects import PdfValue
from ..resources import resources
from ..values import names, number, numbers, text, transform, whole
from . import encodings, fontfiles, maps

_METRICS: dict[str, Rule] = {
    "/Flags": whole, "/FontBBox": numbers, "/ItalicAngle": number, "/Ascent": number, "/Descent": number,
    "/Leading": number, "/CapHeight": number, "/XHeight": number, "/StemV": number, "/StemH": number,
    "/AvgWidth": number, "/MaxWidth": number, "/MissingWidth": number, "/FontWeight": number,
    "/FontStretch": names(
        "UltraCondensed", "ExtraCondensed", "Condensed", "SemiCondensed", "Normal", "SemiExpanded", "Expanded",
        "ExtraExpanded", "UltraExpanded",
    ),
}  # fmt: skip
_SIMPLE: dict[str, Rule] = {
    "/FirstChar": whole,
    "/LastChar": whole,
    "/Widths": numbers,
    "/ToUnicode": maps.to_unicode,
}
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_WIDTHS = array(either(number, numbers))
_STYLE = re.compile(rb"[Bb]old|[Ii]talic|[Oo]blique|[Ll]ight|[Bb]lack|[Mm]edium")
_NAME = re.compile(rb"/[A-Za-z0-9+,._ -]{1,63}")


def font(work: Work, value: PdfValue) -> PdfValue:
    """Keep a font; one of an unknown type counts as Type 1."""
    if not isinstance(value, Dictionary):
        return None
    kind = text(value.get("/Subtype"))
    if kind not in {"/Type0", "/Type1", "/MMType1", "/TrueType", "/Type3"}:
        kind = "/Type1"
    start = Dictionary(Type=Name.Font, Subtype=Name(kind))
    write = {"/Type0": _composite, "/Type3": _drawn}.get(kind, _simple)
    return work.once(value, font, lambda: start, lambda new: write(work, new, value))


def _simple(work: Work, new: PdfValue, value: PdfValue) -> None:
    fill(work, new, value, _SIMPLE)
    described = value.get("/FontDescriptor")
    program = _describe(work, new, value, described)
    encoding = encodings.encoding(work, value.get("/Encoding"), program)
    if encoding is not None:
        new["/Encoding"] = encoding


def _describe(work: Work, new: PdfValue, value: PdfValue, described: PdfValue) -> bytes | None:
    """Set the name and the descriptor of a new font; return bytes with the names of its glyphs, if it is embedded."""
    has_program = isinstance(described, Dictionary) and any(
        isinstance(described.get(key), Stream) for key in _PROGRAMS
    )
    name = _called(work, value.get("/BaseFont"), is_enclosed=has_program)
    new["/BaseFont"] = name
    if not isinstance(described, Dictionary):
        return None
    kept = Dictionary(Type=Name.FontDescriptor, FontName=name)
    fill(work, kept, described, _METRICS)
    letters = None
    for key in _PROGRAMS:
        stream = described.get(key)
        if isinstance(stream, Stream):
            made = work.made_once(stream, fontfiles, functools.partial(_program, work, key, stream))
            if made is not None:
                kept[key] = made
                letters = work.letters.get(made.objgen)
    new["/FontDescriptor"] = work.made.make_indirect(kept)
    return letters


def _program(work: Work, key: str, stream: PdfValue) -> PdfValue:
    try:
        clean = fontfiles.cleaned(filters.content(stream), key)
    except (ValueError, IndexError, KeyError, struct.error):
        work.add_finding("unknown_parts")
        return None
    made = work.made.make_stream(clean.data)
    work.letters[made.objgen] = clean.letters
    for name, length in clean.lengths.items():
        made[name] = length
    if clean.subtype:
        made["/Subtype"] = Name(clean.subtype)
    return made


def _called(work: Work, name: PdfValue, *, is_enclosed: bool) -> Name:
    """Return the new name of an embedded font, with its style, or the name by which viewers find another one."""
    old = spelled(name) if isinstance(name, Name) else b"/Helvetica"
    if not is_enclosed:
        return Name(old.decode()) if _NAME.fullmatch(old) else Name.Helvetica
    styles = "".join(dict.fromkeys(one.decode().title() for one in _STYLE.findall(old)))
    number = work.names.of("FontName", old)[1:]
    return Name(f"/{_tag(int(number.removeprefix('Font')))}+{number}{'-' if styles else ''}{styles}")


def _tag(number: int) -> str:
    """Return the six letters that mark a subset of a font (ISO 32000-2, section 9.9.2)."""
    letters = ""
    for _place in range(6):
        number, digit = divmod(number, 26)
        letters = chr(65 + digit) + letters
    return letters


def _composite(work: Work, new: PdfValue, value: PdfValue) -> None:
    fill(work, new, value, {"/ToUnicode": maps.to_unicode, "/Encoding": maps.encoding})
    below = value.get("/DescendantFonts")
    below = below[0] if isinstance(below, Array) and len(below) else below
    if not isinstance(below, Dictionary):
        return
    kind = Name.CIDFontType0 if below.get("/Subtype") == Name.CIDFontType0 else Name.CIDFontType2
    kept = Dictionary(
        Type=Name.Font, Subtype=kind, CIDSystemInfo=maps.collection(below.get("/CIDSystemInfo"))
    )
    fill(work, kept, below, {"/DW": number, "/W": _WIDTHS, "/DW2": numbers, "/W2": _WIDTHS})
    _describe(work, kept, below, below.get("/FontDescriptor"))
    glyphs = below.get("/CIDToGIDMap")
    if isinstance(glyphs, Stream):
        try:
            kept["/CIDToGIDMap"] = work.made.make_stream(filters.content(glyphs, 2 * 65536 + 2)[: 2 * 65536])
        except ValueError:
            work.add_finding("unknown_parts")
    elif glyphs == Name.Identity:
        kept["/CIDToGIDMap"] = Name.Identity
    new["/BaseFont"] = kept["/BaseFont"]
    new["/DescendantFonts"] = Array([work.made.make_indirect(kept)])


def _drawn(work: Work, new: PdfValue, value: PdfValue) -> None:
    """Copy a Type 3 font, whose glyphs are content streams."""
    fill(
        work, new, value, {**_SIMPLE, "/FontBBox": numbers, "/FontMatrix": transform, "/Resources": resources}
    )
    letters = value.get("/CharProcs")
    new["/CharProcs"] = Dictionary()
    inner = value.get("/Resources")
    for name in letters.keys() if isinstance(letters, Dictionary) else []:
        if isinstance(letters[name], Stream):
            new["/CharProcs"][encodings.drawn_letter(work, name)] = _letter(work, letters[name], inner, new)
    encoding = encodings.encoding(work, value.get("/Encoding"), None, is_drawn=True)
    if encoding is not None:
        new["/Encoding"] = encoding


def _letter(work: Work, stream: PdfValue, inner: PdfValue, new: PdfValue) -> PdfValue:
    def make() -> PdfValue:
        try:
            data = filters.content(stream)
        except ValueError:
            work.add_finding("unknown_parts")
            return work.made.make_stream(b"0 0 d0\n")
        return work.made.make_stream(contents.cleaned(work, data, inner, new.get("/Resources"))[0])

    return work.made_once(stream, _letter, make)
