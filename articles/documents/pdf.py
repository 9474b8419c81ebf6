"""PDF: rewritten from what its pages reach, without metadata, scripts, notes or attachments."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name

from . import markup, pdfforms, pdfpictures, pdftext
from .report import Trouble

_ACTIONS = {"/GoTo", "/URI", "/Named"}  # those that may stay
_BANNED = {
    "/JavaScript": "scripts", "/Launch": "actions", "/GoToR": "actions", "/GoToE": "actions",
    "/SubmitForm": "actions", "/ImportData": "actions", "/ResetForm": "actions", "/Hide": "actions",
    "/SetOCGState": "actions", "/Rendition": "media", "/Movie": "media", "/Sound": "media",
    "/GoTo3DView": "media", "/RichMediaExecute": "media", "/Trans": "actions", "/Thread": "actions",
    "/GoToDp": "actions",
}  # fmt: skip
_METADATA = (
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo", "/OPI", "/CreatorInfo", "/DSS",
)  # fmt: skip
_ROOT = (
    "/Perms", "/Legal", "/Collection", "/AF", "/Requirements", "/DPartRoot", "/Threads", "/URI", "/Extensions",
)  # fmt: skip
_SILENT_NOTES = {
    "/Text",
    "/Popup",
    "/Highlight",
    "/Underline",
    "/Squiggly",
    "/StrikeOut",
    "/Caret",
    "/PrinterMark",
}
_NAMED = {"/JavaScript": "scripts", "/EmbeddedFiles": "attachments", "/Renditions": "media"}
_MEDIA = {"/Sound", "/Movie", "/Screen", "/RichMedia", "/3D"}


def cleaned(data, report):
    """Return the bytes of a PDF without its makers' traces; raises Trouble."""
    try:
        document = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Trouble("password") from error
    except pikepdf.PdfError as error:
        raise Trouble("damaged") from error
    with document:
        report.pages = len(document.pages)
        if report.pages == 0:
            raise Trouble("damaged")
        form = document.Root.get("/AcroForm")
        if isinstance(form, Dictionary) and "/XFA" in form:
            raise Trouble("xfa")
        _strip(document, report)
        buffer = io.BytesIO()
        document.save(
            buffer,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    clean = buffer.getvalue()
    pdftext.read(clean, report)
    return clean


def _strip(document, report):
    root = document.Root
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    for key in _ROOT:
        if key in root:
            del root[key]
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        for key in set(names.keys()) - {
            "/Dests"
        }:  # the others lead to scripts, files and pages that none shows
            if key in _NAMED:
                report.name(_NAMED[key])
            del names[key]
    document.remove_unreferenced_resources()  # pictures that were taken off a page, for instance
    pdfforms.look(document, report)
    for number, page in enumerate(document.pages, 1):
        _strip_page(page.obj, number, report)
    _strip_signatures(root, report)
    layers = root.get("/OCProperties")
    if isinstance(layers, Dictionary):
        _look_at_layers(layers, report)
    for thing in document.objects:
        _strip_object(thing, report)
    pictures = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
    for picture in pictures:
        pdfpictures.strip(document, picture)


def _strip_page(page, number, report):
    """Take notes and marks off a page; links and the fields of forms stay."""
    if "/B" in page:
        del page["/B"]  # leads to the threads of articles, which name their authors
    notes = page.get("/Annots")
    if not isinstance(notes, Array):
        return
    kept = []
    for note in notes:
        kind = str(note.get("/Subtype", "")) if isinstance(note, Dictionary) else ""
        if kind in {"/Link", "/Widget"}:
            kept.append(note)
        elif kind == "/FileAttachment":
            report.name("attachments")
        elif kind in _MEDIA:
            report.name("media")
        elif kind == "/Redact" or (kind in {"/Square", "/Polygon", "/Circle"} and "/IC" in note):
            raise Trouble("redaction", page=number)
        elif kind not in _SILENT_NOTES:
            report.name("marks", page=number)
    for note in kept:
        for key in ("/T", "/M", "/NM", "/CreationDate", "/Popup", "/IRT", "/Subj", "/RC"):
            if key in note and not (key == "/T" and note.get("/Subtype") == Name.Widget):
                del note[key]
    if kept:
        page["/Annots"] = Array(kept)
    else:
        del page["/Annots"]


def _strip_signatures(root, report):
    form = root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    if "/SigFlags" in form:
        del form["/SigFlags"]
    waiting, seen = list(form.get("/Fields", [])), 0
    while waiting and seen < 100_000:
        field, seen = waiting.pop(), seen + 1
        if not isinstance(field, Dictionary):
            continue
        if field.get("/FT") == Name.Sig and "/V" in field:
            del field["/V"]
            report.name("signature")
        waiting += list(field.get("/Kids", []))


def _look_at_layers(layers, report):
    default = layers.get("/D")
    off = default.get("/OFF") if isinstance(default, Dictionary) else None
    is_off = isinstance(default, Dictionary) and default.get("/BaseState") == Name.OFF
    if (
        is_off
        or (isinstance(off, Array) and len(off))
        or any(_is_switched(one) for one in layers.get("/OCGs", []))
    ):
        report.name("hidden_layers")
    if isinstance(default, Dictionary) and "/Creator" in default:
        del default["/Creator"]


def _is_switched(layer):
    """Tell whether a layer is off on the screen or on paper, as programs may switch it by themselves."""
    usage = layer.get("/Usage") if isinstance(layer, Dictionary) else None
    for event in ("View", "Print"):
        use = usage.get(f"/{event}") if isinstance(usage, Dictionary) else None
        if isinstance(use, Dictionary) and use.get(f"/{event}State") == Name.OFF:
            return True
    return False


def _strip_object(thing, report):
    """Take metadata and actions out of one object and of what stands directly in it."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            for at in reversed(range(len(one))):
                if _is_banned(one[at], report):
                    del one[at]
            waiting += [child for child in one if not child_is_indirect(child)]
            continue
        if not isinstance(one, (Dictionary, pikepdf.Stream)):
            continue
        if one.get("/Type") == Name.OCMD and one.get("/P") in {Name.AllOff, Name.AnyOff}:
            report.name("hidden_layers")
        for key in list(one.keys()):
            value = one[key]
            if key == "/F" and isinstance(one, pikepdf.Stream):
                report.name("linked_content")  # its bytes lie in another file
                del one[key]
            elif key in _METADATA:
                del one[key]
            elif key == "/AA" or _is_banned(value, report):
                if key == "/AA":
                    _name_actions(value, report)
                del one[key]
            elif key == "/EF":
                report.name("attachments")
                del one[key]
            elif key == "/JS":
                report.name("scripts")
                del one[key]
            elif not child_is_indirect(value):
                waiting.append(value)


def child_is_indirect(child):
    return not isinstance(child, (Dictionary, Array)) or child.is_indirect


def _name_actions(value, report):
    for action in value.values() if isinstance(value, Dictionary) else []:
        if not _is_banned(action, report):
            report.name("actions")


def _is_banned(value, report):
    """Tell whether a value is an action that may not stay, and name it."""
    if not isinstance(value, Dictionary) or "/S" not in value:
        return False
    kind = str(value["/S"])
    if kind == "/URI":
        address = str(value.get("/URI", ""))
        if address.split(":", 1)[0].lower() in markup.SCHEMES or ":" not in address:
            return False
        report.name("local_links" if address.lower().startswith("file") else "actions")
        return True
    if kind in _BANNED and ("/Type" not in value or value["/Type"] == Name.Action):
        report.name(_BANNED[kind])
        return True
    return False
