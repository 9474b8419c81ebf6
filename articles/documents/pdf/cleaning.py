"""Opens a PDF, builds a clean one from its known parts, and reads that for the search index and for hidden text."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name

from ..report import DocumentError, Report
from . import annotations, forms, layers, links, outline, pages, structure
from .copying import Rule, Work, fill
from .objects import PdfValue
from .seen import reading, spoken
from .values import boolean, language, names

_NAMED = {"/JavaScript": "scripts", "/EmbeddedFiles": "attachments", "/Renditions": "media"}
_VIEW: dict[str, Rule] = {
    "/HideToolbar": boolean, "/HideMenubar": boolean, "/HideWindowUI": boolean, "/FitWindow": boolean,
    "/CenterWindow": boolean, "/DisplayDocTitle": boolean, "/Direction": names("L2R", "R2L"),
    "/NonFullScreenPageMode": names("UseNone", "UseOutlines", "UseThumbs", "UseOC"),
    "/PrintScaling": names("None", "AppDefault"),
    "/Duplex": names("Simplex", "DuplexFlipShortEdge", "DuplexFlipLongEdge"),
}  # fmt: skip
_ROOT: dict[str, Rule] = {
    "/Lang": language,
    "/PageLayout": names("SinglePage", "OneColumn", "TwoColumnLeft", "TwoColumnRight", "TwoPageLeft", "TwoPageRight"),
    "/PageMode": names("UseNone", "UseOutlines", "UseThumbs", "UseOC", "FullScreen"),
    "/ViewerPreferences": annotations.flat(_VIEW),
    "/Outlines": outline.outline, "/PageLabels": outline.labels, "/AcroForm": annotations.acroform,
    "/OCProperties": layers.all_layers,
}  # fmt: skip


def cleaned(data: bytes, report: Report) -> bytes:
    """Return the clean bytes of a PDF; raises DocumentError."""
    clean, said = _built(data, report)
    reading.read(clean, report)
    spoken.report_unshown(said, report)
    return clean


def _built(data: bytes, report: Report) -> tuple[bytes, list[str]]:
    """Return the clean PDF, and the replacement texts of its structure elements; raises DocumentError."""
    try:
        document = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise DocumentError("password") from error
    except pikepdf.PdfError as error:
        raise DocumentError("damaged") from error
    with document:
        report.pages = len(document.pages)
        if report.pages == 0:
            raise DocumentError("damaged")
        form = document.Root.get("/AcroForm")
        if isinstance(form, Dictionary) and "/XFA" in form:
            raise DocumentError("xfa")
        forms.report_hidden(document, report)
        work = Work(document, report)
        _build(work)
        buffer = io.BytesIO()
        work.made.save(
            buffer,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return buffer.getvalue(), work.spoken


def _build(work: Work) -> None:
    """Build the new PDF."""
    given, root = work.given.Root, work.made.Root
    _report_cut(work, given)
    pages.begin(work)
    work.places = links.named_places(given)
    pages.copy(work)
    fill(work, root, given, _ROOT)
    start = given.get("/OpenAction")
    if isinstance(start, Array):
        start = links.destination(work, start)
    elif isinstance(start, Dictionary):
        start = _opening(work, start)
    if isinstance(start, (Array, Dictionary)):
        root.OpenAction = start
    work.finish()
    work.forget_unused()
    tree = structure.structure(work, given.get("/StructTreeRoot"))
    if tree is not None:
        root.StructTreeRoot, root.MarkInfo = tree, Dictionary(Marked=True)


def _opening(work: Work, start: PdfValue) -> PdfValue:
    """Return the action for opening the document, if it only goes to a page, and report any other one."""
    if start.get("/S") in {Name.GoTo, Name.Named}:
        return links.action(work, start)
    links.cut(work, start)
    return None


def _report_cut(work: Work, root: PdfValue) -> None:
    """Report scripts, attachments, media and actions in the document catalogue."""
    trees = root.get("/Names")
    for key, kind in _NAMED.items():
        if isinstance(trees, Dictionary) and key in trees:
            work.report.add(kind)
    if "/Collection" in root or "/AF" in root:
        work.report.add("attachments")
    if "/AA" in root:
        links.cut(work, root["/AA"])
