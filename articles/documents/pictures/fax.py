"""Fax pictures (CCITT groups 3 and 4) in PDF: decoded and encoded anew, so that no bytes remain behind the lines."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, TiffImagePlugin

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _INK, _STRIP, _SAMPLES, _ROWS, _BYTES, _OPTIONS = (
    256, 257, 258, 259, 262, 273, 277, 278, 279, 292,
)  # fmt: skip
_MODIFIED, _GROUP_3, _GROUP_4 = 2, 3, 4
WIDEST = 1728  # columns where the PDF names none
MOST_PIXELS = 120_000_000


@dataclass(frozen=True)
class Fax:
    """The encoding of one fax."""

    columns: int
    rows: int
    k: int = 0  # below 0: group 4; 0: group 3 in one dimension; above 0: group 3 in two dimensions
    aligned: bool = False  # whether each line begins at a byte boundary
    marked: bool = False  # whether each line ends with an end-of-line code


def cleaned(content: bytes, fax: Fax) -> bytes:
    """Return the lines of a fax encoded as group 4; raises ValueError or OSError where they can't be decoded."""
    if not 0 < fax.columns * fax.rows <= MOST_PIXELS:
        raise ValueError
    with Image.open(io.BytesIO(_in_tiff(content, fax)), formats=("TIFF",)) as given:
        lines = given.convert("1")
    made = io.BytesIO()
    lines.save(made, "TIFF", compression="group4", tiffinfo={_ROWS: fax.rows})
    with Image.open(made, formats=("TIFF",)) as written:
        if not isinstance(written, TiffImagePlugin.TiffImageFile):
            raise ValueError
        tags = written.tag_v2
        (start,), (size,) = tags[_STRIP], tags[_BYTES]
        if tags[_INK] != 1:
            raise ValueError
    return made.getvalue()[start : start + size]


def of(settings: Mapping[str, object], rows: int) -> Fax:
    """Return the encoding of a fax by the parameters of its filter (ISO 32000-2, table 11); raises ValueError."""
    columns, k = settings.get("/Columns", WIDEST), settings.get("/K", 0)
    if not isinstance(columns, int) or not isinstance(k, int):
        raise ValueError
    return Fax(
        columns, rows, k, settings.get("/EncodedByteAlign") is True, settings.get("/EndOfLine") is True
    )


def _in_tiff(content: bytes, fax: Fax) -> bytes:
    """Return a TIFF file around the lines, which Pillow can decode; raises ValueError."""
    if fax.k < 0 and fax.aligned:
        raise ValueError  # TIFF has no such encoding
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
    # tobytes() adds the length of the tags to the offset of the strip
    return b"II*\0\x08\0\0\0" + tags.tobytes(8) + content
