"""Type 1 fonts: written anew from their numbers and glyphs, without names, notices and comments."""

import re

_KEY, _C1, _C2 = 55665, 52845, 22719
_SPACE = rb"[\0\t\n\f\r ]"
_MATRIX = re.compile(rb"/FontMatrix\s*\[([-+.\deE\s]+)\]")
_BOX = re.compile(rb"/FontBBox\s*[\[{]([-+.\d\s]+)[\]}]")
_CODE = re.compile(rb"dup\s+(\d{1,3})\s*/([^\s/{}\[\]()<>%]{1,60})\s+put")
_NUMBERS = re.compile(
    rb"/(BlueValues|OtherBlues|FamilyBlues|FamilyOtherBlues|StdHW|StdVW|StemSnapH|StemSnapV|BlueScale|BlueShift"
    rb"|BlueFuzz|LanguageGroup|ExpansionFactor|ForceBold|lenIV|RndStemUp)\s*(\[[-+.\d\s]*\]|\{[-+.\d\s]*\}|[-+.\d]+|true|false)"
)
_SUBR = re.compile(rb"dup\s+(\d{1,5})\s+(\d{1,5})\s+[^\s\d]\S*" + _SPACE)
_LETTER = re.compile(rb"/([^\s/{}\[\]()<>%]{1,60})\s+(\d{1,5})\s+[^\s\d]\S*" + _SPACE)
_START = (
    b"dup /Private 20 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
    b"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n/MinFeature {16 16} def\n"
    b"/password 5839 def\n"
)
_END = b"end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n"
_TRAILER = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"


def cleaned(data: bytes) -> tuple[bytes, list[int], bytes]:
    """Return a font, the lengths of its three parts, and bytes with the names of its glyphs; raises ValueError."""
    data = _without_segments(data)
    at = data.find(b"eexec")
    matrix = _MATRIX.search(data[:at])
    if at < 0 or matrix is None or b"/WeightVector" in data[:at]:
        raise ValueError
    private = _private(_decrypted(_bytes_of(data[at + 5 :])))
    clear = _clear(data[:at], matrix[1])
    hidden = _encrypted(bytes(4) + private)
    return clear + hidden + _TRAILER, [len(clear), len(hidden), len(_TRAILER)], private


def _without_segments(data: bytes) -> bytes:
    """Return a font without the segment headers of PFB files."""
    made, at = b"", 0
    while data[at : at + 1] == b"\x80" and data[at + 1] in {1, 2}:
        length = int.from_bytes(data[at + 2 : at + 6], "little")
        made += data[at + 6 : at + 6 + length]
        at += 6 + length
    return made or data


def _bytes_of(data: bytes) -> bytes:
    """Return the encrypted part, which may be in hexadecimal digits, as bytes."""
    data = data.lstrip(b"\t\n\r ")
    if found := re.match(rb"[0-9A-Fa-f\s]{8,}", data):
        digits = re.sub(rb"\s", b"", found[0])
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    return data


def _decrypted(data: bytes) -> bytes:
    key, plain = _KEY, bytearray(len(data))
    for at, cipher in enumerate(data):
        plain[at] = cipher ^ (key >> 8)
        key = ((cipher + key) * _C1 + _C2) & 0xFFFF
    return bytes(plain[4:])


def _encrypted(data: bytes) -> bytes:
    key, made = _KEY, bytearray(len(data))
    for at, plain in enumerate(data):
        cipher = made[at] = plain ^ (key >> 8)
        key = ((cipher + key) * _C1 + _C2) & 0xFFFF
    return bytes(made)


def _clear(given: bytes, matrix: bytes) -> bytes:
    """Return the part that is not encrypted: matrix, bounding box and encoding."""
    box = _BOX.search(given)
    codes = b"".join(b"dup %b /%b put\n" % pair for pair in _CODE.findall(given))
    encoding = (
        b"256 array\n0 1 255 {1 index exch /.notdef put} for\n%breadonly" % codes
        if codes
        else b"StandardEncoding"
    )
    return (
        b"%!PS-AdobeFont-1.0: F 1.0\n12 dict begin\n/FontName /F def\n/PaintType 0 def\n/FontType 1 def\n"
        b"/FontMatrix [" + b" ".join(matrix.split()) + b"] readonly def\n"
        b"/FontBBox {" + b" ".join((box[1] if box else b"0 0 0 0").split()) + b"} readonly def\n"
        b"/Encoding " + encoding + b" def\ncurrentdict end\ncurrentfile eexec\n"
    )


def _private(plain: bytes) -> bytes:
    """Return the part to encrypt: known numbers, subroutines and glyphs; raises ValueError."""
    begin = plain.find(b"/CharStrings")
    shared = plain.find(b"/Subrs")
    if begin < 0:
        raise ValueError
    before = plain[: min(begin, shared) if shared >= 0 else begin]
    made = [_START]
    made += [b"/%b %b def\n" % (name, b" ".join(value.split())) for name, value in _NUMBERS.findall(before)]
    if shared >= 0:
        parts = _parts(plain, shared, _SUBR)
        made.append(
            b"/OtherSubrs [{} {} {} {}] def\n/Subrs %d array\n"
            % (1 + max((int(one) for one, _ in parts), default=0))
        )
        made += [b"dup %b %d RD %b NP\n" % (name, len(body), body) for name, body in parts]
        made.append(b"ND\n")
    begin = _charstrings(plain, begin)
    letters = _parts(plain, begin, _LETTER)
    if not letters:
        raise ValueError
    made.append(b"2 index /CharStrings %d dict dup begin\n" % len(letters))
    made += [b"/%b %d RD %b ND\n" % (name, len(body), body) for name, body in letters]
    return b"".join([*made, _END])


def _charstrings(plain: bytes, begin: int) -> int:
    """Return the offset of the first glyph; raises ValueError."""
    match = _LETTER.search(plain, begin + len(b"/CharStrings"))
    if match is None:
        raise ValueError
    return match.start()


def _parts(plain: bytes, at: int, pattern: re.Pattern[bytes]) -> list[tuple[bytes, bytes]]:
    """Return (name or number, content) of the consecutive glyphs or subroutines that match a pattern."""
    found = []
    match = pattern.search(plain, at)
    while match:
        end = match.end() + int(match[2])
        found.append((match[1], plain[match.end() : end]))
        match = pattern.search(plain, end, end + 200)
    return found
