"""What becomes of the values in an XLSX that are more than numbers and words of the standards."""

import re

from .. import markup, relations
from ..report import Report
from . import drawingrules, values
from .package import Ids
from .rebuilding import Rule
from .sheetnames import S
from .stylenames import is_built_in

_CELLS = re.compile(r"[$A-Z0-9:\s]{1,20000}")
_STYLE = re.compile(r"(Table|Pivot)Style(Light|Medium|Dark)\d{1,2}|TableStyle\d{1,4}")
_EXTENSIONS = {
    "{78C0D931-6437-407D-A8EE-F0AAD7539E65}", "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}",
    "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}",
}  # fmt: skip
_STRING = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = re.compile(r"('(?:[^']|'')*+')(!?)")  # of a sheet, with its workbook and folder before it
_OF_A_FILE = re.compile(r"[\[\\/]|\.(?:xl\w{1,3}|ods)'", re.I)  # no sheet has a name with these signs
# [1]Sheet!, [b.xlsx]Sheet!, b.xlsx!, and program|topic!; Table[2020] is none of them.
_OTHER_BOOK = re.compile(r"\[[^\[\]]*+\][\w.:]*+!|\.(?:xl\w{1,3}|ods)!|\|", re.I)
_FORMULAS = re.compile(
    rb"<(?:\w+:)?(?:f|formula\w*|calculatedColumnFormula|totalsRowFormula|definedName)\b[^<>]*>([^<]+)<"
)
_IDENTIFIER = re.compile(r"[^\W\d][\w.\\]*")
_BUILT_IN = {"_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"}


LONGEST_FORMULA = 16_000  # characters, twice what Excel takes


def names_another_book(formula: str) -> bool:
    """Return whether a formula takes its value from another workbook or a program, by number, name or address."""
    code = _STRING.sub('""', formula)
    if any(bang and _OF_A_FILE.search(name) for name, bang in _QUOTED.findall(code)):
        return True
    return bool(_OTHER_BOOK.search(_QUOTED.sub(r"''\2", code)))


def names_a_place(formula: str) -> bool:
    """Return whether a formula names a place on a computer or in its network."""
    if "\\\\" in formula or "file:" in formula.lower():
        return True
    return any(values.is_path(one) and "://" not in one for one in _STRING.findall(formula))


def leads_out(formula: str) -> bool:
    """Return whether a formula takes its value from another file, or names a place on a computer."""
    return len(formula) > LONGEST_FORMULA or names_another_book(formula) or names_a_place(formula)


def location(text: str) -> str | None:
    """Return a place in the workbook itself."""
    return None if leads_out(text) or "\\" in text or "://" in text else text


class NamesInUse:
    """The names of areas and tables that formulas of one workbook use; the others say nothing to a reader."""

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
        """Return whether a name of an area stays."""
        return name in _BUILT_IN or name.lower() in self._used

    def area(self, name: str) -> str | None:
        """Return the name of an area, or None for one that nothing uses."""
        return name if self.keeps(name) else None

    def table(self, name: str) -> str:
        """Return the name that a table gets."""
        return (
            name
            if name.lower() in self._used
            else self._tables.setdefault(name, f"Table{900 + len(self._tables)}")
        )

    def cell_style(self, name: str) -> str:
        """Return the name that a style of cells gets."""
        return (
            name
            if is_built_in(name)
            else self._cell_styles.setdefault(name, f"Style {len(self._cell_styles) + 1}")
        )

    def style(self, name: str) -> str:
        """Return the name that a style of tables gets."""
        return (
            name
            if _STYLE.fullmatch(name)
            else self._styles.setdefault(name, f"TableStyle{900 + len(self._styles)}")
        )


def name_pivots(parts: dict[str, bytes], main: str, report: Report) -> None:
    """Tell of the data that a pivot table keeps behind what it shows."""
    for word, target in relations.read(parts, main, Report()).lost:
        content = parts.get(relations.resolved(main, target))
        if word != "pivotCacheDefinition" or content is None:
            continue
        records = parts.get(relations.path_of(relations.resolved(main, target)), b"")
        items = (len(one) for one in markup.parsed(content).iter(f"{{{S}}}sharedItems"))
        if b"/pivotCacheRecords" in records or any(items):
            report.name("pivot_data")


_AREA = drawingrules.matching(_CELLS)
_HINTS = ("prompt", "promptTitle", "error", "errorTitle")
_AREAS = ("ref", "sqref", "activeCell", "topLeftCell", "spans")
_FORMULAE = ("s:definedName", "s:f", "xm:f", "s:formula", "s:formula1", "s:formula2", "s:calculatedColumnFormula",
             "s:totalsRowFormula", "c:f")  # fmt: skip


def _as_it_is(value: str) -> str:
    return value


_RULES: dict[str, Rule] = {
    **drawingrules.RULES,
    "s:sheet@name": _as_it_is,
    "xm:sqref": _AREA,
    **{f"@{name}": _AREA for name in _AREAS},
    "s:c@r": _AREA,
    "s:selection@pane": values.plain,
    **{f"{space}:dataValidation@{name}": values.human for space in ("s", "x14") for name in _HINTS},
    "s:hyperlink@location": location,
    "s:hyperlink@display": values.human,
    "s:hyperlink@tooltip": values.human,
    **{f"s:{part}{side}": values.human for part in ("odd", "even", "first") for side in ("Header", "Footer")},
    "s:numFmt@formatCode": drawingrules.number_format,
    "s:name@val": values.font,
    "s:rFont@val": values.font,
    "s:tableColumn@name": _as_it_is,
    "s:tableColumn@totalsRowLabel": values.human,
    "s:ext@uri": drawingrules.among(_EXTENSIONS),
    "s:cfRule@text": _as_it_is,
    "x:ClientData@ObjectType": drawingrules.always("Pict"),
}


def rules(ids: Ids, names: NamesInUse, report: Report) -> dict[str, Rule]:
    """Return the rules for one part; ids tells the new ids of relationships."""

    def formula(text: str) -> str | None:
        if leads_out(text):
            report.name("local_links" if names_a_place(text) else "linked_content")
            return None
        return text

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
