"""Pictures that a page draws: their pixels as they are, known keys, and nothing of cameras and programs."""

import struct
import zlib
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

from ..pictures import fax, jbig2, jpeg, jpeg2000
from . import colours, filters, layers, sizes
from .copying import Rule, Work, either, fill
from .values import boolean, names, number, numbers, whole

INTENT = names("AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual")
_KEYS: dict[str, Rule] = {
    "/Width": whole, "/Height": whole, "/ColorSpace": colours.space, "/BitsPerComponent": whole, "/Intent": INTENT,
    "/ImageMask": boolean, "/Decode": numbers, "/Interpolate": boolean, "/SMaskInData": whole, "/Matte": numbers,
    "/OC": layers.membership,
}  # fmt: skip
_FLATE: dict[str, Rule] = {
    "/Predictor": whole,
    "/Colors": whole,
    "/BitsPerComponent": whole,
    "/Columns": whole,
}
LARGEST = 128 * 1024 * 1024  # bytes of a picture that is unpacked in memory


def picture(work: Work, value: Any, depth: int = 0) -> Any:
    """Keep a picture; one that can't be read is left out and named."""
    if not isinstance(value, Stream) or depth > 1:
        return None
    return work.made_once(value, picture, lambda: _copied(work, value, depth))


def _copied(work: Work, value: Any, depth: int) -> Any:
    if "/F" in value and not _is_short(value):
        work.name("linked_content")  # its bytes lie in another file
    new = work.made.make_stream(b"", Type=Name.XObject, Subtype=Name.Image)
    fill(work, new, value, _KEYS)
    for key in ("/Mask", "/SMask"):
        if key in value:
            mask = either(numbers, lambda work, one: picture(work, one, depth + 1))(work, value[key])
            if mask is not None:
                new[key] = mask
    try:
        _write(work, new, value)
    except (ValueError, KeyError, IndexError, OSError, struct.error, zlib.error):
        work.name("unknown_parts")
        return None
    return new


def _write(work: Work, new: Any, value: Any) -> None:
    """Write the clean bytes of a picture."""
    chain = filters.of(value, "/F", "/DP") if _is_short(value) else filters.of(value)
    size = _size(new)
    if len(chain) == 1 and chain[0][0] == "/FlateDecode" and size is not None:
        raw = value.read_raw_bytes()
        settings = Dictionary()
        fill(work, settings, Dictionary(chain[0][1]), _FLATE)
        end = _sound_end(raw, _with_predictor(size, settings, new))
        if end:
            new.write(raw[:end], filter=Name.FlateDecode, decode_parms=settings if len(settings) else None)
            return
    data, last = filters.unpacked(value.read_raw_bytes(), chain, LARGEST)
    if last is None:
        new.write(zlib.compress(data if size is None else data[:size], 6), filter=Name.FlateDecode)
        return
    name, given = last
    settings = Dictionary()
    if name == "/DCTDecode":
        data = jpeg.cleaned(data)
        fill(work, settings, Dictionary(given), {"/ColorTransform": whole})
    elif name == "/JPXDecode":
        data = jpeg2000.cleaned(data)
    elif name == "/JBIG2Decode":
        shared = given.get("/JBIG2Globals")
        data, common = jbig2.cleaned(data, filters.content(shared) if isinstance(shared, Stream) else b"")
        if common:
            settings["/JBIG2Globals"] = work.made.make_stream(common)
    else:
        layout = fax.of(given, int(new["/Height"]))
        data = fax.cleaned(data, layout)
        settings = Dictionary(
            K=-1, Columns=layout.columns, Rows=layout.rows, BlackIs1=given.get("/BlackIs1") is True
        )
    new.write(data, filter=Name(name), decode_parms=settings if len(settings) else None)


def _is_short(value: Any) -> bool:
    """Return whether filters stand under the key of a picture in a drawing, which some readers take here too."""
    return "/Filter" not in value and isinstance(value.get("/F"), (Name, Array))


def _size(new: Any) -> int | None:
    """Return how many bytes the pixels take, or None where that can't be told."""
    is_mask = new.get("/ImageMask") is True
    count = 1 if is_mask else colours.components(new.get("/ColorSpace"))
    bits = 1 if is_mask else new.get("/BitsPerComponent", 8)
    width, height = new.get("/Width"), new.get("/Height")
    if count is None or width is None or height is None:
        return None
    return sizes.of(width, height, count, bits)


def _with_predictor(size: int, settings: Any, new: Any) -> int:
    """Return the size with the byte that stands before each row where rows are told by their differences."""
    predictor = settings.get("/Predictor", 1)
    return size + new["/Height"] if number(None, predictor) and predictor >= 10 else size  # type: ignore[arg-type]


def _sound_end(raw: bytes, size: int) -> int:
    """Return where the packed bytes end, or 0 where they hold more than the pixels, or are damaged."""
    reader, made, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and not reader.eof:
            made += len(reader.decompress(rest, 1024 * 1024))
            rest = reader.unconsumed_tail
            if made > size:
                return 0
    except zlib.error:
        return 0
    return len(raw) - len(reader.unused_data) if reader.eof else 0
