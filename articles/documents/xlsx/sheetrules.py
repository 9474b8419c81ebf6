"""Rules for values in an XLSX that are more than numbers and keywords of the standards."""

import re

from articles.documents import markup
from articles.documents.office import drawingrules, relations, values
from articles.documents.office.namespaces import S
from articles.documents.office.package import Ids
from articles.documents.office.rebuilding import ValueRule
from articles.documents.office.stylenames import is_built_in
from articles.documents.report import Report
from articles.documents.xlsx import sheetareas

from . import sheetformulas

_SPANS = re.compile(r"\d{1,5}:\d{1,5}( \d{1,5}:\d{1,5})*")
_STYLE = re.compile(r"(Table|Pivot)Style(Light|Medium|Dark)\d{1,2}|TableStyle\d{1,4}")
_EXTENSIONS = {
    "{78C0D931-6437-407D-A8EE-F0AAD7539E65}", "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}",
    "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}",
}  # fmt: skip
_FORMULAS = re.compile(
    rb"<(?:\w+:)?(?:f|formula\w*|calculatedColumnFormula|totalsRowFormula|definedName)\b[^<>]*>([^<]+)<"
)
_IDENTIFIER = re.compile(r"[^\W\d][\w.\\]*")
_BUILT_IN = {"_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"}


class NamesInUse:
    """The names of areas and tables that the formulas of one workbook use; only these have to stay."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._used: set[str] = set()
        for name, content in parts.items():
            if name.endswith(".xml") and (b"<f" in content or b":f>" in content):
                for text in _FORMULAS.findall(content):
                    self._used.update(_IDENTIFIER.findall(text.decode("utf-8", "replace").lower()))
        self._styles: dict[str, str] = {}
        self._tables: dict[str, str] = {}
        self._cell_styles: dict[str, str] = {}

    def keeps(self, name: str) -> bool:
        """Return whether the name of an area has to stay."""
        return name in _BUILT_IN or name.lower() in self._used

    def uses(self, name: str) -> bool:
        """Return whether all words of a name occur in formulas."""
        words = _IDENTIFIER.findall(name.lower())
        return bool(words) and self._used.issuperset(words)

    def area(self, name: str) -> str | None:
        """Return the name of an area, or None for an unused one."""
        return name if self.keeps(name) else None

    def table(self, name: str) -> str:
        """Return the new name of a table."""
        if name.lower() in self._used:
            return name
        return self._tables.setdefault(name, f"Table{900 + len(self._tables)}")

    def cell_style(self, name: str) -> str:
        """Return the new name of a cell style."""
        if is_built_in(name):
            return name
        return self._cell_styles.setdefault(name, f"Style {len(self._cell_styles) + 1}")

    def style(self, name: str) -> str:
        """Return the new name of a table style."""
        if _STYLE.fullmatch(name):
            return name
        return self._styles.setdefault(name, f"TableStyle{900 + len(self._styles)}")


def report_pivots(parts: dict[str, bytes], main: str, report: Report) -> None:
    """Report the cached data of pivot tables, which are more than the tables show."""
    for word, target in relations.read(parts, main, Report()).lost:
        content = parts.get(relations.resolved(main, target))
        if word != "pivotCacheDefinition" or content is None:
            continue
        records = parts.get(relations.path_of(relations.resolved(main, target)), b"")
        items = (len(one) for one in markup.parsed(content).iter(f"{S}sharedItems"))
        if b"/pivotCacheRecords" in records or any(items):
            report.add("pivot_data")


_HINTS = ("prompt", "promptTitle", "error", "errorTitle")
_AREAS = ("ref", "sqref", "activeCell", "topLeftCell")
_FORMULAE = ("s:definedName", "s:f", "xm:f", "s:formula", "s:formula1", "s:formula2", "s:calculatedColumnFormula",
             "s:totalsRowFormula", "c:f")  # fmt: skip


_RULES: dict[str, ValueRule] = {
    **drawingrules.RULES,
    "s:sheet@name": drawingrules.unchanged,
    "xm:sqref": sheetareas.known,
    **{f"@{name}": sheetareas.known for name in _AREAS},
    "@spans": drawingrules.matching(_SPANS),
    "s:c@r": lambda given: given if sheetareas.place(given) != sheetareas.NOWHERE else None,
    "s:row@r": lambda given: given if sheetareas.is_row(given) else None,
    "s:c@t": drawingrules.among({"b", "d", "e", "inlineStr", "n", "s", "str"}),
    "s:selection@pane": values.plain,
    **{f"{space}:dataValidation@{name}": values.human for space in ("s", "x14") for name in _HINTS},
    "s:hyperlink@location": sheetformulas.location,
    "s:hyperlink@display": values.human,
    "s:hyperlink@tooltip": values.human,
    **{f"s:{part}{side}": values.human for part in ("odd", "even", "first") for side in ("Header", "Footer")},
    "s:numFmt@formatCode": drawingrules.number_format,
    "s:name@val": values.font,
    "s:rFont@val": values.font,
    "s:tableColumn@name": drawingrules.unchanged,
    "s:tableColumn@totalsRowLabel": values.human,
    "s:ext@uri": drawingrules.among(_EXTENSIONS),
    "s:cfRule@text": drawingrules.unchanged,  # sheettidy removes it from rules that don't compare text
    "x:ClientData@ObjectType": drawingrules.always("Pict"),
}


def rules(ids: Ids, names: NamesInUse, report: Report) -> dict[str, ValueRule]:
    """Return the rules for one part; ids maps old ids of relationships to new ones."""

    def formula(text: str) -> str | None:
        fault = sheetformulas.fault(text)
        if fault is None:
            return text
        report.add(fault, text if fault == "remote_functions" else "")
        return None

    return {
        **_RULES,
        **{f"@{name}": ids for name in ("r:id", "r:embed", "r:pict", "o:relid")},
        **dict.fromkeys(_FORMULAE, formula),
        "s:definedName@name": names.area,
        "s:cellStyle@name": names.cell_style,
        **{f"s:{name}@name": names.style for name in ("tableStyleInfo", "tableStyle")},
        **{f"s:tableStyles@default{kind}Style": names.style for kind in ("Table", "Pivot")},
        **{f"s:table@{name}": names.table for name in ("name", "displayName")},
    }
