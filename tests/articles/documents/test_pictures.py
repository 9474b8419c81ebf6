"""The one picture cleaner: nothing that was planted survives in a picture, however deep it lies in others."""

import base64
import io
import re
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageSequence

from articles.documents import pictures
from articles.documents.pictures import jbig2, jpeg2000, profiles
from articles.documents.report import DocumentError, Report
from tests.planted import MARKS, PLANTED, encoded, painted, sample

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def uri(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def svg_with(address: str) -> bytes:
    return SVG.format(f'<image width="9" height="9" xlink:href="{address}"/>').encode()


def nested(content: bytes, times: int) -> bytes:
    """Return an SVG with a picture so many drawings deep."""
    for _level in range(times):
        content = svg_with(uri(content, "image/svg+xml" if content.startswith(b"<") else "image/jpeg"))
    return content


def unwrapped(content: bytes) -> list[bytes]:
    """Return a picture and every picture in the data URIs in it."""
    found = [content]
    for piece in content.split(b";base64,")[1:]:
        found += unwrapped(base64.b64decode(piece.split(b'"')[0]))
    return found


def traces(content: bytes) -> set[bytes]:
    marks = [*(word.encode() for word in PLANTED), *MARKS]
    return {mark for mark in marks for piece in unwrapped(content) if mark in piece}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_it_cleans_photos_inside_drawings_inside_drawings(times: int) -> None:
    given = nested(sample("jpeg"), times)
    assert traces(given)
    clean = pictures.cleaned(given, "drawing.svg", Report())
    assert traces(clean) == set()
    assert unwrapped(clean)[-1].startswith(b"\xff\xd8")


def test_a_data_uri_says_what_it_is() -> None:
    given = encoded(painted(9, 9), "PNG")
    assert pictures.data_uri(uri(given, "image/jpeg"), Report()).startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    "address", ["data:,words", "data:text/html;base64,PGI+", "data:image/png;base64,!", "x"]
)
def test_it_refuses_what_is_no_picture(address: str) -> None:
    with pytest.raises(DocumentError):
        pictures.data_uri(address, Report())


SECRETS_OF_SVG = [
    '<metadata>{}</metadata>', '<title>{}</title>', '<desc>{}</desc>', '<g id="{}"/>', '<g class="{}"/>', '<g data-own="{}"/>',
    '<g style="-own-key: {}; fill: red"/>', '<style>/* {} */ .{} {{ fill: red; --own: {} }} @import "{}";</style>', '<!-- {} -->', '<?own {}?>',
    '<g aria-label="{}"/>', '<own xmlns="urn:{}">{}</own>', '<g xmlns:own="urn:own" own:path="C:\\{}"/>', '<script>{}</script>',
    '<a xlink:href="https://example.org/{}"><g/></a>', '<g onclick="{}"/>', '<rect fill="url(https://example.org/{})"/>',
    '<filter id="f"><feFlood result="{}"/></filter>', '<g xml:lang="{}"/>', '<g fill="url(#a) {}"/>', '<g font-family="{}"/>',
    '<g font="12px {}"/>', '<style type="{}">.a{fill:red}</style>', '<style>.a:{}{fill:red}</style>', '<style>.a{fill:{}}</style>',
    '<g style="fill: {}"/>', '<path d="M0 0 {}"/>', '<path d="M0 0 L {}"/>', '<polygon points="0 0 {}"/>', '<g transform="{}(1)"/>',
    *(f'<g {name}="{{}}"/>' for name in ("width", "x", "version", "type", "values", "viewBox", "cursor", "rotate", "mode", "order", "filter")),
    *(f'<g {name}="0 {{}}"/>' for name in ("height", "points", "transform", "preserveAspectRatio", "stroke-dasharray", "orient", "clip")),
]  # fmt: skip


@pytest.mark.parametrize("inside", SECRETS_OF_SVG)
def test_what_is_not_known_in_a_drawing_does_not_stay(inside: str) -> None:
    given = SVG.format(
        inside.replace("{}", "PlantedSecret").replace("{{", "{").replace("}}", "}") + "<text>Seen</text>"
    )
    report = Report()
    clean = pictures.cleaned(given.encode(), "a.svg", report)
    assert b"PlantedSecret" not in clean and b"Seen" in clean
    assert report.found == {}


