"""Photos as cameras and attackers make them: everything planted that must not survive an upload."""

import io
import struct

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

pillow_heif.register_heif_opener(thumbnails=False)  # the site's own processes load it for such files alone

PLANTED = ["PlantedSerial4711", "PlantedXmp4711", "PlantedIptc4711", "PlantedComment4711"]


def painted(width=900, height=600):
    """Return a picture with a red left and a blue right half."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image


def encoded(image, file_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def planted_exif(orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "PlantedComment4711"
    exif[0x013B] = "PlantedSerial4711"
    camera = exif.get_ifd(0x8769)
    camera[0xA431] = "PlantedSerial4711"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (17.0, 58.0, 4.711), "E", (102.0, 36.0, 4.711)
    gps[0x1D] = "2006:08:05"
    return exif


XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>PlantedXmp4711</dc:source>'
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def iptc_record():
    """Return an IPTC caption."""
    caption = b"PlantedIptc4711"
    return b"\x1c\x02\x78" + struct.pack(">H", len(caption)) + caption


def iptc_segment():
    """Return a JPEG APP13 segment with a caption."""
    record = iptc_record()
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(record)) + record
    payload = b"Photoshop 3.0\x00" + resource + (b"\x00" if len(record) % 2 else b"")
    return b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload


def exif_with_thumbnail():
    """Return EXIF bytes with GPS, a serial number and a thumbnail in a second directory (IFD1)."""
    thumbnail = encoded(Image.new("RGB", (160, 120), "red"), "JPEG", comment=b"PlantedComment4711")
    tiff = bytearray(planted_exif().tobytes().removeprefix(b"Exif\0\0"))
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, first)
    struct.pack_into(order + "I", tiff, first + 2 + 12 * entries, len(tiff))
    at = len(tiff) + 2 + 12 * 3 + 4
    tiff += struct.pack(order + "H", 3)
    for tag, kind, value in ((0x0103, 4, 6), (0x0201, 4, at), (0x0202, 4, len(thumbnail))):
        tiff += struct.pack(order + "HHII", tag, kind, 1, value)
    return b"Exif\0\0" + bytes(tiff) + bytes(4) + thumbnail


def sample(name):
    """Return a file of a format with everything planted in it that it can carry."""
    image, exif = painted(), planted_exif()
    if name == "jpeg":
        plain = encoded(
            image, "JPEG", exif=exif_with_thumbnail(), xmp=XMP, comment=b"PlantedComment4711",
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        )  # fmt: skip
        return plain[:2] + iptc_segment() + plain[2:] + b"<script>PlantedComment4711</script>"
    if name == "png":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "PlantedComment4711")
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        text.add_text("Raw profile type iptc", "PlantedIptc4711", zip=True)
        return encoded(image, "PNG", exif=exif, pnginfo=text)
    if name == "webp":
        return encoded(image, "WEBP", exif=exif, xmp=XMP)
    if name == "avif":
        return encoded(image, "AVIF", exif=exif, xmp=XMP)
    if name == "heic":
        return encoded(image, "HEIF", exif=exif.tobytes(), xmp=XMP)
    if name == "gif":
        return encoded(image, "GIF", comment=b"PlantedComment4711")
    exif[700], exif[33723], exif[50341] = XMP, iptc_record(), b"PlantedSerial4711"
    return encoded(image, "TIFF", exif=exif.tobytes())


FORMATS = ["jpeg", "png", "webp", "avif", "heic", "gif", "tiff"]

# How blocks of metadata begin; shorter marks would turn up by chance in so many compressed pixels.
MARKS = [b"Exif\0\0", b"http://ns.adobe.com", b"<x:xmpmeta", b"Photoshop 3.0", b"ICC_PROFILE"]


def traces_below(*folders):
    """Return (path, what) for each planted word or block of metadata in any file below the folders."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            except OSError:  # it went away meanwhile
                continue
            words = [word.encode() for word in PLANTED]
            is_picture = path.suffix in {".jpg", ".webp", ".png"}
            found += [(path, word) for word in words + (MARKS if is_picture else []) if word in content]
    return found
