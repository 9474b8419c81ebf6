"""Functions (ISO 32000-2, section 7.10): sampled ones cut to their size, PostScript ones with known operators only."""

import re
from math import prod

from pikepdf import Array, Dictionary, Name, Stream

from . import filters
from .copying import Rule, Work, fill
from .objects import PdfValue
from .values import names, number, numbers, whole

_OPERATORS = {
    b"abs", b"add", b"atan", b"ceiling", b"cos", b"cvi", b"cvr", b"div", b"exp", b"floor", b"idiv", b"ln", b"log",
    b"mod", b"mul", b"neg", b"round", b"sin", b"sqrt", b"sub", b"truncate", b"and", b"bitshift", b"eq", b"false",
    b"ge", b"gt", b"le", b"lt", b"ne", b"not", b"or", b"true", b"xor", b"if", b"ifelse", b"copy", b"dup", b"exch",
    b"index", b"pop", b"roll",
}  # fmt: skip
_TOKEN = re.compile(rb"%[^\r\n]*|[{}]|[^\0\t\n\f\r {}%]+")
_NUMBER = re.compile(rb"[+-]?(\d{1,18}\.?\d{0,18}|\.\d{1,18})")
_KEYS: dict[str, Rule] = {
    "/FunctionType": whole, "/Domain": numbers, "/Range": numbers, "/Size": numbers, "/BitsPerSample": whole,
    "/Order": whole, "/Encode": numbers, "/Decode": numbers, "/C0": numbers, "/C1": numbers, "/N": number,
    "/Bounds": numbers,
}  # fmt: skip
DEEPEST = 8  # levels of nested functions
MOST = 64  # functions in an array or a stitching function
LARGEST = 16 * 1024 * 1024  # bytes of samples


def function(work: Work, value: PdfValue, depth: int = 0) -> PdfValue:
    """Keep a function, or an array of functions."""
    if isinstance(value, Array) and depth == 0:
        made = [function(work, one, depth + 1) for one in list(value)[:MOST]]
        return Array(made) if made and None not in made else None
    if isinstance(value, Name):
        return names("Identity", "Default")(work, value)
    if depth > DEEPEST or not isinstance(value, (Dictionary, Stream)):
        return None
    return work.made_once(value, function, lambda: _one(work, value, depth))


def _one(work: Work, value: PdfValue, depth: int) -> PdfValue:
    kind = value.get("/FunctionType")
    if isinstance(value, Stream) and kind in {0, 4}:
        try:
            data = filters.content(value, LARGEST)
        except ValueError:
            return None
        stream = work.made.make_stream(b"")
        fill(work, stream, value, _KEYS)
        stream.write(_formula(data) if kind == 4 else data[: _size(value)])
        return stream
    new = Dictionary()
    fill(work, new, value, _KEYS)
    if kind == 3 and isinstance(value.get("/Functions"), Array):
        made = [function(work, one, depth + 1) for one in list(value["/Functions"])[:MOST]]
        if None in made:
            return None
        new["/Functions"] = Array(made)
        return new
    return new if kind == 2 else None


def _size(value: PdfValue) -> int:
    """Return the number of bytes of the samples of a function."""
    sides = [one for one in value.get("/Size", []) if isinstance(one, int) and 0 < one < 100_000]
    bits, outputs = value.get("/BitsPerSample", 8), len(value.get("/Range", [])) // 2
    return -(-prod(sides) * outputs * (bits if isinstance(bits, int) else 8) // 8)


def _formula(data: bytes) -> bytes:
    """Return a PostScript function with its known operators and numbers."""
    tokens = _TOKEN.findall(data)
    kept = [one for one in tokens if one in b"{}" or one in _OPERATORS or _NUMBER.fullmatch(one)]
    return b" ".join(kept)
