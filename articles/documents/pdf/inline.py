"""Inline images of content streams (BI … ID … EI): written anew with known keys and clean data."""

import base64
import re
import struct
import zlib

from pikepdf import Array, Dictionary, Name

from ..pictures import fax, jpeg
from ..report import DocumentError
from . import colours, filters, sizes
from .copying import Work
from .lexing import Lexer, Operator, Token, string_of
from .names import spelled
from .objects import PdfValue

_SHORT = {
    b"/BitsPerComponent": "BPC", b"/ColorSpace": "CS", b"/Decode": "D", b"/DecodeParms": "DP", b"/Filter": "F",
    b"/Height": "H", b"/ImageMask": "IM", b"/Interpolate": "I", b"/Width": "W", b"/Length": "L", b"/Intent": "Intent",
}  # fmt: skip
_BREAK = rb"[\0\t\n\f\r ]"
_END = re.compile(_BREAK + rb"EI(?=" + _BREAK + rb"|$)")
_END_OF_JPEG = re.compile(rb"\xff\xd9" + _BREAK + rb"*EI(?=" + _BREAK + rb"|$)")
_PLAIN = re.compile(rb"[\t\n\r -~]*")
LARGEST = 16 * 1024 * 1024  # bytes of one unpacked picture


class InlineImage:
    """One inline image; the lexer is at its first key."""

    def __init__(self, work: Work, lexer: Lexer, resources: PdfValue) -> None:
        self.work, self.lexer, self.resources = work, lexer, resources
        self.keys = self._keys()
        self.used: set[str] = set()  # new names of colour spaces

    def cleaned(self) -> bytes:
        """Return the clean picture, or nothing and report it where it can't be decoded."""
        try:
            chain = self._filters()
            payload, last = filters.unpacked(self._data(chain), chain, LARGEST)
            return self._written(payload, last)
        except (
            ValueError,
            KeyError,
            IndexError,
            OSError,
            TypeError,
            struct.error,
            zlib.error,
            DocumentError,
        ):
            self.work.add_finding("unknown_parts")
            return b""

    def _keys(self) -> dict[str, Token]:
        tokens: list[Token] = []
        for token in self.lexer.tokens():
            if isinstance(token, Operator) and token in {b"ID", b"EI"}:
                break
            tokens.append(token)
        found: dict[str, Token] = {}
        for key, value in zip(tokens[::2], tokens[1::2], strict=False):
            if isinstance(key, bytes):
                name = spelled(key)
                found[_SHORT.get(name, name[1:].decode("latin-1"))] = value
        return {key: value for key, value in found.items() if key in _SHORT.values()}

    def _filters(self) -> list[filters.StreamFilter]:
        names, settings = self.keys.get("F", []), self.keys.get("DP", [])
        given = Dictionary()
        if names:
            listed = names if isinstance(names, list) else [names]
            given["/Filter"] = Array(
                [Name(spelled(one).decode("latin-1")) for one in listed if isinstance(one, bytes)]
            )
        if settings:
            given["/DecodeParms"] = Array(
                [_parameters(one) for one in (settings if isinstance(settings, list) else [settings])]
            )
        return filters.of(given)

    def _data(self, chain: list[filters.StreamFilter]) -> bytes:
        """Return the encoded data of the picture, and move the lexer behind its end."""
        data, start = self.lexer.data, self.lexer.at
        if data[start : start + 2] == b"\r\n":
            start += 2
        elif data[start : start + 1] in {b" ", b"\n", b"\r", b"\t", b"\0", b"\f"}:
            start += 1
        end = self._end(start, chain[0][0] if chain else "")
        match = re.compile(_BREAK + rb"*EI(?=" + _BREAK + rb"|$)").match(data, end)
        match = match or _END.search(data, end)
        self.lexer.at = match.end() if match else len(data)
        return data[start:end]

    def _end(self, start: int, first: str) -> int:
        """Return the offset behind the data that begin at an offset, with the name of their first filter."""
        data = self.lexer.data
        if first == "/FlateDecode":
            reader = zlib.decompressobj()
            size = 0
            piece = data[start:]
            try:
                while piece and not reader.eof:
                    size += len(reader.decompress(piece, 1024 * 1024))
                    piece = reader.unconsumed_tail
                    if size > LARGEST:
                        raise DocumentError("bomb")
            except zlib.error:
                return self._guess(start)
            return len(data) - len(reader.unused_data) if reader.eof else self._guess(start)
        marks = {"/ASCII85Decode": b"~>", "/ASCIIHexDecode": b">"}
        if first in marks:
            at = data.find(marks[first], start)
            return len(data) if at < 0 else at + len(marks[first])
        if first == "/DCTDecode" and (match := _END_OF_JPEG.search(data, start)):
            return match.start() + 2
        size_of_all = None if first else self._size()
        return self._guess(start) if size_of_all is None else min(len(data), start + size_of_all)

    def _guess(self, start: int) -> int:
        """Return the offset of the first EI that is followed by text, as operators are."""
        for match in _END.finditer(self.lexer.data, start):
            following = self.lexer.data[match.end() : match.end() + 12]
            if _PLAIN.fullmatch(following):
                return match.start()
        return len(self.lexer.data)

    def _size(self) -> int | None:
        """Return the number of bytes of the pixels, or None where it is unknown."""
        is_mask = self.keys.get("IM") == b"true"
        count = 1 if is_mask else colours.components(self._space()[1])
        bits = 1 if is_mask else _int(self.keys.get("BPC", b"8"))
        return None if count is None else sizes.of(_int(self.keys["W"]), _int(self.keys["H"]), count, bits)

    def _space(self) -> tuple[bytes, PdfValue]:
        """Return the colour space as it is written in the new picture, and as an object."""
        token = self.keys.get("CS")
        if isinstance(token, bytes) and token[:1] == b"/":
            if spelled(token) in colours.DEVICE:
                return bytes(token), Name(spelled(token).decode())
            listed = self.resources.get("/ColorSpace") if isinstance(self.resources, Dictionary) else None
            old = listed.get(spelled(token).decode("latin-1")) if isinstance(listed, Dictionary) else None
            self.used.add(self.work.names.of("ColorSpace", token))
            return self.work.names.of("ColorSpace", token).encode(), old
        if isinstance(token, list) and len(token) == 4 and token[0] in {b"/I", b"/Indexed"}:
            base, highest, table = token[1], _int(token[2]), string_of(token[3])
            if isinstance(base, bytes) and spelled(base) in colours.DEVICE and table is not None:
                length = (min(highest, 255) + 1) * colours.DEVICE[spelled(base)]
                written = b"[/I %b %d <%b>]" % (base, highest, table[:length].hex().encode())
                return written, Array([Name.Indexed, Name.DeviceGray])
        return b"", None

    def _written(self, payload: bytes, last: filters.StreamFilter | None) -> bytes:
        lines = [b"/W %d /H %d" % (_int(self.keys["W"]), _int(self.keys["H"]))]
        if "BPC" in self.keys:
            lines.append(b"/BPC %d" % _int(self.keys["BPC"]))
        if (space := self._space()[0]) and self.keys.get("IM") != b"true":
            lines.append(b"/CS " + space)
        for key in ("IM", "I"):
            value = self.keys.get(key)
            if isinstance(value, bytes) and value in {b"true", b"false"}:
                lines.append(b"/%b %b" % (key.encode(), value))
        decode = self.keys.get("D")
        if isinstance(decode, list):
            numbers = [
                bytes(one) for one in decode if isinstance(one, bytes) and re.fullmatch(rb"[-+.\d]+", one)
            ]
            lines.append(b"/D [" + b" ".join(numbers) + b"]")
        lines.append(self._packed(payload, last))
        return b"BI " + b" ".join(lines) + b"\nEI\n"

    def _packed(self, payload: bytes, last: filters.StreamFilter | None) -> bytes:
        """Return the filters and the data in ASCII85, in which no viewer finds a false EI."""
        if last is None:
            size = self._size()
            payload = zlib.compress(payload if size is None else payload[:size])
            how = b"/F [/A85 /Fl]"
        elif last[0] == "/DCTDecode":
            payload, how = jpeg.cleaned(payload), b"/F [/A85 /DCT]"
        elif last[0] == "/CCITTFaxDecode":
            layout = fax.of(last[1], _int(self.keys["H"]))
            payload = fax.cleaned(payload, layout)
            black = b"true" if last[1].get("/BlackIs1") is True else b"false"
            settings = b"/K -1 /Columns %d /Rows %d /BlackIs1 %b" % (layout.columns, layout.rows, black)
            how = b"/F [/A85 /CCF] /DP [null << " + settings + b" >>]"
        else:
            raise filters.Undecodable
        return how + b"\nID " + base64.a85encode(payload) + b"~>"


def _int(token: Token) -> int:
    if not isinstance(token, bytes):
        raise filters.Undecodable
    return int(float(token))


def _parameters(token: Token) -> PdfValue:
    """Return the parameters of a filter as an object, with whole numbers and booleans only."""
    made = Dictionary()
    for key, value in token.items() if isinstance(token, dict) else []:
        if isinstance(value, bytes) and re.fullmatch(rb"-?\d{1,9}", value):
            made[spelled(key).decode("latin-1")] = int(value)
        elif value in {b"true", b"false"}:
            made[spelled(key).decode("latin-1")] = value == b"true"
    return made
