"""Pictures as scanners write them: every depth and order of samples looks as it should, or is refused in words."""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from newsroom.pictures import deeptiffs, ingestion

SIDE = 16
RAMP = [column / (SIDE - 1) for _row in range(SIDE) for column in range(SIDE)]  # from black to white
UPWARDS, DOWNWARDS = [0, 136, 255], [255, 119, 0]


def tiff(
    bits: list[int], photometric: int, strips: list[bytes], order: str = "<", **more: list[int]
) -> bytes:
    """Return a TIFF of 16 by 16 with the samples as they are given."""
    numbers = {"planes": 284, "format": 339, "extra": 338, "compression": 259}
    tags = {256: [SIDE], 257: [SIDE], 258: bits, 259: [1], 262: [photometric], 277: [len(bits)], 278: [SIDE]}
    tags |= {numbers[name]: values for name, values in more.items()}
    lengths = [len(strip) for strip in strips]
    behind = 8 + 2 + 12 * (len(tags) + 2) + 4
    long = {tag: values for tag, values in tags.items() if len(values) > 2}
    start = behind + sum(2 * len(values) for values in long.values()) + 8 * len(strips)
    offsets = [start + sum(lengths[:at]) for at in range(len(strips))]
    directory, blobs = b"", b""
    for tag, values in sorted({**tags, 273: offsets, 279: lengths}.items()):
        code = "I" if tag in {273, 279} else "H"
        held = struct.pack(f"{order}{len(values)}{code}", *values)
        if len(held) > 4:
            blobs, held = blobs + held, struct.pack(f"{order}I", behind + len(blobs))
        directory += struct.pack(f"{order}HHI", tag, 4 if code == "I" else 3, len(values)) + held.ljust(
            4, b"\0"
        )
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(tags) + 2)
    return head + directory + bytes(4) + blobs.ljust(start - behind, b"\0") + b"".join(strips)


def samples(code: str, top: float, order: str, times: int = 1) -> bytes:
    """Return the ramp as numbers of a kind, each so many times."""
    is_whole = code not in "fd"
    values = [int(level * top) if is_whole else level * top for level in RAMP]
    return b"".join(struct.pack(f"{order}{times}{code}", *[value] * times) for value in values)


def of_twelve() -> bytes:
    pairs = zip(RAMP[::2], RAMP[1::2], strict=True)
    return b"".join((int(one * 4095) << 12 | int(other * 4095)).to_bytes(3) for one, other in pairs)


def scans() -> Iterator[tuple[str, bytes, list[int]]]:
    for order in "<>":
        grey, colour = samples("H", 65535, order), samples("H", 65535, order, 3)
        yield f"16 bits {order}", tiff([16], 1, [grey], order), UPWARDS
        yield f"16 bits, white is zero {order}", tiff([16], 0, [grey], order), DOWNWARDS
        yield (
            f"16 bits, deflated {order}",
            tiff([16], 1, [zlib.compress(grey)], order, compression=[8]),
            UPWARDS,
        )
        yield f"32 bits {order}", tiff([32], 1, [samples("I", 2**32 - 1, order)], order), UPWARDS
        yield f"12 bits {order}", tiff([12], 1, [of_twelve()], order), UPWARDS
        yield f"48 bits {order}", tiff([16] * 3, 2, [colour], order), UPWARDS
        yield f"48 bits in planes {order}", tiff([16] * 3, 2, [grey] * 3, order, planes=[2]), UPWARDS
        yield (
            f"64 bits with infrared {order}",
            tiff([16] * 4, 2, [samples("H", 65535, order, 4)], order, extra=[0]),
            UPWARDS,
        )
        yield (
            f"64 bits of ink {order}",
            tiff([16] * 4, 5, [samples("H", 65535, order, 4)], order),
            [255, 56, 0],
        )
        yield f"shares of one {order}", tiff([32], 1, [samples("f", 1, order)], order, format=[3]), UPWARDS
        yield (
            f"long shares of one {order}",
            tiff([64], 1, [samples("d", 1, order)], order, format=[3]),
            UPWARDS,
        )
        yield f"shares of 255 {order}", tiff([32], 1, [samples("f", 255, order)], order, format=[3]), UPWARDS
        yield (
            f"16 bits, clear where black {order}",
            tiff([16] * 2, 1, [samples("H", 65535, order, 2)], order, extra=[2]),
            [255, 192, 255],
        )
    grey = samples("B", 255, "<")
    yield "8 bits", tiff([8], 1, [grey]), UPWARDS
    yield "8 bits, white is zero", tiff([8], 0, [grey]), DOWNWARDS
    yield "24 bits in planes", tiff([8] * 3, 2, [grey] * 3, planes=[2]), UPWARDS


@pytest.mark.parametrize(("name", "content", "levels"), list(scans()), ids=[one[0] for one in scans()])
def test_it_reads_every_depth_that_scanners_write(name: str, content: bytes, levels: list[int]) -> None:
    image = ingestion.ingest(io.BytesIO(content)).image
    assert [image.getpixel((column, 8)) for column in (0, 8, 15)] == [(level,) * 3 for level in levels]


def png(bits: int, kind: int, **chunks: bytes) -> bytes:
    """Return a PNG of one row whose samples go from black to white."""
    times = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    row = 0
    for level in RAMP[:SIDE]:
        for _sample in range(times):
            row = row << bits | int(level * (2**bits - 1))
    data = zlib.compress(b"\0" + row.to_bytes(SIDE * times * bits // 8))
    head = struct.pack(">IIBBBBB", SIDE, 1, bits, kind, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n"
    for name, held in {"IHDR": head, **chunks, "IDAT": data, "IEND": b""}.items():
        made += (
            struct.pack(">I", len(held))
            + name.encode()
            + held
            + struct.pack(">I", zlib.crc32(name.encode() + held))
        )
    return made


DEPTHS: list[tuple[int, int, dict[str, Any]]] = [
    *[(bits, 0, {}) for bits in (1, 2, 4, 8, 16)], *[(bits, 2, {}) for bits in (8, 16)],
    *[(bits, 3, {"PLTE": bytes(int(at * 255 / (2**bits - 1)) for at in range(2**bits) for _c in range(3))}) for bits in (1, 2, 4, 8)],
]  # fmt: skip


@pytest.mark.parametrize(("bits", "kind", "chunks"), DEPTHS)
def test_it_reads_every_depth_of_png(bits: int, kind: int, chunks: dict[str, bytes]) -> None:
    image = ingestion.ingest(io.BytesIO(png(bits, kind, **chunks))).image
    middle = {1: 0, 2: 85}.get(bits, 136)
    assert [image.getpixel((column, 0)) for column in (0, 8, 15)] == [
        (level,) * 3 for level in (0, middle, 255)
    ]


@pytest.mark.parametrize(
    "content", [tiff([16], 1, [b"\0"]), tiff([16], 9, [bytes(512)]), tiff([16] * 9, 2, [bytes(9999)])]
)
def test_what_can_not_be_read_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ingestion.PictureRefused):
        ingestion.ingest(io.BytesIO(content))


def test_a_deep_scan_keeps_to_its_size() -> None:
    bomb = tiff([16], 1, [zlib.compress(bytes(50_000_000))] * 40, compression=[8])
    assert deeptiffs.opened(io.BytesIO(bomb), ingestion.MAX_PIXELS) is None