UNSEEN_IN_SVG = [
    "{}", "<g>{}</g>", '<path d="M0 0">{}</path>', "<g/>{}", "<defs>{}</defs>", "<text><g>{}</g></text>", "<image>{}</image>",
    '<g style="fill:red; display: none"><text>{}</text></g>', '<text display="none">{}</text>', '<text opacity="0.0">{}</text>',
    '<text visibility="hidden">{}</text>', "<style>.st0{display:none !important}</style><g class='st0'><text>{}</text></g>",
    "<style>#off{display:none}</style><g id='off'><text>{}</text></g>", "<defs><text>{}</text></defs>",
    "<symbol id='a'><text>{}</text></symbol>", "<clipPath id='a'><text>{}</text></clipPath>", "<switch><g/><text>{}</text></switch>",
    '<switch><text systemLanguage="de">{}</text><text>Seen</text></switch>', "<style>{}{fill:red}</style>",
    "<style>@media print{.a{fill:{}}}</style>",
]  # fmt: skip


@pytest.mark.parametrize("inside", UNSEEN_IN_SVG)
def test_words_and_layers_that_a_drawing_does_not_show_do_not_stay(inside: str) -> None:
    given = SVG.format(inside.replace("{}", "PlantedSecret") + "<text>Seen</text>").encode()
    clean = pictures.cleaned(given, "a.svg", Report())
    assert b"PlantedSecret" not in clean and b"Seen" in clean


SEEN_IN_SVG = [
    '<a><text x="1">Seen<tspan>Seen</tspan> <a>Seen</a></text></a>', '<defs><text id="a">Seen</text></defs><use xlink:href="#a"/>',
    '<g display="none"><g id="a"><text>Seen</text></g></g><use href="#a"/>', "<symbol id='a'><text>Seen</text></symbol><use href='#a'/>",
    "<style>.a{display:none}</style><text class='a' style='display:inline'>Seen</text>", "<text>own<desc>d</desc>Seen</text>",
    "<style>.a{display:none}.a{display:block}</style><text class='a'>Seen</text>", "<switch><foreignObject/><text>Seen</text></switch>",
    "<g visibility='hidden'><text visibility='visible'>Seen</text></g>", "<text opacity='0.05'>Seen</text>",
    "<style>.a{clip-path:url(#c)}</style><clipPath id='c'><text>Seen</text></clipPath><rect class='a'/>",
]  # fmt: skip


@pytest.mark.parametrize("inside", SEEN_IN_SVG)
def test_what_a_drawing_shows_stays(inside: str) -> None:
    clean = pictures.cleaned(SVG.format(inside).encode(), "a.svg", Report()).decode()
    assert clean.count("Seen") == inside.count("Seen")


