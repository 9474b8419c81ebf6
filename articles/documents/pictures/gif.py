"""GIF: keeps frames up to their last pixel, their duration and the number of loops, and nothing else."""

import struct

_SCREEN = 13  # bytes of the header and the screen descriptor
WIDEST = 12  # bits of an LZW code


def cleaned(content: bytes) -> bytes:
    """Return a GIF without comments, application data and bytes behind the pixels; raises ValueError."""
    flags = content[10]
    at = _SCREEN + _palette(flags)
    kept = [content[:12] + b"\0" + content[_SCREEN:at]]
    shown = b""  # the graphic control extension of the next frame: its duration and transparency
    while True:
        kind = content[at] if at < len(content) or len(kept) == 1 else 0x3B  # some programs write no trailer
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
            elif body[:11] == b"NETSCAPE2.0" and len(body) >= 14 and len(kept) == 1:  # the number of loops
                kept.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + body[12:14] + b"\0")
            at = end
        else:
            raise ValueError


def _palette(flags: int) -> int:
    """Return the size in bytes of the colour table that these flags describe."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(content: bytes, at: int) -> tuple[bytes, int]:
    """Return the content of a series of sub-blocks, and the offset behind it."""
    found = []
    while content[at]:
        found.append(content[at + 1 : at + 1 + content[at]])
        at += content[at] + 1
    return b"".join(found), at + 1


def _frame(content: bytes, at: int) -> tuple[bytes, int]:
    """Return one frame in clean sub-blocks, and the offset behind it."""
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
    """Return LZW codes up to the last pixel, with an end code behind it; raises ValueError for invalid codes.

    Size is the number of bits of a pixel, pixels the number of pixels in the frame.
    """
    clear, end = 1 << size, (1 << size) + 1
    width = size + 1
    lengths = [1] * clear + [0, 0]  # the number of pixels that each code stands for
    before = 0  # pixels of the previous code, 0 behind a clear code
    bits, held, at, used = 0, 0, 0, 0
    while True:
        while held < width:
            if at >= len(data):  # truncated: viewers show what there is
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
    """Return the first used bits of LZW codes, with an end code of some width behind them."""
    whole = int.from_bytes(data[: used // 8 + 1], "little") & ((1 << used) - 1) | end << used
    return whole.to_bytes(-(-(used + width) // 8), "little")
