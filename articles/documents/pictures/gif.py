"""GIF: frames whose codes end with their last pixel, how long each is shown and how often all play, and no more."""

import struct

_SCREEN = 13  # bytes of the head
WIDEST = 12  # bits of a code


def cleaned(content: bytes) -> bytes:
    """Return a GIF without comments, without what programs added, and without bytes behind the pixels."""
    flags = content[10]
    at = _SCREEN + _palette(flags)
    kept = [content[:12] + b"\0" + content[_SCREEN:at]]
    shown = b""  # how long the next frame is shown
    while True:
        kind = content[at] if at < len(content) or len(kept) == 1 else 0x3B  # some programs write no end
        if kind == 0x3B:
            return b"".join([*kept, b";"])
        if kind == 0x2C:
            frame, at = _frame(content, at)
            kept += [shown, frame]
            shown = b""
        elif kind == 0x21:
            body, end = _blocks(content, at + 2)
            if content[at + 1] == 0xF9 and len(body) >= 4:
                shown = b"\x21\xf9\x04" + body[:4] + b"\0"
            elif body[:11] == b"NETSCAPE2.0" and len(body) >= 14 and len(kept) == 1:  # how often it plays
                kept.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + body[12:14] + b"\0")
            at = end
        else:
            raise ValueError


def _palette(flags: int) -> int:
    """Return how many bytes the colours take of which flags tell."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(content: bytes, at: int) -> tuple[bytes, int]:
    """Return what stands in a row of blocks, and where it ends."""
    found = []
    while content[at]:
        found.append(content[at + 1 : at + 1 + content[at]])
        at += content[at] + 1
    return b"".join(found), at + 1


def _frame(content: bytes, at: int) -> tuple[bytes, int]:
    """Return one frame in clean blocks, and where it ends."""
    width, height = struct.unpack_from("<HH", content, at + 5)
    start = at + 10 + _palette(content[at + 9])
    size = content[start]
    if not 1 < size < 9:
        raise ValueError
    data, end = _blocks(content, start + 1)
    codes = pixels_alone(data, size, width * height)
    pieces = [codes[place : place + 255] for place in range(0, len(codes), 255)]
    blocks = b"".join(bytes([len(one)]) + one for one in pieces)
    return content[at : start + 1] + blocks + b"\0", end


def pixels_alone(data: bytes, size: int, pixels: int) -> bytes:
    """Return packed codes up to their end, or to the code of the last pixel and an end put behind it."""
    clear, end = 1 << size, (1 << size) + 1
    width = size + 1
    lengths = [1] * clear + [0, 0]  # how many pixels each code stands for
    before = 0  # pixels of the code before, none behind a beginning
    bits, held, at, used = 0, 0, 0, 0
    while True:
        while held < width:
            if at >= len(data):  # cut off: viewers show what there is
                return _closed(data, used, end, width)
            bits |= data[at] << held
            at, held = at + 1, held + 8
        code = bits & ((1 << width) - 1)
        bits, held = bits >> width, held - width
        if code == end:
            return _closed(data, used, end, width)
        used += width
        if code == clear:
            width, before = size + 1, 0
            del lengths[end + 1 :]
            continue
        if code > len(lengths) or (code == len(lengths) and not before):
            raise ValueError
        if before and len(lengths) < 1 << WIDEST:
            lengths.append(before + 1)
            width += len(lengths) == 1 << width and width < WIDEST
        before = lengths[code]
        pixels -= before
        if pixels <= 0:
            return _closed(data, used, end, width)


def _closed(data: bytes, used: int, end: int, width: int) -> bytes:
    """Return the first bits of packed codes, and the code of the end behind them."""
    whole = int.from_bytes(data[: used // 8 + 1], "little") & ((1 << used) - 1) | end << used
    return whole.to_bytes(-(-(used + width) // 8), "little")
