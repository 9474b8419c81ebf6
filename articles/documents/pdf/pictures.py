"""Image XObjects: keeps their pixels and known keys, without metadata of cameras and programs."""

import struct
import zlib

from pikepdf import Array, Dictionary, Name, Stream

from ..pictures import fax, jbig2, jpeg, jpeg2000
from . import colours, filters, layers, sizes
from .copying import Rule, Work, either, fill
from .objects import PdfValue
from .values import boolean, names, numbers, whole

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
LARGEST = 128 * 1024 * 1024  # bytes of an unpacked picture


def picture(work: Work, value: PdfValue, depth: int = 0) -> PdfValue:
    """Keep a picture; one that can't be decoded is left out and reported."""
    if not isinstance(value, Stream) or depth > 1:
        return None
    return work.made_once(value, picture, lambda: _copied(work, value, depth))


def _copied(work: Work, value: PdfValue, depth: int) -> PdfValue:
    if "/F" in value and not _is_short(value):
        work.add_finding("linked_content")  # its data are in another file
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
        work.add_finding("unknown_parts")
        return None
    return new


def _write(work: Work, new: PdfValue, value: PdfValue) -> None:
    """Write the clean data of a picture; raises ValueError and errors of the decoders."""
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


def _is_short(value: PdfValue) -> bool:
    """Return whether a picture has its filters under the short key of inline images, which some viewers accept."""
    return "/Filter" not in value and isinstance(value.get("/F"), (Name, Array))


def _size(new: PdfValue) -> int | None:
    """Return the number of bytes of the pixels, or None where it is unknown."""
    is_mask = new.get("/ImageMask") is True
    count = 1 if is_mask else colours.components(new.get("/ColorSpace"))
    bits = 1 if is_mask else new.get("/BitsPerComponent", 8)
    width, height = new.get("/Width"), new.get("/Height")
    if count is None or width is None or height is None:
        return None
    return sizes.of(width, height, count, bits)


def _with_predictor(size: int, settings: PdfValue, new: PdfValue) -> int:
    """Return the number of bytes of the pixels with the byte that PNG predictors put before each row."""
    predictor = settings.get("/Predictor", 1)
    return size + int(new["/Height"]) if isinstance(predictor, int) and predictor >= 10 else size


def _sound_end(raw: bytes, size: int) -> int:
    """Return the offset behind the zlib data, or 0 where they unpack to more than the size, or are damaged."""
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
