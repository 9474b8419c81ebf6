"""Pictures in documents keep the pixels that readers show, and no picture or byte behind them."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from articles.documents.pictures import bitmaps, jbig2, jpeg, jpeg2000

SECRET = b"Qanary behind the pixels, which no reader shows to anybody"


def painted(mode="RGB", size=(96, 64)):
    image = Image.effect_mandelbrot(size, (-2, -1, 1, 1), 40).convert("RGB")
    ImageDraw.Draw(image).rectangle((9, 9, 40, 30), fill=(200, 30, 60))
    return image.convert(mode)


def saved(image, form, **more):
    buffer = io.BytesIO()
    image.save(buffer, form, **more)
    return buffer.getvalue()


def looks(content):
    with Image.open(io.BytesIO(content)) as image:
        return image.mode, image.size, image.tobytes()


def webp_chunks(content):
    at = 12
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        yield kind, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def webp_of(*chunks):
    body = b"WEBP" + b"".join(
        struct.pack("<4sI", kind, len(one)) + one + b"\0" * (len(one) % 2) for kind, one in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("where", ["in the chunk", "a second picture", "a frame that is not shown"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_holds_no_second_picture_and_no_bytes_behind_the_first(lossless, where, mode):
    image = painted(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    content = saved(image, "WEBP", lossless=lossless)
    chunks = list(webp_chunks(content))
    if where == "in the chunk":
        kind, body = chunks[-1]
        chunks[-1] = (kind, body + SECRET)
    elif where == "a second picture":
        chunks.append((b"VP8L", SECRET))
    else:
        chunks.append((b"ANMF", bytes(16) + struct.pack("<4sI", b"VP8L", len(SECRET)) + SECRET))
    clean = bitmaps.cleaned(webp_of(*chunks))
    assert b"Qanary" not in clean
    assert looks(clean) == looks(content)
    assert bitmaps.cleaned(clean) == clean


def test_an_animated_webp_still_moves():
    frames = [painted(), painted().rotate(90)]
    content = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)
    with Image.open(io.BytesIO(bitmaps.cleaned(content))) as image:
        assert image.n_frames == 2


def test_a_png_holds_no_frames_that_no_office_program_shows():
    hidden = painted().rotate(180)
    content = saved(painted(), "PNG", save_all=True, append_images=[hidden], default_image=True)
    clean = bitmaps.cleaned(content)
    assert looks(clean)[2] == painted().tobytes()
    assert not {b"fdAT", b"fcTL", b"acTL"} & {clean[at : at + 4] for at in range(len(clean))}
    again = content[:-12] + chunk(b"tEXt", b"x\0y") + chunk(b"IDAT", SECRET) + content[-12:]
    assert b"Qanary" not in bitmaps.cleaned(again)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("size", [(96, 64), (400, 300)])
def test_the_scans_of_a_progressive_jpeg_hold_nothing_behind_their_pixels(size):
    content = saved(painted(size=size), "JPEG", progressive=True, quality=90)
    starts = [at for at in range(len(content) - 1) if content[at : at + 2] == b"\xff\xda"]
    for start in starts:
        end = start + 2 + int.from_bytes(content[start + 2 : start + 4])
        while content[end] != 0xFF or content[end + 1] in {0, *range(0xD0, 0xD8)}:
            end += 1
        clean = jpeg.cleaned(content[:end] + SECRET + content[end:])
        assert b"Qanary behind" not in clean
        assert looks(clean) == looks(content)


def test_a_jpeg_2000_holds_one_code_stream():
    content = saved(painted(), "JPEG2000")
    hidden = saved(painted().rotate(180), "JPEG2000", no_jp2=True)
    clean = jpeg2000.cleaned(content + struct.pack(">I4s", len(hidden) + 8, b"jp2c") + hidden)
    assert clean.count(b"jp2c") == 1
    assert looks(clean) == looks(content)


def segment(number, kind, page, data):
    return struct.pack(">IBBB", number, kind, 0, page) + struct.pack(">I", len(data)) + data


def test_a_jbig2_holds_one_page():
    page = segment(0, 48, 1, bytes(19)) + segment(1, 38, 1, bytes(17) + b"\1shown")
    other = segment(2, 48, 2, bytes(19)) + segment(3, 38, 2, bytes(17) + b"\1" + SECRET)
    assert jbig2.cleaned(page + other) == (page, b"")


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_an_eraser_made_transparent_is_not_in_a_png(mode):
    image = painted(mode)
    erased = (20, 10, 60, 50)
    image.putalpha(alpha_without(erased, image.size))
    content = saved(image, "PNG", dpi=(300, 300))
    clean = bitmaps.cleaned(content)
    with Image.open(io.BytesIO(clean)) as shown:
        assert shown.crop(erased).getextrema() == ((0, 0),) * len(mode)
        paper, before = Image.new("RGBA", image.size, "white"), Image.new("RGBA", image.size, "white")
        paper.alpha_composite(shown.convert("RGBA"))
        before.alpha_composite(image.convert("RGBA"))
        assert paper.tobytes() == before.tobytes()
        assert round(shown.info["dpi"][0]) == 300
    assert bitmaps.cleaned(clean) == clean


def alpha_without(box, size):
    alpha = Image.new("L", size, 255)
    alpha.paste(0, box)
    return alpha


def test_a_png_with_one_colour_under_its_transparent_pixels_stays_byte_by_byte():
    image = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((9, 9, 50, 50), fill=(10, 20, 30, 255))
    content = saved(image, "PNG")
    assert bitmaps.cleaned(content) == content
