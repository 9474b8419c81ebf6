"""Small files that ask for much: memory, or time, of whoever opens them."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.articles.documents.pdfs import changed
from tests.articles.documents.specimens import page

PICTURE = {"Type": Name.XObject, "Subtype": Name.Image, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB}


def packed(piece: bytes, times: int) -> bytes:
    """Return what unpacks to a piece so many times."""
    packer = zlib.compressobj(9)
    made = [packer.compress(piece) for _time in range(times)]
    return b"".join([*made, packer.flush()])


def with_stream(data: bytes, filters: Any, put: Callable[[Any, Any], object]) -> bytes:
    """Return a PDF with a packed stream that put() hangs on its page."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        stream = document.make_stream(b"")
        stream.write(data, filter=filters)
        put(first, stream)

    return changed(change, b" q 9 0 0 9 0 0 cm /I Do Q ")


def drawing(megabytes: int) -> bytes:
    """Return a PDF whose page is drawn by so many megabytes of blanks."""
    return with_stream(
        packed(b" " * 2**20, megabytes),
        Name.FlateDecode,
        lambda first, stream: setattr(first, "Contents", stream),
    )


def drawing_packed_twice(megabytes: int) -> bytes:
    data = zlib.compress(packed(b" " * 2**20, megabytes), 9)
    both = Array([Name.FlateDecode, Name.FlateDecode])
    return with_stream(data, both, lambda first, stream: setattr(first, "Contents", stream))


def drawing_run_by_run(megabytes: int) -> bytes:
    """Return a PDF whose drawing is packed as lengths of runs, twice."""
    runs = b"\x81 " * (megabytes * 2**20 // 128) + b"\x80"
    both = Array([Name.FlateDecode, Name.RunLengthDecode])
    return with_stream(zlib.compress(runs, 9), both, lambda first, stream: setattr(first, "Contents", stream))


def picture(width: int, height: int, megabytes: int) -> bytes:
    """Return a PDF with a picture of a size that unpacks to so many megabytes."""

    def put(first: Any, stream: Any) -> None:
        for key, value in {**PICTURE, "Width": width, "Height": height}.items():
            stream[f"/{key}"] = value
        first.Resources.XObject = Dictionary(I=stream)

    return with_stream(packed(bytes(2**20), megabytes), Name.FlateDecode, put)


def forms(levels: int, times: int) -> bytes:
    """Return a PDF whose forms draw each other so many times, level by level."""

    def change(document: pikepdf.Pdf, first: Any) -> None:
        inner = document.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        for _level in range(levels):
            names = Dictionary(XObject=Dictionary(I=inner))
            inner = document.make_stream(b"/I Do " * times, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=names)  # fmt: skip
        first.Resources.XObject = Dictionary(I=inner)

    return changed(change, b" /I Do ")


def map_of_letters(ranges: int) -> bytes:
    """Return a PDF whose font tells the letters of four thousand million codes, several times."""
    lines = b"\n".join(b"<00000000> <ffffffff> <0041>" for _range in range(ranges))

    def change(document: pikepdf.Pdf, first: Any) -> None:
        first.Resources.Font.F.ToUnicode = document.make_stream(
            b"%d beginbfrange\n%b\nendbfrange" % (ranges, lines)
        )

    return changed(change)


def objects(megabytes: int) -> bytes:
    """Return a PDF whose objects stand in a stream that unpacks to so many megabytes."""
    document = pikepdf.new()
    page(document, "Words")
    for number in range(4):
        document.Root[f"/Own{number}"] = document.make_indirect(Dictionary(Own="x" * 100))
    buffer = io.BytesIO()
    document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=False)
    data = buffer.getvalue()
    start = data.index(b"/Type /ObjStm")
    begin = data.index(b"stream\n", start) + len(b"stream\n")
    end = data.index(b"\nendstream", begin)
    packer = zlib.compressobj(9)
    body = packer.compress(data[begin:end]) + b"".join(
        packer.compress(b" " * 2**20) for _one in range(megabytes)
    )
    body += packer.flush()
    opening = data.rindex(b"<<", 0, start)
    length_at = data.index(b"/Length ", opening)
    rest = data[length_at + 8 :].lstrip(b"0123456789")
    head = data[:length_at] + b"/Filter /FlateDecode /Length %d" % len(body)
    head += rest[: len(rest) - (len(data) - begin)]
    return head + body + data[end:]  # the table of objects is off now: readers look for them one by one


def arrays(depth: int) -> bytes:
    """Return a PDF whose page is drawn by arrays in arrays."""
    return changed(
        lambda document, first: setattr(
            first, "Contents", document.make_stream(b"[" * depth + b"]" * depth + b" TJ")
        )
    )


def nested(depth: int) -> bytes:
    """Return a PDF whose root holds dictionaries in dictionaries."""

    def change(document: pikepdf.Pdf, _first: Any) -> None:
        value = Dictionary(A=1)
        for _level in range(depth):
            value = document.make_indirect(Dictionary(First=value, Title="x", K=value, S=Name.P))
        document.Root.Outlines = document.Root.StructTreeRoot = value

    return changed(change)


def words(count: int) -> bytes:
    """Return a PDF with so many words on its page, each at the same place."""
    return changed(lambda _document, _first: None, b"BT /F 1 Tf " + b"(aaaaaaaaaa) Tj " * count + b" ET")
