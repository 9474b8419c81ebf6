"""Removes from rebuilt parts of an XLSX what is never shown, and what became useless once other things were removed."""

import re
from collections.abc import Callable

from articles.documents import markup
from articles.documents.office.namespaces import S
from articles.documents.report import Report
from articles.documents.xlsx import sheetareas

_VALUES = {  # type of a cell to the pattern of its value
    "n": re.compile(r"[-+]?[\d.]{1,40}([eE][-+]?\d{1,4})?"), "b": re.compile("[01]"), "s": re.compile(r"\d{1,9}"),
    "e": re.compile(r"#[A-Z/0-9?!_]{1,20}"), "d": re.compile(r"[\dT:.Z+-]{1,40}"),
}  # fmt: skip


def tidy(root: markup.Element, report: Report) -> None:
    """Remove what no program shows of a part."""
    for data in root.iterchildren(f"{S}sheetData"):
        _tidy_grid(data, report)
    _tidy_formulas(root)
    _tidy_cells(root)
    _tidy_words(root)
    for one in root.iter("{*}dataValidation"):
        _tidy_messages(one)
    _tidy_rest(root)


def _tidy_grid(data: markup.Element, report: Report) -> None:
    """Number all rows and cells; remove those that are out of order or duplicate."""
    reached = 0
    for row in list(data):
        line = int(row.get("r", reached + 1))
        if not reached < line <= sheetareas.LAST_ROW:
            _cut(row, report)
            continue
        reached = line
        row.set("r", str(line))
        at = 0
        for cell in list(row):
            column, own = sheetareas.place(cell.get("r")) if "r" in cell.attrib else (at + 1, line)
            if own != line or not at < column <= sheetareas.LAST_COLUMN:
                _cut(cell, report)
                continue
            at = column
            cell.set("r", f"{sheetareas.letters(column)}{line}")


def _cut(element: markup.Element, report: Report) -> None:
    """Remove a row or a cell, and report it if it is not empty."""
    if next(element.iter(f"{S}v", f"{S}f", f"{S}t"), None) is not None:
        report.add("unknown_parts", " ".join(one.text or "" for one in element.iter(f"{S}t")))
    markup.drop(element)


def _tidy_words(root: markup.Element) -> None:
    """Remove the plain text of strings that have formatted runs: programs show only these."""
    for words in root.iter(f"{S}si", f"{S}is"):
        plain = words.find(f"{S}t")
        if plain is not None and words.find(f"{S}r") is not None:
            markup.drop(plain)


def _tidy_messages(rule: markup.Element) -> None:
    """Remove the messages of a data validation that are never shown."""
    for switch, names in (
        ("showInputMessage", ("prompt", "promptTitle")),
        ("showErrorMessage", ("error", "errorTitle")),
    ):
        is_shown = rule.get(switch) in {"1", "true"}
        if names[0] == "error" and rule.get("type", "none") == "none":
            is_shown = False  # it accepts every value
        for name in names:
            if not is_shown:
                rule.attrib.pop(name, None)


def _tidy_cells(root: markup.Element) -> None:
    """Remove the values of cells that don't match the type of the cell."""
    for cell in root.iter(f"{S}c"):
        kind = cell.get("t", "n")
        for one in list(cell):
            word, text = markup.local(one), one.text or ""
            fits = _VALUES.get(kind)
            is_other = kind == "inlineStr" or (fits is not None and not fits.fullmatch(text.strip()))
            lies = word == "v" and bool(text) and is_other
            if lies or (word == "is" and kind != "inlineStr"):
                markup.drop(one)


