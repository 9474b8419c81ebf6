"""The sheets of an XLSX: names of people, paths and lost strings out; hidden sheets, rows and columns named."""

import re

from . import markup, relations

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = f"{{{relations.IDS}}}"

_WORKBOOK = {
    "fileSharing", "customWorkbookViews", "fileRecoveryPr", "webPublishing", "webPublishObjects", "absPath",
    "revisionPtr", "smartTagPr", "smartTagTypes", "fileVersion",
}  # fmt: skip
_SHEET = {
    "customSheetViews", "webPublishItems", "legacyDrawing", "oleObjects", "controls", "smartTags",
    "cellWatches", "queryTableParts",
}  # fmt: skip
_ATTRIBUTES = {
    "refreshedBy",
    "refreshedDate",
    "refreshedDateIso",
    "securityDescriptor",
    "connectionId",
    "codeName",
}
_REMOTE = re.compile(
    r"\b(WEBSERVICE|_xlfn\.IMAGE|IMAGE|RTD|IMPORTXML|IMPORTDATA|_xlfn\.STOCKHISTORY)\s*\(", re.I
)


def _is_on(element, name):
    return element.get(name) in {"1", "true"}


class Editor:
    """Cleans the parts of one XLSX, one after the other."""

    def __init__(self, parts, main, report):
        self.report = report
        self.names = {}  # of a part to the name of its sheet
        self.used = set()  # shared strings that a cell shows
        self.strings = None  # the name of the part that holds them
        self.blank_formats = self._blank_formats(parts, main)

    def edit(self, name, word, root, links):
        """Clean one part, which a relationship of a kind led to."""
        if word == "officeDocument":
            self._edit_workbook(name, root, links)
        elif word in {"worksheet", "chartsheet"}:
            self._edit_sheet(name, root, links)
        elif word == "sharedStrings":
            self.strings = name
        elif word == "pivotCacheRecords":
            self.report.name("pivot_data")
        if word == "table" and root.get("tableType") == "queryTable":
            del root.attrib["tableType"]
        for element in root.iter("{*}*"):
            for attribute in _ATTRIBUTES & set(element.attrib):
                del element.attrib[attribute]

    def finish(self, made):
        """Blank the shared strings that no cell shows any more, and read the others."""
        if not self.strings or self.strings not in made:
            return
        root = markup.parsed(made[self.strings])
        for number, item in enumerate(root.iter(f"{S}si")):
            if number in self.used:
                self.report.read("".join(one.text or "" for one in item.iter(f"{S}t")))
                continue
            for child in list(item):
                markup.drop(child)
            markup.etree.SubElement(item, f"{S}t").text = ""
        made[self.strings] = markup.written(root)

    def _edit_workbook(self, name, root, links):
        for element in list(root.iter("{*}*")):
            if markup.local(element) in _WORKBOOK:
                alternative = next(element.iterancestors("{*}AlternateContent"), element)
                markup.drop(alternative)
        parts = {key: relations.resolved(name, target) for key, _kind, target, _external in links.kept}
        for sheet in root.iter(f"{S}sheet"):
            self.names[parts.get(sheet.get(f"{R}id"))] = sheet.get("name", "")
            if sheet.get("state") in {"hidden", "veryHidden"}:
                self.report.name("hidden_sheets", sheet.get("name", ""))

    def _edit_sheet(self, name, root, links):
        title = self.names.get(name, name)
        for element in list(root.iter("{*}*")):
            if markup.local(element) in _SHEET:
                alternative = next(element.iterancestors("{*}AlternateContent"), element)
                markup.drop(alternative)
        self._keep_drawings_of_headers(root, links)
        hidden = [
            (int(col.get("min", 0)), int(col.get("max", 0)))
            for col in root.iter(f"{S}col")
            if _is_on(col, "hidden")
        ]
        rows_hide = any(_is_on(one, "zeroHeight") for one in root.iter(f"{S}sheetFormatPr"))
        for row in root.iter(f"{S}row"):
            shown = [cell for cell in row.iter(f"{S}c") if self._look_at(cell, title)]
            if shown and (_is_on(row, "hidden") or (rows_hide and not row.get("ht"))):
                self.report.name("hidden_rows", f"{title}: {row.get('r', '')}")
            for cell in shown:
                column = re.match(r"[A-Z]*", cell.get("r", ""))[0]
                if hidden and any(first <= _number(column) <= final for first, final in hidden):
                    self.report.name("hidden_columns", f"{title}: {column}")

    def _look_at(self, cell, title):
        """Note what a cell uses and hides; return whether it holds anything."""
        value, formula = cell.find(f"{S}v"), cell.find(f"{S}f")
        if value is not None and cell.get("t") == "s" and (value.text or "").strip().isdecimal():
            self.used.add(int(value.text))
        if formula is not None and _REMOTE.search(formula.text or ""):
            self.report.name("remote_functions", f"{title}: {cell.get('r', '')}")
        if value is None and formula is None and cell.find(f"{S}is") is None:
            return False
        if cell.get("s") in self.blank_formats:
            self.report.name("hidden_text", f"{title}: {cell.get('r', '')}")
        for text in cell.iterfind(f"{S}is//{S}t"):
            self.report.read(text.text or "")
        return True

    def _keep_drawings_of_headers(self, root, links):
        """Let only those old drawings stay that hold the pictures of headers: the others hold comments."""
        needed = {one.get(f"{R}id") for one in root.iter(f"{S}legacyDrawingHF")}
        links.kept = [one for one in links.kept if relations.last(one[1]) != "vmlDrawing" or one[0] in needed]

    def _blank_formats(self, parts, main):
        """Return the numbers of the cell formats that show nothing (;;;)."""
        links = relations.read(parts, main, type(self.report)())
        for name, word in links.targets(main).items():
            if word == "styles" and name in parts:
                root = markup.parsed(parts[name])
                blank = {
                    one.get("numFmtId")
                    for one in root.iter(f"{S}numFmt")
                    if set(one.get("formatCode", "x").strip()) == {";"}
                }
                formats = root.find(f"{S}cellXfs")
                listed = [] if formats is None else list(formats)
                return {str(at) for at, one in enumerate(listed) if one.get("numFmtId") in blank}
        return set()


def _number(letters):
    """Return the number of a column: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