KEPT_VALUES = [
    ("d", "M10-.5.5e-3 20c1,2,3 4 5 6a1 1 0 01.5.5Z m0 0h-3V4z"), ("points", "0,0 1,1 2 2"), ("transform", "translate(1, 2) rotate(45deg)"),
    ("fill", "#abc"), ("fill", "rgb(255, 0,50%)"), ("fill", "DarkSlateGray"), ("fill", "url(#a) none"), ("width", "100%"), ("x", "1 2 3em"),
    ("viewBox", "0 0 24 24"), ("preserveAspectRatio", "xMidYMid slice"), ("version", "1.1"), ("font-family", "Arial,sans-serif"),
    ("stroke-dasharray", "4 2"), ("orient", "auto-start-reverse"), ("font-weight", "700"), ("clip-path", "url(#a)"), ("stroke-width", "1.5px"),
    ("font-size", "12px"), ("text-anchor", "middle"), ("gradientTransform", "matrix(1 0 0 1 -3.5e2 4)"), ("dy", "0.35em"), ("offset", "5%"),
    ("xml:space", "preserve"), ("text-decoration", "underline"), ("opacity", ".5"), ("baseFrequency", "0.02 3"), ("filter", "blur(5px)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), KEPT_VALUES)
def test_values_of_the_standard_stay(name: str, value: str) -> None:
    clean = pictures.cleaned(SVG.format(f"<g id='a' {name}='{value}'/>").encode(), "a.svg", Report()).decode()
    assert f'{name}="{value.replace("#a)", "#n1)")}"' in clean


@pytest.mark.parametrize(
    "name",
    [
        "Arial",
        "'Times New Roman'",
        "MyriadPro-Regular",
        "Noto Sans Lao",
        "Helvetica Neue, Arial",
        "DejaVuSans-Bold",
    ],
)
def test_fonts_that_readers_have_stay(name: str) -> None:
    clean = pictures.cleaned(SVG.format(f'<g font-family="{name}"/>').encode(), "a.svg", Report()).decode()
    assert re.sub(r"[\s']", "", name) in re.sub(r"[\s']", "", clean)


HIDDEN_IN_SVG = [
    ("invisible_text", '<text fill="white">Names</text>', '<rect width="99" height="99"/><text fill="white">Names</text>'),
    ("invisible_text", '<text fill="#fdfdfd">Names</text>', '<text fill="#c00">Names</text>'),
    ("invisible_text", '<style>.a{fill:#fff}</style><g class="a"><text>Names</text></g>', '<style>.a{fill:#ddd}</style><g class="a"><text>Names</text></g>'),
    ("invisible_text", '<text style="fill:none">Names</text>', '<text style="fill:none;stroke:#000">Names</text>'),
    ("invisible_text", '<text fill-opacity="0">Names</text>', '<text fill-opacity="0.5">Names</text>'),
    ("invisible_text", '<text font-size="0.5">Names</text>', '<text font-size="0.5em">Names</text>'),
    ("covered_text", '<text x="9" y="20">Names</text><rect width="99" height="99"/>', '<rect width="99" height="99" fill="#eee"/><text x="9" y="20">Names</text>'),
    ("covered_text", '<text x="9" y="20">Names</text><rect width="100%" height="100%" fill="#fff"/>', '<text x="9" y="20">Names</text><rect width="100%" height="100%" fill="none" stroke="#000"/>'),
    ("covered_text", '<text x="50" y="50">A</text><circle cx="50" cy="50" r="40"/>', '<text x="50" y="50">A</text><circle cx="50" cy="150" r="40"/>'),
    ("covered_text", '<text x="9" y="20">Names</text><rect width="99" height="99"/>', '<text x="9" y="20">Names</text><g transform="translate(0 200)"><rect width="99" height="99"/></g>'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "suspect", "twin"), HIDDEN_IN_SVG)
def test_words_of_a_drawing_that_nobody_sees_are_named(kind: str, suspect: str, twin: str) -> None:
    found = []
    for inside in (suspect, twin):
        report = Report()
        pictures.cleaned(SVG.format(inside).encode(), "a.svg", report)
        found.append(set(report.found))
    assert found == [{kind}, set()]


def test_what_a_reader_would_have_seen_of_a_drawing_is_named() -> None:
    report = Report()
    given = SVG.format('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">Seen</p></foreignObject>')
    assert b"Seen" not in pictures.cleaned(given.encode(), "a.svg", report)
    assert set(report.found) == {"unknown_parts"}


def test_a_drawing_still_finds_its_own_parts() -> None:
    given = SVG.format(
        '<style>.red { fill: url(#shade) }</style><linearGradient id="shade"/><rect id="box" class="red"/>'
        '<use xlink:href="#box" style="clip-path: url(\'#shade\')"/>'
    )
    clean = pictures.cleaned(given.encode(), "a.svg", Report()).decode()
    shade, box, red = (
        re.findall(f'{what}="(n\\d+)"', clean)[0] for what in ("linearGradient id", "rect id", "class")
    )
    assert f".{red}{{fill:url(#{shade})}}" in clean and f'href="#{box}"' in clean
    assert f"clip-path:url(#{shade})" in clean


def test_marks_of_a_jpeg_that_nobody_knows_go() -> None:
    given = encoded(painted(9, 9), "JPEG")
    own = b"\xff\xf0\x00\x0fPlantedSecret\xff\xfe\x00\x0fPlantedSecret"
    assert b"PlantedSecret" not in pictures.cleaned(
        given[:2] + own + given[2:] + b"PlantedSecret", "a.jpg", Report()
    )


def png_with(kind: bytes, body: bytes) -> bytes:
    """Return a PNG with a chunk of its own behind the first."""
    given = encoded(painted(9, 9), "PNG")
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return given[:33] + chunk + given[33:]


def animated_webp() -> bytes:
    """Return a WebP of two frames, with EXIF inside of both."""
    first, second = painted(9, 9), painted(9, 9).transpose(Image.Transpose.ROTATE_180)
    given = encoded(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    chunks, at = b"", 12
    while at < len(given):
        kind, length = struct.unpack_from("<4sI", given, at)
        body = given[at + 8 : at + 8 + length]
        if kind == b"ANMF":
            body += b"EXIF" + struct.pack("<I", 14) + b"PlantedSecret."
        chunks += struct.pack("<4sI", kind, len(body)) + body
        at += 8 + length + length % 2
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


SECRET = b"PlantedSecret"


def jpeg_with(marker: int, *, inside: bytes = SECRET, alone: bytes = b"", progressive: bool = False) -> bytes:
    """Return a JPEG with bytes inside the first segment of a kind, or with a segment more before its first scan."""
    given = encoded(painted(40, 40), "JPEG", progressive=progressive)
    at = given.index(bytes([0xFF, 0xDA if alone else marker]))
    if alone:
        return given[:at] + struct.pack(">BBH", 0xFF, marker, len(alone) + 2) + alone + given[at:]
    (length,) = struct.unpack_from(">H", given, at + 2)
    end = at + 2 + length
    return (
        given[: at + 2] + struct.pack(">H", length + len(inside)) + given[at + 4 : end] + inside + given[end:]
    )


def jpeg_behind() -> bytes:
    """Return a JPEG with bytes behind its pixels, before its end."""
    given = encoded(painted(40, 40), "JPEG")
    return given[:-2] + SECRET + given[-2:]


def gif_with(where: str) -> bytes:
    """Return a GIF of two frames with bytes behind its pixels or in its extensions."""
    frames = [painted(40, 40).convert("P"), painted(40, 40).rotate(90).convert("P")]
    given = encoded(frames[0], "GIF", save_all=True, append_images=[frames[1]], loop=0, duration=90)
    block = bytes([len(SECRET)]) + SECRET
    if where == "pixels":
        return given[:-2] + block + given[-2:]
    if where == "timing":
        at = given.index(b"\x21\xf9\x04")
        return given[: at + 7] + block + given[at + 7 :]
    at = given.index(b"NETSCAPE2.0") + 15
    return given[:at] + block + given[at:]


def png_packed(behind: bytes = b"", more: bytes = b"") -> bytes:
    """Return a PNG with bytes behind its packed pixels, or among them as further rows."""
    given = encoded(painted(9, 9), "PNG")
    at = given.index(b"IDAT") - 4
    (length,) = struct.unpack_from(">I", given, at)
    body = zlib.compress(zlib.decompress(given[at + 8 : at + 8 + length]) + more, 0 if more else 6) + behind
    chunk = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    return given[:at] + chunk + given[at + 12 + length :]


UNUSED_CODES = b"\x13" + bytes([13] + [0] * 15) + SECRET
OVERFULL = [
    animated_webp(), *(png_with(kind, bytes(9) + SECRET) for kind in (b"pHYs", b"sBIT", b"gAMA")), png_with(b"PLTE", SECRET + b".."),
    png_packed(SECRET), png_packed(more=SECRET * 9),
    *(jpeg_with(marker) for marker in (0xDB, 0xC4, 0xC0, 0xDA, 0xE0)), jpeg_with(0xC2, progressive=True), jpeg_with(0xC4, progressive=True),
    jpeg_with(0xDB, alone=b"\x03" + SECRET * 4 + bytes(12)), jpeg_with(0xC4, alone=UNUSED_CODES), jpeg_with(0xDD, alone=b"\0\0" + SECRET),
    jpeg_with(0xE0, alone=b"JFIF\0" + SECRET), jpeg_with(0xEE, alone=b"Adobe" + SECRET), jpeg_with(0xCC, alone=SECRET + b"."),
    jpeg_behind(), gif_with("pixels"), gif_with("timing"), gif_with("repeating"),
]  # fmt: skip


@pytest.mark.parametrize("given", OVERFULL, ids=range(len(OVERFULL)))
def test_parts_that_are_known_hold_no_more_than_they_need(given: bytes) -> None:
    clean = pictures.cleaned(given, "a", Report())
    assert b"PlantedSecret" in given and b"PlantedSecret" not in clean
    assert pictures.cleaned(clean, "a", Report()) == clean
    plain = (
        encoded(painted(40, 40), "JPEG", progressive=b"\xff\xc2" in given)
        if clean[:2] == b"\xff\xd8"
        else given
    )
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(clean)) as after:
        assert [one.convert("RGB").tobytes() for one in ImageSequence.Iterator(before)] == [
            one.convert("RGB").tobytes() for one in ImageSequence.Iterator(after)
        ]


FORMS = [
    *(("JPEG", mode, more) for mode in ("RGB", "L", "CMYK") for more in ({}, {"progressive": True}, {"restart_marker_blocks": 2})),
    *(("PNG", mode, {}) for mode in ("RGB", "RGBA", "L", "LA", "P", "1")), *(("GIF", mode, {}) for mode in ("P", "L", "1")),
]  # fmt: skip


@pytest.mark.parametrize(("form", "mode", "more"), FORMS)
def test_pixels_stay_bit_by_bit(form: str, mode: str, more: dict) -> None:
    given = encoded(Image.effect_noise((137, 91), 90).convert(mode), form, **more)
    with (
        Image.open(io.BytesIO(given)) as before,
        Image.open(io.BytesIO(pictures.cleaned(given, "a", Report()))) as after,
    ):
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


@pytest.mark.parametrize("colour", ["black", "white", "red"])
def test_a_picture_of_one_colour_stays_byte_by_byte(colour: str) -> None:
    given = encoded(Image.new("RGB", (137, 91), colour), "JPEG")
    assert pictures.cleaned(given, "a", Report())[-40:] == given[-40:]


def profile_with(tag: bytes, behind: bytes) -> bytes:
    """Return the profile sRGB with bytes behind what one of its tags holds."""
    given = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    table = next(at for at in range(132, len(given), 12) if given[at : at + 4] == tag)
    offset, length = struct.unpack_from(">II", given, table + 4)
    entry = tag + struct.pack(">II", len(given), length + len(behind))
    made = given[:table] + entry + given[table + 12 :] + given[offset : offset + length] + behind
    return struct.pack(">I", len(made)) + made[4:]


@pytest.mark.parametrize("tag", [b"rXYZ", b"wtpt", b"chad", b"rTRC"])
def test_a_profile_holds_no_more_than_its_numbers(tag: bytes) -> None:
    given = profile_with(tag, SECRET)
    clean = profiles.cleaned(given)
    assert SECRET in given and SECRET not in clean and profiles.cleaned(clean) == clean
    space = ImageCms.createProfile("LAB")
    shown = [
        ImageCms.profileToProfile(
            painted(9, 9), ImageCms.ImageCmsProfile(io.BytesIO(one)), space, outputMode="LAB"
        ).tobytes()
        for one in (profile_with(tag, b""), clean)
    ]
    assert shown[0] == shown[1]


def with_pieces(behind: bytes = b"") -> bytes:
    """Return a body of a newer kind (curves, a matrix, a table), with bytes between its pieces."""
    curves = (b"curv" + bytes(8)) * 3
    table = bytes([2, 2, 2]) + bytes(13) + b"\1\0\0\0" + bytes(range(24))
    pieces, places, at = [curves, bytes(48), curves, table, curves], [], 32
    body = b""
    for one in pieces:
        places.append(at)
        body += one + behind
        at += len(one + behind)
    return b"mAB " + bytes(4) + b"\3\3\0\0" + struct.pack(">5I", *places) + body


def test_newer_tables_of_colours_hold_nothing_between_their_pieces() -> None:
    clean = profiles._RULES[b"mAB "](with_pieces(SECRET + b"..."))
    assert b"mAB " + bytes(4) + clean == with_pieces()


def segment(number: int, kind: int, data: bytes, *others: int) -> bytes:
    """Return a segment of JBIG2."""
    return (
        struct.pack(">IBB", number, kind, len(others) << 5)
        + bytes(others)
        + b"\1"
        + struct.pack(">I", len(data))
        + data
    )


PAGE = segment(1, 48, struct.pack(">IIIIBH", 64, 56, 0, 0, 0, 0))
CODES = (
    struct.pack(">IIIIBB", 8, 8, 0, 0, 0, 0)
    + b"\x03\xff\xfd\xff\x02\xfe\xfe\xfe"
    + b"\x84\xc7\x3b\xfc\xff\xac"
)
REGION = segment(2, 38, CODES)
JBIG2 = [
    (segment(1, 48, struct.pack(">IIIIBH", 64, 56, 0, 0, 0, 0) + SECRET) + REGION, PAGE + REGION),
    (PAGE + segment(2, 38, CODES + SECRET), PAGE + REGION),
    (PAGE + REGION + segment(3, 49, SECRET), PAGE + REGION + segment(3, 49, b"")),
    (PAGE + REGION + segment(3, 53, SECRET), PAGE + REGION),
    (PAGE + REGION + segment(3, 0, SECRET), PAGE + REGION),
    (PAGE + REGION + segment(3, 62, SECRET), PAGE + REGION),
    (segment(0, 53, b"used") + PAGE + segment(2, 38, CODES, 0), segment(0, 53, b"used") + PAGE + segment(2, 38, CODES, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kept"), JBIG2, ids=range(len(JBIG2)))
def test_segments_of_jbig2_hold_no_more_than_they_need(given: bytes, kept: bytes) -> None:
    assert jbig2.cleaned(given) == (kept, b"")


def test_what_pictures_share_stays_where_one_needs_it() -> None:
    shared = segment(0, 53, b"used") + segment(9, 53, SECRET)
    page = PAGE + segment(2, 38, CODES, 0)
    assert jbig2.cleaned(page, shared) == (page, segment(0, 53, b"used"))


@pytest.mark.parametrize("kind", ["marker", "box", "comment"])
def test_a_jpeg_2000_holds_no_more_than_its_pixels(kind: str) -> None:
    comment = "PlantedSecret" if kind == "comment" else None
    given = encoded(painted(9, 9), "JPEG2000", comment=comment, no_jp2=kind == "marker")
    plain = given
    if kind == "marker":
        at = given.index(b"\xff\x52")
        given = given[:at] + b"\xff\x6f\0\x0fPlantedSecret" + given[at:]
    if kind == "box":
        at, header = given.index(b"colr"), given.index(b"jp2h")
        given = (
            given[: at - 4]
            + struct.pack(">I", 28)
            + given[at : at + 11]
            + b"PlantedSecret"
            + given[at + 11 :]
        )
        (length,) = struct.unpack_from(">I", given, header - 4)
        given = given[: header - 4] + struct.pack(">I", length + 13) + given[header:]
    clean = jpeg2000.cleaned(given)
    assert b"PlantedSecret" in given and b"PlantedSecret" not in clean
    with Image.open(io.BytesIO(clean)) as image, Image.open(io.BytesIO(plain)) as before:
        assert image.convert("RGB").tobytes() == before.convert("RGB").tobytes()


@pytest.mark.parametrize(
    "content",
    [
        b"\xd7\xcd\xc6\x9a" + bytes(99),
        b"\1\0\x09\0" + bytes(99),
        b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(99),
    ],
)
def test_drawings_of_windows_are_no_pictures(content: bytes) -> None:
    with pytest.raises(DocumentError):
        pictures.data_uri(uri(content), Report())
