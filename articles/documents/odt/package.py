"""Cleans OpenDocument text (ODT): builds a new package from rebuilt parts, pictures, charts and formulas."""

import posixpath

from articles.documents import markup, pictures
from articles.documents.office import archive, values
from articles.documents.pictures.cleaning import kind_of
from articles.documents.report import DocumentError, Report

from . import odfnames, odftext

MIMETYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = "META-INF/manifest.xml"
_M = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_MEDIA = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".bmp": "image/bmp", ".emf": "image/x-emf", ".wmf": "image/x-wmf",
}  # fmt: skip
_SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
    "image/tiff": ".tif", "image/bmp": ".bmp",
}  # fmt: skip
_OBJECTS = (
    "application/vnd.oasis.opendocument.chart", "application/vnd.oasis.opendocument.formula",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.graphics", "application/vnd.oasis.opendocument.presentation",
)  # fmt: skip


def is_one(parts: dict[str, bytes]) -> bool:
    """Return whether an archive is an ODT; raises DocumentError for other OpenDocument files and for templates."""
    kind = parts.get("mimetype", b"")[:200].decode("ascii", "replace").strip()
    if kind.startswith(f"{MIMETYPE}-template"):
        raise DocumentError("template")
    if kind.startswith("application/vnd.oasis.opendocument") and kind != MIMETYPE:
        raise DocumentError("not_text")
    return kind == MIMETYPE


def cleaned(parts: dict[str, bytes], report: Report) -> bytes:
    """Return the clean bytes of an ODT; raises DocumentError."""
    if b"encryption-data" in parts.get(MANIFEST, b""):
        raise DocumentError("password")
    if "content.xml" not in parts:
        raise DocumentError("damaged")
    if any(_is_macro(name, content) for name, content in parts.items()):
        raise DocumentError("macros")
    if any(name.startswith("META-INF/") and "signature" in name.lower() for name in parts):
        report.add("signature")
    report.pages = _pages(parts)
    objects = _objects(parts)
    rebuilder = odftext.TextRebuilder(parts, _pictures(parts, report), objects, report)
    made, types = {"mimetype": MIMETYPE.encode()}, {"/": MIMETYPE}
    body = rebuilder.cleaned(parts["content.xml"], odfnames.ROOTS["content.xml"], is_main=True)
    if body is None:
        raise DocumentError("damaged")
    made["content.xml"], types["content.xml"] = body, "text/xml"
    if (styles := rebuilder.cleaned_styles()) is not None:
        made["styles.xml"], types["styles.xml"] = styles, "text/xml"
    for folder, new in objects.items():  # before the pictures, which objects may use
        _keep_object(folder, new, parts, rebuilder, made, types)
    for name, new in rebuilder.pictures.items():
        if new in rebuilder.shown:
            made[new] = pictures.cleaned(parts[name], name, report)
            types[new] = kind_of(made[new]) or ""
    _report_dropped(parts, report)
    made[MANIFEST] = _manifest(types)
    return archive.packed(made, stored={"mimetype"})


def _report_dropped(parts: dict[str, bytes], report: Report) -> None:
    """Report dropped parts that readers could have seen."""
    if any("/" not in name and name.startswith("Object ") for name in parts):  # an OLE object
        report.add("embedded_files")
    if any(name.startswith("Fonts/") for name in parts):
        report.add("fonts")


def _is_macro(name: str, content: bytes) -> bool:
    in_library = name.startswith("Basic/") and posixpath.basename(name) not in {
        "script-lc.xml",
        "script-lb.xml",
    }
    return in_library or (name.startswith("Scripts/") and bool(content))


def _pictures(parts: dict[str, bytes], report: Report) -> dict[str, str]:
    """Return {old name of a picture: the new one, or "" for one that is dropped}; raises DocumentError."""
    found: dict[str, str] = {}
    for name, content in parts.items():
        folder, base = posixpath.split(name)
        suffix = posixpath.splitext(base)[1].lower()
        if folder not in {"", "Pictures", "media"} or (suffix not in _MEDIA and folder != "Pictures"):
            continue
        kind = kind_of(content)
        if kind == "image/x-emf" or suffix == ".svm":
            report.add("drawings")
            found[name] = ""
        elif suffix not in _MEDIA or kind not in _SUFFIXES:
            raise DocumentError("picture", name=base)
        else:
            found[name] = f"Pictures/{len(found) + 1}{_SUFFIXES[kind]}"
    return found


def _objects(parts: dict[str, bytes]) -> dict[str, str]:
    """Return {old folder of an object: the new one, or "" for one that is neither chart nor formula}."""
    found: dict[str, str] = {}
    for name, content in parts.items():
        folder, base = posixpath.split(name)
        if folder and "/" not in folder and base == "content.xml":
            root = markup.parsed(content)
            is_known = markup.local(root) == "math" or _is_chart(root)
            found[folder] = f"./Object {len(found) + 1}" if is_known else ""
    return found


def _is_chart(root: markup.Element) -> bool:
    body = root.find("{*}body")
    return body is None or all(markup.local(one) in {"chart", "text"} for one in body.iterfind("{*}*"))


def _keep_object(
    folder: str,
    new: str,
    parts: dict[str, bytes],
    rebuilder: odftext.TextRebuilder,
    made: dict[str, bytes],
    types: dict[str, str],
) -> None:
    """Rebuild a chart or a formula, or report one that is dropped."""
    if not new:
        rebuilder.report.add("unknown_parts")
        return
    new = new.removeprefix("./")
    is_formula = markup.local(markup.parsed(parts[f"{folder}/content.xml"])) == "math"
    for base, root in odfnames.ROOTS.items():
        content = parts.get(f"{folder}/{base}")
        if content is None:
            continue
        built = rebuilder.cleaned(content, odfnames.FORMULA if is_formula and base == "content.xml" else root)
        if built is not None:
            made[f"{new}/{base}"], types[f"{new}/{base}"] = built, "text/xml"
    types[f"{new}/"] = _object_type(parts, folder)


def _object_type(parts: dict[str, bytes], folder: str) -> str:
    """Return the media type of an object by the manifest."""
    for entry in markup.parsed(parts.get(MANIFEST, b"")).iter(f"{{{_M}}}file-entry"):
        kind = entry.get(f"{{{_M}}}media-type")
        if entry.get(f"{{{_M}}}full-path") == f"{folder}/" and kind in _OBJECTS:
            return kind
    return _OBJECTS[0]


def _manifest(types: dict[str, str]) -> bytes:
    root = markup.etree.Element(f"{{{_M}}}manifest", nsmap={"manifest": _M})
    root.set(f"{{{_M}}}version", "1.2")
    for path, kind in types.items():
        entry = markup.etree.SubElement(root, f"{{{_M}}}file-entry")
        entry.set(f"{{{_M}}}full-path", path)
        entry.set(f"{{{_M}}}media-type", kind)
    return markup.written(root)


def _pages(parts: dict[str, bytes]) -> int | None:
    """Return the number of pages that the office program stored, or None."""
    if "meta.xml" not in parts:
        return None
    for one in markup.parsed(parts["meta.xml"]).iter("{*}document-statistic"):
        for name, value in one.attrib.items():
            if name.endswith("}page-count") and (count := values.page_count(value)) is not None:
                return count
    return None
