"""Reports content that was cut although a reader would have seen it."""

from lxml import etree

from .. import markup
from ..report import Report

_SHOWN = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": {"t", "sym"},
    "http://schemas.openxmlformats.org/drawingml/2006/main": {"t", "blip"},
    "http://schemas.openxmlformats.org/officeDocument/2006/math": {"t"},
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": {"t", "v"},
    "http://schemas.openxmlformats.org/drawingml/2006/chart": {"ser"},
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": {"p", "h", "span"},
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": {"image", "control"},
}
_TAGS = {f"{{{space}}}{name}" for space, names in _SHOWN.items() for name in names}
_WHOLE = {"graphicData", "contentPart"}  # drawings of unknown kinds
_UNSHOWN = {"image", "object"}  # without words they were reported where they were dropped
_SILENT = {"extLst", "ext", "del", "moveFrom", "delText", "rPh"}


class Losses:
    """Reports what is cut from the parts of one document."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def cut(self, _name: str, element: markup.Element) -> None:
        """Report an element that is cut, if it shows words or drawings."""
        local = etree.QName(element).localname
        if local in _SILENT or local.startswith(
            "filtered"
        ):  # series that drawn.report_filtered_series() reports
            return
        words = " ".join((one.text or "").strip() for one in element.iter(*_TAGS) if one.text)
        if local in _UNSHOWN and not words:
            return
        if local in _WHOLE or words.strip() or next(element.iter(*_TAGS), None) is not None:
            self._report.add("unknown_parts", words)
