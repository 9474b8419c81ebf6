"""Takes out of the parts of an XLSX what says nothing any more once something in it went."""

from lxml import etree

from .. import markup
from .sheetnames import S

_S = f"{{{S}}}"


def tidy(root: etree._Element) -> None:
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