class TableHeaders:
    """The text of the header cells of tables; a table repeats them as names of its columns, or has hidden other ones."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._shared: set[str] = set()  # numbers of shared strings

    def add(self, row: markup.Element) -> None:
        """Add the cells of a row in which tables begin."""
        for cell in row.iter(f"{S}c"):
            words = cell.findtext(f"{S}v") or ""
            if cell.get("t") == "s":
                self._shared.add(words.strip())
            else:
                self._words.add(_spelled(words + _written(cell.find(f"{S}is"))))

    def read(self, number: int, item: markup.Element) -> None:
        """Add a shared string, if it is one of a header cell."""
        if str(number) in self._shared:
            self._words.add(_spelled(_written(item)))

    def rename_columns(self, table: markup.Element, is_used: Callable[[str], bool]) -> None:
        """Replace the names of columns that are neither in a header cell nor in formulas by numbers."""
        for at, one in enumerate(table.iter(f"{S}tableColumn"), 1):
            name = one.get("name", "")
            if _spelled(name) not in self._words and not is_used(name):
                one.set("name", f"Column{at}")


def _written(words: markup.Element | None) -> str:
    return "" if words is None else "".join(one.text or "" for one in words.iter(f"{S}t"))


def _spelled(words: str) -> str:
    """Return text in a comparable form: names of columns escape line breaks."""
    return "".join(re.sub(r"_x[0-9A-Fa-f]{4}_", " ", words).casefold().split())


def _tidy_rest(root: markup.Element) -> None:
    """Remove text of rules that compare none, unused page headers, labels of missing rows, and unused number formats."""
    for rule in root.iter(f"{S}cfRule"):
        if rule.get("type") not in {"containsText", "notContainsText", "beginsWith", "endsWith"}:
            rule.attrib.pop("text", None)
    for listed in root.iter(f"{S}headerFooter"):
        for switch, word in (("differentOddEven", "even"), ("differentFirst", "first")):
            if listed.get(switch) not in {"1", "true"}:
                for one in [*listed.iterfind(f"{S}{word}Header"), *listed.iterfind(f"{S}{word}Footer")]:
                    if one.text:
                        markup.drop(one)
    if root.tag == f"{S}table" and root.get("totalsRowCount", "0") == "0":
        for one in root.iter(f"{S}tableColumn"):
            one.attrib.pop("totalsRowLabel", None)
    used = {one.get("numFmtId") for one in root.iter(f"{S}xf")}
    for formats in list(root.iterfind(f"{S}numFmts")):
        for one in list(formats):
            if one.get("numFmtId") not in used:
                formats.remove(one)
        formats.set("count", str(len(formats)))
        if len(formats) == 0:
            markup.drop(formats)


def _tidy_formulas(root: markup.Element) -> None:
    """Remove empty formulas, and elements that are useless without them."""
    shared = {one.get("si") for one in root.iter(f"{S}f") if one.text and one.get("t") == "shared"}
    for one in list(root.iter(f"{S}f")):
        if not one.text and (one.get("t") != "shared" or one.get("si") not in shared):
            markup.drop(one)
    for one in list(root.iter("{*}formula", "{*}formula1", "{*}f")):
        if one.text or len(one):
            continue
        around = one.getparent()
        if around is not None and markup.local(around) in {"cfRule", "dataValidation", "cfvo", "sparkline"}:
            markup.drop(around)
    for word in ("definedName", "calculatedColumnFormula", "totalsRowFormula"):
        for one in list(root.iter(f"{S}{word}")):
            if not one.text:
                markup.drop(one)
    for link in list(root.iter(f"{S}hyperlink")):
        if not set(link.attrib) - {"ref", "display", "tooltip"}:
            markup.drop(link)
    for listed in list(root.iter("{*}hyperlinks", "{*}definedNames", "{*}conditionalFormatting", "{*}dataValidations",
                                 "{*}tableParts", "{*}conditionalFormattings", "{*}ext", "{*}extLst")):  # fmt: skip
        if not any(isinstance(one.tag, str) and markup.local(one) != "sqref" for one in listed) and not set(
            listed.attrib
        ) & {"cx", "cy"}:
            markup.drop(listed)
