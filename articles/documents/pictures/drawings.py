"""Drawings inside documents: metafiles of Windows, whose words are blanked, and SVG, whose scripts are cut."""

import struct
from collections.abc import Callable

from .. import markup
from ..report import Report

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_ACTIVE = {"script", "foreignObject", "metadata", "handler", "listener", "iframe", "audio", "video"}
_COMMENT = 70  # EMR_GDICOMMENT
_EMF_PLUS = b"EMF+"


def is_metafile(content: bytes) -> bool:
    """Tell whether it is an EMF or a WMF."""
    is_emf = content[:4] == b"\1\0\0\0" and content[40:44] == b" EMF"
    return is_emf or content.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00"))


def metafile(content: bytes) -> bytes:
    """Return a metafile without the name of its program and title, and without comments."""
    if content[40:44] != b" EMF":
        return content
    (size,) = struct.unpack_from("<I", content, 4)
    length, offset = struct.unpack_from("<II", content, 60)
    header = bytearray(content[:size])
    if length and offset:
        end = min(size, offset + 2 * length)
        header[offset:end] = bytes(max(0, end - offset))
    struct.pack_into("<II", header, 60, 0, 0)
    kept, at = [bytes(header)], size
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<II", content, at)
        if length < 8 or at + length > len(content):
            raise ValueError
        record = content[at : at + length]
        if kind == _COMMENT and record[12:16] != _EMF_PLUS:
            record = record[:12] + bytes(length - 12)  # blanked, so that sizes and numbers stay right
        kept.append(record)
        at += length
        if kind == 14:  # EMR_EOF
            break
    return b"".join(kept)


def is_svg(content: bytes) -> bool:
    """Tell whether it is an SVG."""
    return b"<svg" in content[:4096] and content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def svg(content: bytes, report: Report, inside: Callable[[str], str]) -> bytes:
    """Return an SVG that shows the same, runs nothing and fetches nothing; inside() cleans a data URI."""
    root = markup.parsed(content)
    for element in list(root.iter("{*}*")):
        foreign = not element.tag.startswith(f"{{{_SVG}}}")
        if element is root:
            continue
        if foreign or markup.local(element) in _ACTIVE:
            markup.drop(element)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            space, _, bare = name.rpartition("}")
            if bare == "href" and value.strip().lower().startswith("data:"):
                element.set(name, inside(value))
                continue
            is_link = bare == "href" and not value.startswith("#")
            fetches = "url(" in value and "url(#" not in value.replace("'", "").replace('"', "")
            if bare.lower().startswith("on") or is_link or fetches:
                if is_link and markup.local(element) == "image":
                    report.name("linked_pictures")
                del element.attrib[name]
            elif space and space not in {f"{{{_XLINK}", "{http://www.w3.org/XML/1998/namespace"}:
                del element.attrib[name]
    for style in list(root.iter(f"{{{_SVG}}}style")):
        if style.text and ("@import" in style.text or "url(" in style.text.replace("url(#", "")):
            markup.drop(style)
    return markup.written(root)
