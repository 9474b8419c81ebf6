"""Stream filters (ISO 32000-2, section 7.4): decodes streams within limits."""

import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name

from ..report import DocumentError
from .names import spelled
from .objects import PdfValue

STEP = 16  # bytes of damaged data that are decoded at a time
LARGEST = 64 * 1024 * 1024  # bytes of one unpacked stream
_LONG = {
    b"/A85": "/ASCII85Decode", b"/AHx": "/ASCIIHexDecode", b"/CCF": "/CCITTFaxDecode", b"/DCT": "/DCTDecode",
    b"/Fl": "/FlateDecode", b"/LZW": "/LZWDecode", b"/RL": "/RunLengthDecode",
}  # fmt: skip
PACKED = {"/ASCII85Decode", "/ASCIIHexDecode", "/FlateDecode", "/LZWDecode", "/RunLengthDecode"}
PICTURES = {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
_PARAMETERS = {
    "/FlateDecode": ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns"),
    "/LZWDecode": ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns", "/EarlyChange"),
}

type StreamFilter = tuple[str, dict[str, PdfValue]]  # its long name, and its given parameters


class Undecodable(ValueError):
    """A stream with an unknown filter, or one that fails."""


def of(stream: PdfValue, filters: str = "/Filter", settings: str = "/DecodeParms") -> list[StreamFilter]:
    """Return the filters of a stream in the order of decoding; raises Undecodable."""
    names, given = stream.get(filters), stream.get(settings)
    names = [names] if isinstance(names, Name) else list(names or []) if isinstance(names, Array) else []
    given = list(given) if isinstance(given, Array) else [given]
    given += [None] * (len(names) - len(given))
    found: list[StreamFilter] = []
    for name, one in zip(names, given, strict=False):
        if not isinstance(name, Name) or len(found) == 8:
            raise Undecodable
        long = _LONG.get(spelled(name), spelled(name).decode("latin-1"))
        if long not in PACKED | PICTURES:
            raise Undecodable
        found.append((long, dict(one.items()) if isinstance(one, Dictionary) else {}))
    return found


def content(stream: PdfValue, limit: int = LARGEST) -> bytes:
    """Return the decoded bytes of a stream that is no picture; raises Undecodable, or DocumentError for a bomb."""
    payload, picture = payload_of(stream, limit)
    if picture is not None:
        raise Undecodable
    return payload


def payload_of(stream: PdfValue, limit: int = LARGEST) -> tuple[bytes, StreamFilter | None]:
    """Return the decoded bytes of a stream, and the filter of a picture that they are still encoded with, or None."""
    return unpacked(stream.read_raw_bytes(), of(stream), limit)


def unpacked(
    data: bytes, filters: list[StreamFilter], limit: int = LARGEST
) -> tuple[bytes, StreamFilter | None]:
    """Return decoded bytes, and the filter of a picture that they are still encoded with, which must be the last."""
    for at, (name, settings) in enumerate(filters):
        if name in PICTURES:
            if at != len(filters) - 1:
                raise Undecodable
            return data, (name, settings)
        data = _undone(data, name, settings, limit)
    if len(data) > limit:
        raise DocumentError("bomb")
    return data, None


def _undone(data: bytes, name: str, settings: dict[str, PdfValue], limit: int) -> bytes:
    if name == "/FlateDecode":
        data = inflated(data, limit)
        if settings.get("/Predictor", 1) == 1:
            return data
        data = zlib.compress(data, 0)
    scratch = pikepdf.new()
    known = {key: settings[key] for key in _PARAMETERS.get(name, ()) if isinstance(settings.get(key), int)}
    stream = scratch.make_stream(b"")
    stream.write(data, filter=Name(name), decode_parms=Dictionary(known) if known else None)
    try:
        data = stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.specialized)
    except (pikepdf.PdfError, RuntimeError) as error:
        raise Undecodable from error
    if len(data) > limit:
        raise DocumentError("bomb")
    return data


def inflated(data: bytes, limit: int) -> bytes:
    """Return what zlib data unpack to, up to the first error; raises DocumentError for a bomb."""
    reader = zlib.decompressobj()
    made: list[bytes] = []
    given, size = data, 0
    try:
        while data and not reader.eof:
            made.append(reader.decompress(data, 1024 * 1024))
            data = reader.unconsumed_tail
            size += len(made[-1])
            if size > limit:
                raise DocumentError("bomb")
        made.append(reader.flush())
    except zlib.error:  # damaged: viewers show what there is
        return _salvaged(given, limit)
    return b"".join(made)


def _salvaged(data: bytes, limit: int) -> bytes:
    """Return what damaged zlib data unpack to before the first error; raises DocumentError for a bomb."""
    reader, made, size = zlib.decompressobj(), [], 0
    for at in range(0, len(data), STEP):
        try:
            made.append(reader.decompress(data[at : at + STEP], limit + 1))
        except zlib.error:
            break
        size += len(made[-1])
        if size > limit:
            raise DocumentError("bomb")
    return b"".join(made) or _raw_inflated(data, limit)


def _raw_inflated(data: bytes, limit: int) -> bytes:
    """Return what zlib data with a wrong header (two bytes) unpack to; raises Undecodable or DocumentError."""
    try:
        made = zlib.decompressobj(-15).decompress(data[2:], limit + 1)
    except zlib.error as error:
        raise Undecodable from error
    if len(made) > limit:
        raise DocumentError("bomb")
    return made
