"""Pictures: what comes in, what is refused, and what comes out."""

import io
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from functools import cache

import psutil
import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from newsroom.pictures import ingestion
from newsroom.storage.uploadhandler import UnlinkedUploadHandler
from tests.planted import FORMATS, PLANTED, encoded, painted, sample
from tests.servers import wait_until


def everything_from(data, focal_x=0.5, focal_y=0.5):
    """Return each file that is made of an upload: the master and the renditions."""
    clean = ingestion.ingest(io.BytesIO(data))
    renditions = list(ingestion.render(clean.image, focal_x, focal_y))
    return {"master.jpg": clean.encoded(), **{r.name: r.content for r in renditions}}


@pytest.mark.parametrize("name", FORMATS)
def test_it_keeps_nothing_but_pixels(name, tmp_path):
    data = sample(name)
    assert b"4711" in data or name == "png"
    for file_name, content in everything_from(data).items():
        for planted in PLANTED:
            assert planted.encode() not in content, (name, file_name)
        assert b"Exif" not in content and b"http" not in content and b"ICC_PROFILE" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            assert not {"exif", "icc_profile", "xmp", "comment", "photoshop"} & set(image.info)
        (tmp_path / file_name).write_bytes(content)
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed")
    command = ["exiftool", "-a", "-G1", "-u", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    groups = {line[1 : line.index("]")] for line in told.splitlines() if line.startswith("[")}
    assert groups <= {"ExifTool", "System", "File", "JFIF", "Composite", "RIFF"}


def test_it_proves_that_the_samples_carry_what_they_should(tmp_path):
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed")
    for name in set(FORMATS) - {"gif"}:
        (tmp_path / f"sample.{name}").write_bytes(sample(name))
        command = ["exiftool", "-a", "-G1", str(tmp_path / f"sample.{name}")]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        assert "GPS Longitude" in told and "PlantedXmp4711" in told, (name, told)
        assert "PlantedSerial4711" in told, name
        if name in {"jpeg", "tiff"}:
            assert "PlantedComment4711" in told
        if name == "jpeg":
            assert "PlantedIptc4711" in told and "Thumbnail Image" in told


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_it_turns_pictures_upright(file_format, orientation):
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste("red", (0, 0, 40, 20))  # the corner at the top left
    stored = upright
    undone = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # orientation to the transposition that makes it
    if orientation in undone:
        stored = upright.transpose(Image.Transpose(undone[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if file_format == "HEIF":
        exif = exif.tobytes()  # then it is written as cameras do: as a turn of the picture itself
    clean = ingestion.ingest(io.BytesIO(encoded(stored, file_format, exif=exif))).image
    assert clean.size == (80, 40)
    assert clean.getpixel((10, 5))[1] < 90 and clean.getpixel((70, 35))[1] > 200
    assert clean.getpixel((70, 5))[1] > 200 and clean.getpixel((10, 35))[1] > 200


def test_it_converts_colour_to_srgb():
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swapped = swapped.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    swapped = swapped.replace(b"sRGB", b"abcd").replace(b"s\0R\0G\0B", b"a\0b\0c\0d")
    clean = ingestion.ingest(
        io.BytesIO(encoded(Image.new("RGB", (20, 20), "red"), "PNG", icc_profile=bytes(swapped)))
    )
    red, _green, blue = clean.image.getpixel((5, 5))
    assert blue > 200 > 60 > red


@pytest.mark.parametrize(
    ("mode", "file_format"),
    [("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("P", "GIF"), ("LA", "PNG"), ("RGBA", "PNG"), ("RGBA", "WEBP"),
     ("RGBA", "AVIF"), ("CMYK", "JPEG"), ("CMYK", "TIFF"), ("I;16", "PNG"), ("I;16", "TIFF"), ("F", "TIFF")],
)  # fmt: skip
def test_it_reads_every_colour_mode(mode, file_format):
    if mode == "I;16":
        image = Image.new("I;16", (60, 40), 40_000)
        expected = 156
    elif mode == "F":
        image, expected = Image.new("F", (60, 40), 156.0), 156
    else:
        image = (
            Image.new("L", (60, 40), 255 if mode == "1" else 156)
            .convert("RGB" if mode in {"RGBA", "CMYK", "P"} else "L")
            .convert(mode)
        )
        expected = 255 if mode == "1" else 156
    clean = ingestion.ingest(io.BytesIO(encoded(image, file_format))).image
    assert clean.mode == "RGB"
    assert all(abs(value - expected) <= 4 for value in clean.getpixel((30, 20))), clean.getpixel((30, 20))


def test_it_puts_transparency_on_white():
    clean = ingestion.ingest(io.BytesIO(encoded(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "PNG")))
    assert clean.image.getpixel((9, 9)) == (255, 255, 255)


def test_it_takes_the_first_frame():
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert ingestion.ingest(io.BytesIO(data)).image.getpixel((9, 9))[2] < 60


def test_it_keeps_2560_px_at_most():
    clean = ingestion.ingest(io.BytesIO(encoded(Image.new("RGB", (6000, 3000)), "JPEG")))
    assert (clean.width, clean.height) == (2560, 1280)


def flat_png(width, height):
    """Return a PNG of a few kilobytes that promises far more."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compressobj(9)
    rows = b"".join(pixels.compress(bytes(1 + width // 8) * 100) for _ in range(height // 100))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows + pixels.flush())
        + chunk(b"IEND", b"")
    )


def flooding_gif():
    return b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;"


def gif_whose_frame_is_larger_than_it_says():
    return b"GIF89a\x0a\0\x0a\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;"


@cache
def zip_of_death():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    return buffer.getvalue()


@cache
def png_with_a_text_bomb():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    plain = encoded(Image.new("RGB", (9, 9)), "PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    return plain[:33] + bomb + plain[33:]


def webp_of_two_small_frames_on_a_huge_canvas():
    data = bytearray(encoded(painted(9, 9), "WEBP", save_all=True, append_images=[Image.new("RGB", (9, 9))]))
    assert data[12:16] == b"VP8X"
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    return bytes(data)


def tiff_of_64_megapixels_in_a_few_kilobytes():
    return encoded(Image.new("1", (8000, 8000)), "TIFF", compression="group4")


REFUSED = {
    "webp flood": (webp_of_two_small_frames_on_a_huge_canvas, "too_many_pixels"),
    "tiff flood": (tiff_of_64_megapixels_in_a_few_kilobytes, "too_many_pixels"),
    "png bomb": (lambda: flat_png(20_000, 20_000), "too_many_pixels"),
    "png of 64 megapixels": (lambda: flat_png(8000, 8000), "too_many_pixels"),
    "png of 121 megapixels": (lambda: flat_png(11_000, 11_000), "too_many_pixels"),
    "gif flood": (flooding_gif, "too_many_pixels"),
    "gif with a larger frame": (gif_whose_frame_is_larger_than_it_says, "too_many_pixels"),
    "text bomb": (png_with_a_text_bomb, "damaged"),
    "zip named .jpg": (zip_of_death, "not_a_picture"),
    "html named .png": (lambda: b"<!doctype html><script>alert(1)</script>", "not_a_picture"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "not_a_picture"),
    "pdf": (lambda: b"%PDF-1.7\n%%EOF", "not_a_picture"),
    "eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_a_picture"),
    "bmp": (lambda: encoded(painted(), "BMP"), "not_a_picture"),
    "nothing": (lambda: b"", "empty"),
    "26 MB": (lambda: encoded(painted(), "JPEG") + bytes(26 * 1024 * 1024), "too_many_bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.own_process
def test_it_refuses_in_under_a_second(name):
    make, code = REFUSED[name]
    data = make()
    started = time.perf_counter()
    with pytest.raises(ingestion.PictureRefused) as refusal:
        everything_from(data)
    assert time.perf_counter() - started < 1
    assert refusal.value.code == code, refusal.value.messages
    assert isinstance(refusal.value, ValidationError) and refusal.value.messages[0].endswith(".")


@pytest.mark.parametrize("name", FORMATS)
def test_it_refuses_what_was_cut_off(name):
    noisy = Image.effect_noise((350, 250), 90).convert("RGB")
    data = encoded(noisy, {"heic": "HEIF"}.get(name, name.upper()))
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(ingestion.PictureRefused):
            ingestion.ingest(io.BytesIO(data[: int(len(data) * share)]))


INGEST = """
import pathlib, re, sys, time
import django
django.setup()
from newsroom.pictures import ingestion as pictures
for path in sys.argv[1:]:
    began = time.perf_counter()
    try:
        with open(path, "rb") as file:
            clean = pictures.ingest(file)
        clean.encoded()
        for rendition in pictures.render(clean.image):
            pass
        told = "stored"
    except pictures.PictureRefused as refusal:
        told = refusal.code
    # Not getrusage: its peak counts the process that forked this one.
    peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
    print(told, int(peak) // 1024, time.perf_counter() - began)
"""


def in_a_process_of_its_own(*paths):
    """Return (what was told, peak memory in MB so far, seconds) for each file, one after the other."""
    command = [sys.executable, "-c", INGEST, *map(str, paths)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    rows = [line.split() for line in done.stdout.splitlines()]
    return [(told, int(peak), float(seconds)) for told, peak, seconds in rows]


def test_it_refuses_bombs_in_little_memory_and_time(tmp_path):
    for number, (make, _code) in enumerate(REFUSED.values()):
        (tmp_path / f"{number:02}").write_bytes(make())
    seen = in_a_process_of_its_own(*sorted(tmp_path.iterdir()))
    assert [told for told, _peak, _seconds in seen] == [code for _make, code in REFUSED.values()]
    assert max(peak for _told, peak, _seconds in seen) < 300
    assert max(seconds for _told, _peak, seconds in seen) < 1


def test_it_takes_the_largest_picture_in_less_than_half_a_gigabyte(tmp_path):
    path = tmp_path / "largest.png"
    Image.new("RGBA", (7070, 7070), (200, 30, 30, 128)).save(path, compress_level=1)
    [(told, peak, _seconds)] = in_a_process_of_its_own(path)
    assert told == "stored" and peak < 500


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "GIF"])
def test_it_cuts_off_what_hangs_at_the_end(file_format):
    for content in everything_from(
        encoded(painted(), file_format) + b"<script>PlantedTail</script>"
    ).values():
        assert b"PlantedTail" not in content and b"<script" not in content


def renditions_of(width, height, focal=(0.5, 0.5)):
    clean = ingestion.ingest(io.BytesIO(encoded(painted(width, height), "PNG")))
    return list(ingestion.render(clean.image, *focal))


def test_it_renders_what_pages_need():
    made = {(r.kind, r.format, r.width, r.height) for r in renditions_of(2400, 1200)}
    assert made == {
        *(("width", f, w, w // 2) for w in (320, 640, 960, 1600) for f in ("webp", "jpeg")),
        *(("card", f, *size) for size in ((200, 133), (400, 267), (800, 533)) for f in ("webp", "jpeg")),
        ("social", "jpeg", 1200, 630),
    }


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (2000, 1), (200, 150), (700, 300), (319, 321)])
def test_it_never_enlarges(size):
    made = renditions_of(*size)
    assert {r.kind for r in made} == {"width", "card", "social"}
    for rendition in made:
        assert rendition.width <= size[0] and rendition.height <= size[1]
        with Image.open(io.BytesIO(rendition.content)) as image:
            assert image.size == (rendition.width, rendition.height)
    assert len({r.name for r in made}) == len(made)


@pytest.mark.parametrize(("focal_x", "channel"), [(0.0, 0), (0.1, 0), (0.9, 2), (1.0, 2)])
def test_it_crops_around_the_focal_point(focal_x, channel):
    for rendition in renditions_of(2400, 600, (focal_x, 0.5)):
        if rendition.kind == "width":
            continue
        with Image.open(io.BytesIO(rendition.content)) as image:
            pixels = image.convert("RGB")
        for x in (2, pixels.width // 2, pixels.width - 3):
            colour = pixels.getpixel((x, 20))
            assert colour[channel] > 200 and colour[2 - channel] < 60, (rendition.name, x, colour)


def test_it_covers_so_that_nothing_is_left():
    clean = ingestion.ingest(io.BytesIO(encoded(painted(), "PNG")))
    covered = ingestion.covered(clean, [(0.0, 0.0, 0.501, 1.0)])
    left = covered.image.crop((0, 0, 451, 600))
    assert left.getcolors() == [(451 * 600, (28, 34, 38))]


def test_it_crops_and_rotates():
    clean = ingestion.ingest(io.BytesIO(encoded(painted(), "PNG")))
    part = ingestion.cropped(clean, (0.5, 0, 1, 0.5))
    assert (part.width, part.height) == (450, 300) and part.image.getpixel((0, 0)) == (0, 0, 255)
    turned = ingestion.rotated(clean, 1)
    assert (turned.width, turned.height) == (600, 900)
    assert turned.image.getpixel((5, 5)) == (255, 0, 0) and turned.image.getpixel((5, 895)) == (0, 0, 255)
    with pytest.raises(ingestion.PictureRefused):
        ingestion.cropped(clean, (0.5, 0.5, 0.5, 0.9))


def jpeg_of_many_passes(passes):
    """Return a progressive JPEG whose last scan comes again and again: each goes over all pixels."""
    plain = encoded(Image.new("L", (2000, 2000)), "JPEG", progressive=True)
    last = plain[plain.rfind(b"\xff\xda") : -2]
    return plain[:-2] + last * passes + plain[-2:]


def png_of_many_chunks(chunks):
    """Return a PNG with so many small chunks before its pixels."""
    plain = encoded(Image.new("L", (10, 10)), "PNG")
    note = b"\0\0\0\3teXta\0b" + struct.pack(">I", zlib.crc32(b"teXta\0b"))
    return plain[:33] + note * chunks + plain[33:]


@pytest.mark.parametrize(
    ("make", "few", "many"),
    [(jpeg_of_many_passes, 10, 5_000), (png_of_many_chunks, 100, 1_500_000)],
)
@pytest.mark.own_process
def test_it_ends_the_reading_of_a_picture_that_takes_too_long(make, few, many, monkeypatch):
    monkeypatch.setattr(ingestion, "LONGEST", 1)  # the bound at a twentieth of its size
    assert ingestion.ingest(io.BytesIO(make(few))).width in {10, 2000}
    content = make(many)
    began = time.process_time()
    with pytest.raises(ingestion.PictureRefused) as refused:
        ingestion.ingest(io.BytesIO(content))
    assert refused.value.code == "takes_too_long"
    assert time.process_time() - began < 0.5  # of the process that serves pages


def once_it_decodes(send):
    """Send a signal to the process that decodes for this one, once it is at work; return whether it was."""
    for child in psutil.Process().children():
        if "newsroom.pictures.decoding" in " ".join(child.cmdline()) and child.cpu_times().user > 0.3:
            child.send_signal(send)
            return True
    return False


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (signal.SIGSEGV, "damaged"),  # a decoder that crashes
        (signal.SIGKILL, "takes_too_long"),  # the kernel, where memory is out
        (signal.SIGSTOP, "takes_too_long"),  # a decoder that hangs and takes no time of the processor
    ],
)
@pytest.mark.own_process
def test_a_decoder_that_dies_or_hangs_takes_nothing_with_it(sent, code, monkeypatch):
    monkeypatch.setattr(ingestion, "PATIENCE", 3)
    content = jpeg_of_many_passes(2_000)
    hits = []
    attacker = threading.Thread(target=lambda: hits.append(wait_until(lambda: once_it_decodes(sent))))
    attacker.start()
    with pytest.raises(ingestion.PictureRefused) as refused:
        ingestion.ingest(io.BytesIO(content))
    attacker.join()
    assert hits == [True]
    assert refused.value.code == code and refused.value.messages[0].endswith(".")
    assert not [
        child
        for child in psutil.Process().children()
        if "newsroom.pictures.decoding" in " ".join(child.cmdline())
    ]
    assert ingestion.ingest(io.BytesIO(sample("jpeg"))).width == 900


@pytest.mark.own_process
def test_50_megapixels_of_the_format_that_takes_most_fit_into_the_memory_of_their_process():
    content = encoded(Image.new("RGBA", (7070, 7070), (0, 90, 90, 128)), "WEBP", method=0, quality=10)
    assert ingestion.ingest(io.BytesIO(content)).width == ingestion.MASTER_SIDE


def test_it_holds_large_uploads_in_files_without_names(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    handler = UnlinkedUploadHandler()
    handler.new_file("picture", "Ann Example.jpg", "image/jpeg", None)
    data = sample("jpeg")
    handler.receive_data_chunk(data, 0)
    assert list(tmp_path.iterdir()) == []
    upload = handler.file_complete(len(data))
    assert upload.size == len(data) and ingestion.ingest(upload).width == 900
    handler.upload_interrupted()
