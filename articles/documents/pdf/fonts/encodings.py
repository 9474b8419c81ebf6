"""Encodings of simple fonts: which code stands for which glyph, by known glyph names."""

import re

from pdfminer.glyphlist import glyphname2unicode
from pikepdf import Array, Dictionary, Name

from ..copying import Work
from ..names import copy, spelled
from ..objects import PdfValue

_BASE = {
    b"/WinAnsiEncoding",
    b"/MacRomanEncoding",
    b"/MacExpertEncoding",
    b"/StandardEncoding",
    b"/PDFDocEncoding",
}
_NUMBERED = re.compile(r"uni[0-9A-Fa-f]{4,20}|u[0-9A-Fa-f]{4,6}|[A-Za-z]{1,5}\d{1,5}|\.notdef")


def encoding(work: Work, value: PdfValue, program: bytes | None, *, is_drawn: bool = False) -> PdfValue:
    """Keep an encoding, with the glyph names that are known or occur in the embedded font program."""
    if isinstance(value, Name):
        return copy(value) if spelled(value) in _BASE else None
    if not isinstance(value, Dictionary):
        return None
    new = Dictionary(Type=Name.Encoding)
    if isinstance(value.get("/BaseEncoding"), Name) and spelled(value["/BaseEncoding"]) in _BASE:
        new["/BaseEncoding"] = copy(value["/BaseEncoding"])
    differences = value.get("/Differences")
    if isinstance(differences, Array):
        new["/Differences"] = Array(
            [
                _difference(work, one, program, is_drawn)
                for one in list(differences)[:2048]
                if isinstance(one, (int, Name))
            ]
        )
    return new


def _difference(work: Work, one: PdfValue, program: bytes | None, is_drawn: bool) -> PdfValue:
    if not isinstance(one, Name):
        return one
    if is_drawn:
        return Name(drawn_letter(work, one))
    spelling = spelled(one)
    in_program = program is not None and len(spelling) > 1 and spelling[1:] in program
    return copy(one) if in_program or is_known(spelling) else Name("/.notdef")


def drawn_letter(work: Work, name: PdfValue) -> str:
    """Return the name of a glyph of a Type 3 font: its own where it is a known one, or a new one."""
    spelling = spelled(name)
    return spelling.decode() if is_known(spelling) else work.names.of("Glyph", spelling)


def is_known(spelling: bytes) -> bool:
    """Return whether a glyph name, with its slash, is one of the Adobe Glyph List or of the usual forms."""
    parts = re.split(r"[._]", spelling[1:].decode("latin-1"))
    known = [one for one in parts if one in glyphname2unicode or _NUMBERED.fullmatch(one) or one in _SUFFIXES]
    return len(known) == len(parts) <= 6


_SUFFIXES = {
    "", "alt", "case", "cap", "cn", "dnom", "fina", "fitted", "init", "inferior", "isol", "liga", "lf", "lnum",
    "medi", "notdef", "numr", "oldstyle", "onum", "osf", "pnum", "sc", "small", "smcp", "sub", "sup", "superior",
    "swash", "tab", "taboldstyle", "tf", "titling", "tnum", "vert", "zero", "ss01", "ss02", "ss03", "ss04",
}  # fmt: skip
