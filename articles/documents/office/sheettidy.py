"""Takes out of the parts of an XLSX what says nothing any more once something in it went."""

import re

from lxml import etree

from .. import markup
from .sheetnames import S

_S = f"{{{S}}}"


_VALUES = {  # type of a cell to what its value looks like
    "n": re.compile(r"[-+]?[\d.]{1,40}([eE][-+]?\d{1,4})?"), "b": re.compile("[01]"), "s": re.compile(r"\d{1,9}"),
    "e": re.compile(r"#[A-Z/0-9?!_]{1,20}"), "d": re.compile(r"[\dT:.Z+-]{1,40}"),
}  # fmt: skip


def tidy(root: etree._Element) -> None:
    """Take out what no program shows of a part."""
    _tidy_formulas(root)
    _tidy_cells(root)
    _tidy_rest(root)


def _tidy_cells(root: etree._Element) -> None:
    """Take the values out of cells that are of another type than the cell says."""
    for cell in root.iter(f"{_S}c"):
        kind = cell.get("t", "n")
        for one in list(cell):
            word, text = markup.local(one), one.text or ""
            fits = _VALUES.get(kind)
            is_other = kind == "inlineStr" or (fits is not None and not fits.fullmatch(text.strip()))
            lies = word == "v" and bool(text) and is_other
            if lies or (word == "is" and kind != "inlineStr"):
                markup.drop(one)


def _tidy_rest(root: etree._Element) -> None:
    """Take out heads of pages that have none of their own, labels of rows that are not there, formats of no cell."""
    for listed in root.iter(f"{_S}headerFooter"):
        for switch, word in (("differentOddEven", "even"), ("differentFirst", "first")):
            if listed.get(switch) not in {"1", "true"}:
                for one in [*listed.iterfind(f"{_S}{word}Header"), *listed.iterfind(f"{_S}{word}Footer")]:
                    if one.text:
                        markup.drop(one)
    if root.tag == f"{_S}table" and root.get("totalsRowCount", "0") == "0":
        for one in root.iter(f"{_S}tableColumn"):
            one.attrib.pop("totalsRowLabel", None)
    used = {one.get("numFmtId") for one in root.iter(f"{_S}xf")}
    for formats in list(root.iterfind(f"{_S}numFmts")):
        for one in list(formats):
            if one.get("numFmtId") not in used:
                formats.remove(one)
        formats.set("count", str(len(formats)))
        if len(formats) == 0:
            markup.drop(formats)


def _tidy_formulas(root: etree._Element) -> None:
    """Take out formulas without words, and what stood only for them."""
    shared = {one.get("si") for one in root.iter(f"{_S}f") if one.text and one.get("t") == "shared"}
    for one in list(root.iter(f"{_S}f")):
        if not one.text and (one.get("t") != "shared" or one.get("si") not in shared):
            markup.drop(one)
    for one in list(root.iter("{*}formula", "{*}formula1", "{*}f")):
        if one.text or len(one):
            continue
        around = one.getparent()
        if around is not None and markup.local(around) in {"cfRule", "dataValidation", "cfvo", "sparkline"}:
            markup.drop(around)
    for word in ("definedName", "calculatedColumnFormula", "totalsRowFormula"):
        for one in list(root.iter(f"{_S}{word}")):
            if not one.text:
                markup.drop(one)
    for link in list(root.iter(f"{_S}hyperlink")):
        if not set(link.attrib) - {"ref", "display", "tooltip"}:
            markup.drop(link)
    for listed in list(root.iter("{*}hyperlinks", "{*}definedNames", "{*}conditionalFormatting", "{*}dataValidations",
                                 "{*}tableParts", "{*}conditionalFormattings", "{*}ext", "{*}extLst")):  # fmt: skip
        if not any(isinstance(one.tag, str) and markup.local(one) != "sqref" for one in listed) and not set(
            listed.attrib
        ) & {"cx", "cy"}:
            markup.drop(listed)
