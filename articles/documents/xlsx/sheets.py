"""Rebuilds the parts of an XLSX: keeps what is known, and reports hidden sheets, rows, columns and cells."""

from collections.abc import Iterable
from dataclasses import replace

from articles.documents import colours, markup
from articles.documents.colours import UNKNOWN
from articles.documents.office import charts, drawn, losses, package, relations, versions
from articles.documents.office.namespaces import XDR, A, S
from articles.documents.office.rebuilding import Builder
from articles.documents.report import Report

from . import sheetareas, sheetformulas, sheetlooks, sheetnames, sheetrules, sheettidy

R = f"{{{relations.IDS}}}"

STRINGS = "xl/sharedStrings.xml"
MOST_TABLES = 200  # tables of a sheet, above which every cell may have a dark background
NARROW = 0.5  # width of a column, in letters, below which nothing can be read
LOW = 2  # height of a row, in points, below which nothing can be read


def _is_on(element: markup.Element, name: str) -> bool:
    return element.get(name) in {"1", "true"}


class SheetRebuilder:
    """Rebuilds the parts of one XLSX, one after the other."""

    def __init__(self, parts: dict[str, bytes], main: str, report: Report) -> None:
        self.report = report
        self.names: dict[str, str] = {}  # name of a part to the name of its sheet
        self.used: set[int] = set()  # numbers of the shared strings in cells
        self.seen: set[int] = set()  # numbers of the shared strings in visible cells
        self.headers = sheettidy.TableHeaders()
        self.strings = False  # whether there is a part with shared strings
        self.names_in_use = sheetrules.NamesInUse(parts)
        self.parts = parts
        self.hidden_sheets: set[str] = set()  # names of their parts
        self.filled: dict[str, sheetareas.FilledCells] = {}  # name of a drawing to the cells of its sheet
        links = relations.read(parts, main, type(report)())
        found = {word: parts.get(name) for name, word in links.targets(main).items()}
        self.looks = sheetlooks.SheetLooks(found.get("styles"), found.get("theme"))
        self.coloured = self._coloured(found.get("sharedStrings"))

    def rebuild(
        self, name: str, word: str, root: markup.Element, links: relations.Relations, ids: package.Ids
    ) -> markup.Element | None:
        """Return the rebuilt part, or None for one that is dropped; word is the type of the relationship to it."""
        versions.keep_known(root, sheetnames.VOCABULARY, self.report)
        if word == "chart":
            drawn.report_filtered_series(root, self.report)
            charts.embed_values(root, lambda text: sheetformulas.fault(text) is None)
        if word == "drawing":
            drawn.report_hidden(root, self.report)
        if word == "officeDocument":
            self._read_workbook(name, root, links)
        rules = sheetrules.rules(ids, self.names_in_use, self.report)
        loss = losses.Losses(self.report)
        made = Builder(sheetnames.VOCABULARY, rules, loss.cut).built(root, sheetnames.ROOTS.get(word, ""))
        if made is None:
            return None
        drawn.remove_remains(made)
        sheettidy.tidy(made, self.report)
        if word in {"worksheet", "chartsheet"}:
            self._read_sheet(name, made, links)
        elif word == "sharedStrings":
            self.strings = True
        elif word == "drawing":
            self._look_for_boxes(made, self.filled.get(name, sheetareas.FilledCells()))
        return made

    def finish(self, made: dict[str, bytes]) -> None:
        """Blank unused shared strings, index the visible ones, and rename columns of tables without a header cell."""
        self._finish_strings(made)
        for name, content in made.items():
            if name.startswith("xl/tables/table"):
                root = markup.parsed(content)
                self.headers.rename_columns(root, self.names_in_use.uses)
                made[name] = markup.written(root)

    def _finish_strings(self, made: dict[str, bytes]) -> None:
        if not self.strings or STRINGS not in made:
            return
        root = markup.parsed(made[STRINGS])
        for number, item in enumerate(root.iter(f"{S}si")):
            if number in self.seen:
                self.report.read("".join(one.text or "" for one in item.iter(f"{S}t")))
            if number in self.used:
                self.headers.read(number, item)
                continue
            for child in list(item):
                markup.drop(child)
            markup.etree.SubElement(item, f"{S}t").text = ""
        made[STRINGS] = markup.written(root)

    def _read_workbook(self, name: str, root: markup.Element, links: relations.Relations) -> None:
        """Note the names of sheets, and report hidden sheets, hidden texts and data of pivot tables."""
        parts = {one.id: relations.resolved(name, one.target) for one in links.kept}
        for sheet in root.iter(f"{S}sheet"):
            part = parts.get(sheet.get(f"{R}id", ""), "")
            self.names[part] = sheet.get("name", "")
            if sheet.get("state") in {"hidden", "veryHidden"}:
                self.report.add("hidden_sheets", sheet=sheet.get("name", ""))
                self.hidden_sheets.add(part)
        for defined in root.iter(f"{S}definedName"):
            is_used, formula = self.names_in_use.keeps(defined.get("name", "")), defined.text or ""
            if is_used and formula.strip().startswith(('"', '="')):  # a text that is in no cell
                self.report.add("hidden_text", formula)
        sheetrules.report_pivots(self.parts, name, self.report)

    def _read_sheet(self, name: str, root: markup.Element, links: relations.Relations) -> None:
        """Report the cells of a sheet that nobody sees, and note what the others hold."""
        title = self.names.get(name, name)
        hidden = _hidden_columns(root)
        rows_hide = any(
            _is_on(one, "zeroHeight") or _below(one, "defaultRowHeight", LOW)
            for one in root.iter(f"{S}sheetFormatPr")
        )
        merged = sheetareas.MergedCells(
            [sheetareas.area(one.get("ref")) for one in root.iter(f"{S}mergeCell")]
        )
        dark = self._dark_areas(name, links)
        is_hidden_sheet = name in self.hidden_sheets
        under = sheetareas.FilledCells()
        self.filled |= {part: under for part, word in links.targets(name).items() if word == "drawing"}
        tops = self._tops_of_tables(name, links)
        for row in root.iter(f"{S}row"):
            if row.get("r") in tops:
                self.headers.add(row)
            held = [cell for cell in row.iter(f"{S}c") if self._holds(cell)]
            is_low = _below(row, "ht", LOW)
            is_hidden_row = _is_on(row, "hidden") or is_low or (rows_hide and not row.get("ht"))
            if held and is_hidden_row:
                self.report.add("hidden_rows", sheet=title, row=row.get("r", ""))
            for cell in held:
                column, line = sheetareas.place(cell.get("r"))
                under.add(column, line)
                is_hidden_column = column in hidden
                if is_hidden_column:
                    letters = cell.get("r").rstrip("0123456789")
                    self.report.add("hidden_columns", sheet=title, column=letters)
                kind = "hidden_text" if merged.covers(column, line) else self._kind(cell, column, line, dark)
                if kind:
                    self.report.add(kind, sheet=title, cell=cell.get("r", ""))
                elif not (is_hidden_row or is_hidden_column or is_hidden_sheet):
                    self._see(cell)
        self._report_rules(root, title)

    def _holds(self, cell: markup.Element) -> bool:
        """Note the shared string of a cell; return whether the cell is not empty."""
        value, formula = cell.find(f"{S}v"), cell.find(f"{S}f")
        if (string := _shared(cell)) is not None:
            self.used.add(string)
        return value is not None or formula is not None or cell.find(f"{S}is") is not None

    def _kind(self, cell: markup.Element, column: int, line: int, dark: list[sheetareas.Area]) -> str | None:
        """Return the kind of finding for a cell whose text is invisible, or None.

        A table style can give a dark background to cells without a fill of their own, so that white text is visible
        there.
        """
        ground = self.looks.ground_of(cell.get("s"))
        if ground is None and any(one.holds(column, line) for one in dark):
            ground = UNKNOWN
        kind = self.looks.kinds.get(cell.get("s") or "0")
        if ground is UNKNOWN and cell.get("s") in self.looks.white:
            kind = None
        fonts: Iterable[markup.Element] = ()
        if self.coloured and (string := _shared(cell)) is not None:
            fonts = self.coloured.get(string, ())
        if cell.get("t") == "inlineStr":
            fonts = cell.iterfind(f"{S}is/{S}r/{S}rPr")
        return kind or next((kind for one in fonts if (kind := self.looks.kind_of(one, ground))), None)

    def _see(self, cell: markup.Element) -> None:
        """Note the shared string of a visible cell, or add its text to the search index."""
        if (string := _shared(cell)) is not None:
            self.seen.add(string)
        elif cell.get("t") == "inlineStr":
            for text in cell.iterfind(f"{S}is//{S}t"):
                self.report.read(text.text or "")

    def _coloured(self, content: bytes | None) -> dict[int, list[markup.Element]]:
        """Return {number of a shared string: the fonts of its runs} for those with runs."""
        if not content or b"<rPr" not in content:
            return {}
        items = enumerate(markup.parsed(content).iter(f"{S}si"))
        found = {number: list(item.iterfind(f"{S}r/{S}rPr")) for number, item in items}
        return {number: fonts for number, fonts in found.items() if fonts}

    def _dark_areas(self, name: str, links: relations.Relations) -> list[sheetareas.Area]:
        """Return the areas to which a table style may give a dark background."""
        found: list[sheetareas.Area] = []
        for part, word in links.targets(name).items():
            if word != "table" or part not in self.parts:
                continue
            root = markup.parsed(self.parts[part])
            style = next((one.get("name", "") for one in root.iter(f"{S}tableStyleInfo")), "")
            whole = sheetareas.area(root.get("ref"))
            if style.startswith("TableStyleMedium"):  # its first and last row are dark
                found += [replace(whole, bottom=whole.top), replace(whole, top=whole.bottom)]
            elif style and not style.startswith("TableStyleLight"):
                found.append(whole)
        if len(found) > MOST_TABLES:
            return [sheetareas.Area(1, 1, sheetareas.LAST_COLUMN, 2**20)]
        return found

    def _tops_of_tables(self, name: str, links: relations.Relations) -> set[str]:
        """Return the numbers of the rows of a sheet in which tables begin."""
        parts = [
            self.parts[part]
            for part, word in links.targets(name).items()
            if word == "table" and part in self.parts
        ]
        return {str(sheetareas.area(markup.parsed(one).get("ref")).top) for one in parts}

    def _look_for_boxes(self, root: markup.Element, held: sheetareas.FilledCells) -> None:
        """Report black and white boxes without text that cover cells which are not empty."""
        for anchor in root.iter(f"{XDR}twoCellAnchor"):
            shape, first, last = (anchor.find(f"{XDR}{word}") for word in ("sp", "from", "to"))
            if shape is None or first is None or last is None:
                continue
            fill = shape.find(f"{XDR}spPr/{A}solidFill")
            colour = None if fill is None else colours.of_fill(fill, self.looks.theme)
            plain = colour and any(colours.look_alike(colour, one) for one in (colours.BLACK, colours.WHITE))
            if not plain or any((one.text or "").strip() for one in shape.iter(f"{A}t")):
                continue
            corners = [
                int(one.findtext(f"{XDR}{side}") or 0) + 1 for one in (first, last) for side in ("col", "row")
            ]
            if held.any_in(sheetareas.Area(*corners)):
                self.report.add("covered_text")
                return  # once is enough: the finding has no place

    def _report_rules(self, root: markup.Element, title: str) -> None:
        """Report the areas in which conditional formats hide text."""
        for area in root.iter("{*}conditionalFormatting"):
            for rule in area.iterfind("{*}cfRule"):
                own = rule.find("{*}dxf")
                if rule.get("dxfId") in self.looks.hiding_rules or (
                    own is not None and self.looks.hides(own)
                ):
                    where = area.get("sqref") or area.findtext("{*}sqref") or ""
                    self.report.add("hidden_text", sheet=title, cell=where)


def _hidden_columns(root: markup.Element) -> set[int]:
    """Return the numbers of the columns of a sheet that are hidden or too narrow to read."""
    return sheetareas.columns_of(
        (int(col.get("min", 0)), int(col.get("max", 0)))
        for col in root.iter(f"{S}col")
        if _is_on(col, "hidden") or _below(col, "width", NARROW)
    )


def _shared(cell: markup.Element) -> int | None:
    """Return the number of the shared string in a cell, or None."""
    if cell.get("t") != "s":
        return None
    value = (cell.findtext(f"{S}v") or "").strip()
    return int(value) if value.isdecimal() else None


def _below(element: markup.Element, name: str, least: float) -> bool:
    """Return whether an element has a length that is below a limit."""
    try:
        return float(element.get(name, least)) < least
    except ValueError:
        return False
