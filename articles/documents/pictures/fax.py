"""Faxes (CCITT groups 3 and 4) as a PDF holds them: unpacked and packed anew, so that nothing lies behind the lines."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, TiffImagePlugin

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _INK, _STRIP, _SAMPLES, _ROWS, _BYTES, _OPTIONS = (
    256, 257, 258, 259, 262, 273, 277, 278, 279, 292,
)  # fmt: skip
_MODIFIED, _GROUP_3, _GROUP_4 = 2, 3, 4
WIDEST = 1728  # columns, where nothing else is said
MOST_PIXELS = 120_000_000


@dataclass(frozen=True)
class Fax:
    """How the lines of one fax are packed."""

    columns: int
    rows: int
    k: int = 0  # below 0 group 4, 0 lines of their own, above 0 lines that follow others
    aligned: bool = False  # whether each line begins with a byte
    marked: bool = False  # whether each line has a mark of its end


def cleaned(content: bytes, fax: Fax) -> bytes:
    """Return the lines of a fax packed as group 4; raises ValueError or OSError where they can't be read."""
    if not 0 < fax.columns * fax.rows <= MOST_PIXELS:
        raise ValueError
    with Image.open(io.BytesIO(_in_tiff(content, fax)), formats=("TIFF",)) as given:
        lines = given.convert("1")
    made = io.BytesIO()
    lines.save(made, "TIFF", compression="group4", tiffinfo={_ROWS: fax.rows})
    with Image.open(made, formats=("TIFF",)) as written:
        tags = written.tag_v2  # type: ignore[attr-defined]
        (start,), (size,) = tags[_STRIP], tags[_BYTES]
        if tags[_INK] != 1:
            raise ValueError
    return made.getvalue()[start : start + size]


def of(settings: dict[str, Any], rows: int) -> Fax:
    """Return how a fax is packed, by the settings of its filter."""
    columns, k = settings.get("/Columns", WIDEST), settings.get("/K", 0)
    if not isinstance(columns, int) or not isinstance(k, int):
        raise ValueError
    return Fax(
        columns, rows, k, settings.get("/EncodedByteAlign") is True, settings.get("/EndOfLine") is True
    )


def _in_tiff(content: bytes, fax: Fax) -> bytes:
    """Return a TIFF around a fax, which is what the reader of pictures knows."""
    if fax.k < 0 and fax.aligned:
        raise ValueError  # no TIFF says so
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    alone = fax.k == 0 and fax.aligned and not fax.marked
    kind = _GROUP_4 if fax.k < 0 else _MODIFIED if alone else _GROUP_3
    known = {
        _WIDTH: fax.columns, _HEIGHT: fax.rows, _BITS: 1, _COMPRESSION: kind, _INK: 1, _SAMPLES: 1, _ROWS: fax.rows,
        _STRIP: 0, _BYTES: len(content),
    }  # fmt: skip
    for tag, value in known.items():
        tags[tag] = value
    if kind == _GROUP_3:
        tags[_OPTIONS] = (1 if fax.k > 0 else 0) | (4 if fax.aligned else 0)
    # what is written as the strip's place is counted from the end of the tags
    return b"II*\0\x08\0\0\0" + tags.tobytes(8) + content
