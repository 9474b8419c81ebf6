"""OpenDocument text (ODT): the parts that show it stay, cleaned; who made it, when and how goes."""

import posixpath

from . import archive, markup, odftext, pictures
from .report import Trouble

MIMETYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = "META-INF/manifest.xml"
_M = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_MEDIA = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".bmp": "image/bmp", ".emf": "image/x-emf", ".wmf": "image/x-wmf",
}  # fmt: skip
_OBJECTS = (
    "application/vnd.oasis.opendocument.chart", "application/vnd.oasis.opendocument.formula",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.graphics", "application/vnd.oasis.opendocument.presentation",
)  # fmt: skip


def is_one(parts):
    """Tell whether an archive is an ODT; raises Trouble for an OpenDocument file of another kind."""
    kind = parts.get("mimetype", b"")[:200].decode("ascii", "replace").strip()
    if kind.startswith(f"{MIMETYPE}-template"):
        raise Trouble("template")
    if kind.startswith("application/vnd.oasis.opendocument") and kind != MIMETYPE:
        raise Trouble("not_text")
    return kind == MIMETYPE


def cleaned(parts, report):
    """Return the bytes of an ODT without its makers' traces; raises Trouble."""
    if b"encryption-data" in parts.get(MANIFEST, b""):
        raise Trouble("password")
    if "content.xml" not in parts:
        raise Trouble("damaged")
    if any(_is_macro(name, content) for name, content in parts.items()):
        raise Trouble("macros")
    if any(name.startswith("META-INF/") and "signature" in name.lower() for name in parts):
        report.name("signature")
    report.pages = _pages(parts)
    made, types = {"mimetype": MIMETYPE.encode()}, {"/": MIMETYPE}
    pictures = _pictures(parts)
    cleaner = odftext.Editor(parts, pictures, report)
    for name in ("content.xml", "styles.xml"):
        if name in parts:
            made[name] = cleaner.cleaned(parts[name], is_main=name == "content.xml")
            types[name] = "text/xml"
    for name, content in sorted(parts.items()):  # objects before the pictures that they may show
        _keep(name, content, parts, cleaner, made, types)
    if any(_is_foreign(name) for name in parts):
        report.name("embedded_files")
    made[MANIFEST] = _manifest(types)
    return archive.packed(made, stored={"mimetype"})


def _is_macro(name, content):
    in_library = name.startswith("Basic/") and posixpath.basename(name) not in {
        "script-lc.xml",
        "script-lb.xml",
    }
    return in_library or (name.startswith("Scripts/") and bool(content))


def _is_foreign(name):
    """Tell whether a part is an object of another program, which can't be cleaned."""
    return "/" not in name and name.startswith("Object ")


def _pictures(parts):
    """Return {name of a picture: the name that it gets}; the old one may be that of a camera's file."""
    pictures = {}
    for name in parts:
        folder, base = posixpath.split(name)
        suffix = posixpath.splitext(base)[1].lower()
        if folder not in {"", "Pictures", "media"}:
            continue
        if suffix in _MEDIA:
            pictures[name] = f"Pictures/{len(pictures) + 1}{suffix}"
        elif folder == "Pictures":
            raise Trouble("picture", name=base)
    return pictures


def _keep(name, content, parts, cleaner, made, types):
    """Keep one more part, where it is a picture, a font or a chart."""
    folder, base = posixpath.split(name)
    new = cleaner.pictures.get(name)
    if new in cleaner.shown:
        made[new] = pictures.cleaned(content, name, cleaner.report)
        types[new] = _MEDIA[posixpath.splitext(new)[1]]
    elif folder == "Fonts":
        made[name], types[name] = content, "application/x-font-ttf"
    elif folder.startswith("Object ") and "/" not in folder and base in {"content.xml", "styles.xml"}:
        made[name] = cleaner.cleaned(content)
        types[name] = "text/xml"
        types[f"{folder}/"] = _object_type(parts, folder)


def _object_type(parts, folder):
    """Return what the manifest says that an object is."""
    for entry in markup.parsed(parts.get(MANIFEST, b"")).iter(f"{{{_M}}}file-entry"):
        kind = entry.get(f"{{{_M}}}media-type")
        if entry.get(f"{{{_M}}}full-path") == f"{folder}/" and kind in _OBJECTS:
            return kind
    return _OBJECTS[0]


def _manifest(types):
    root = markup.etree.Element(f"{{{_M}}}manifest", nsmap={"manifest": _M})
    root.set(f"{{{_M}}}version", "1.2")
    for path, kind in types.items():
        entry = markup.etree.SubElement(root, f"{{{_M}}}file-entry")
        entry.set(f"{{{_M}}}full-path", path)
        entry.set(f"{{{_M}}}media-type", kind)
    return markup.written(root)


def _pages(parts):
    """Return the number of pages that the program counted, or None."""
    if "meta.xml" not in parts:
        return None
    for one in markup.parsed(parts["meta.xml"]).iter("{*}document-statistic"):
        for name, value in one.attrib.items():
            if name.endswith("}page-count") and value.isdecimal() and 0 < int(value) < 100_000:
                return int(value)
    return None
