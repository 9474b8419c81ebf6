"""Takes out of the parts of an XLSX what says nothing any more once something in it went."""

import re
from collections.abc import Callable

from articles.documents import markup
from articles.documents.report import Report
from articles.documents.xlsx import sheetareas

from .sheetnames import S

_S = f"{{{S}}}"


_VALUES = {  # type of a cell to what its value looks like
    "n": re.compile(r"[-+]?[\d.]{1,40}([eE][-+]?\d{1,4})?"), "b": re.compile("[01]"), "s": re.compile(r"\d{1,9}"),
    "e": re.compile(r"#[A-Z/0-9?!_]{1,20}"), "d": re.compile(r"[\dT:.Z+-]{1,40}"),
}  # fmt: skip


def tidy(root: markup.Element, report: Report) -> None:
    """Take out what no program shows of a part."""
    for data in root.iterchildren(f"{_S}sheetData"):
        _tidy_grid(data, report)
    _tidy_formulas(root)
    _tidy_cells(root)
    _tidy_words(root)
    for one in root.iter("{*}dataValidation"):
        _tidy_messages(one)
    _tidy_rest(root)


def _tidy_grid(data: markup.Element, report: Report) -> None:
    """Number all rows and cells; take out those that stand behind their place or are there twice."""
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
    """Take out a row or a cell, and tell of it if it holds anything."""
    if next(element.iter(f"{_S}v", f"{_S}f", f"{_S}t"), None) is not None:
        report.add("unknown_parts", " ".join(one.text or "" for one in element.iter(f"{_S}t")))
    markup.drop(element)


def _tidy_words(root: markup.Element) -> None:
    """Take the plain words out of texts that have pieces with looks of their own: these are shown."""
    for words in root.iter(f"{_S}si", f"{_S}is"):
        plain = words.find(f"{_S}t")
        if plain is not None and words.find(f"{_S}r") is not None:
            markup.drop(plain)


def _tidy_messages(rule: markup.Element) -> None:
    """Take out the messages of a rule for cells that no program ever shows."""
    for switch, names in (
        ("showInputMessage", ("prompt", "promptTitle")),
        ("showErrorMessage", ("error", "errorTitle")),
    ):
        is_shown = rule.get(switch) in {"1", "true"}
        if names[0] == "error" and rule.get("type", "none") == "none":
            is_shown = False  # it takes everything
        for name in names:
            if not is_shown:
                rule.attrib.pop(name, None)


def _tidy_cells(root: markup.Element) -> None:
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


class Heads:
    """The words at the head of columns of tables; a table says them again, or something else that nobody sees."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._shared: set[str] = set()  # numbers of shared strings

    def add(self, row: markup.Element) -> None:
        """Take in the cells of a row at which tables begin."""
        for cell in row.iter(f"{_S}c"):
            words = cell.findtext(f"{_S}v") or ""
            if cell.get("t") == "s":
                self._shared.add(words.strip())
            else:
                self._words.add(_spelled(words + _written(cell.find(f"{_S}is"))))

    def read(self, number: int, item: markup.Element) -> None:
        """Take in a shared string."""
        if str(number) in self._shared:
            self._words.add(_spelled(_written(item)))

    def settle(self, table: markup.Element, is_used: Callable[[str], bool]) -> None:
        """Number the columns whose names stand neither at the head of any nor in formulas."""
        for at, one in enumerate(table.iter(f"{_S}tableColumn"), 1):
            name = one.get("name", "")
            if _spelled(name) not in self._words and not is_used(name):
                one.set("name", f"Column{at}")


def _written(words: markup.Element | None) -> str:
    return "" if words is None else "".join(one.text or "" for one in words.iter(f"{_S}t"))


def _spelled(words: str) -> str:
    """Return words as they can be compared: a table writes breaks of lines in another way."""
    return "".join(re.sub(r"_x[0-9A-Fa-f]{4}_", " ", words).casefold().split())


def _tidy_rest(root: markup.Element) -> None:
    """Take out heads of pages that have none of their own, labels of rows that are not there, formats of no cell."""
    for rule in root.iter(f"{_S}cfRule"):
        if rule.get("type") not in {"containsText", "notContainsText", "beginsWith", "endsWith"}:
            rule.attrib.pop("text", None)
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


def _tidy_formulas(root: markup.Element) -> None:
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
