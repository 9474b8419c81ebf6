"""Drawings in the parts of DOCX and XLSX: reports hidden ones, and removes what is left of dropped pictures."""

from articles.documents.office.namespaces import W

from .. import markup
from ..report import Report
from .drawingnames import SPACES

_A, _R, _V = (f"{{{SPACES[prefix]}}}" for prefix in ("a", "r", "v"))
_ANCHORS = {f"{{{SPACES['xdr']}}}{name}" for name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")}
_AROUND = {f"{W}drawing", f"{W}pict", *_ANCHORS}


def report_hidden(root: markup.Element, report: Report) -> None:
    """Report drawings that are hidden, and pictures that are cropped."""
    for element in root.iter("{*}cNvPr", "{*}docPr"):
        if element.get("hidden") in {"1", "true"}:
            report.add("hidden_drawings", element.get("descr", ""))
    for element in root.iter("{*}srcRect"):
        if any(value.lstrip("-") != "0" and value[:1] != "-" for value in element.values()):
            report.add("cropped_pictures")


def report_filtered_series(root: markup.Element, report: Report) -> None:
    """Report the series of a chart that a filter hides."""
    for element in root.iter("{*}*"):
        word = markup.local(element)
        if word.startswith("filtered") and word.endswith("Series"):
            words = " ".join(one.text or "" for one in element.iterfind(".//{*}tx//{*}v"))
            report.add("hidden_text", words)


def remove_remains(root: markup.Element) -> None:
    """Remove what is left of dropped pictures, and empty lists of extensions."""
    for blip in list(root.iter(f"{_A}blip")):
        shows = f"{_R}embed" in blip.attrib or next(blip.iter("{*}svgBlip"), None) is not None
        if shows:
            continue
        picture = next(blip.iterancestors("{*}pic"), None)
        if picture is not None:
            _drop_around(picture)
        else:
            markup.drop(blip)
    for data in list(root.iter(f"{_V}imagedata")):
        if f"{_R}id" not in data.attrib and f"{{{SPACES['o']}}}relid" not in data.attrib:
            markup.drop(data)
    for listed in list(root.iter(f"{_A}extLst")):
        if len(listed) == 0:
            markup.drop(listed)


def _drop_around(picture: markup.Element) -> None:
    """Drop a picture, together with its frame if that holds nothing else."""
    for around in picture.iterancestors():
        if around.tag in _AROUND:
            if sum(1 for _one in around.iter("{*}pic", "{*}sp", "{*}wsp")) == 1:
                markup.drop(around)
                return
            break
    markup.drop(picture)
