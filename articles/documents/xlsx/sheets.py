"""The sheets of an XLSX: names of people, paths and lost strings out; hidden sheets, rows and columns named."""

from dataclasses import replace

from articles.documents import colours, markup
from articles.documents.office import charts, drawn, losses, package, relations, versions
from articles.documents.office.rebuilding import Builder
from articles.documents.report import Report

from . import sheetareas, sheetformulas, sheetlooks, sheetnames, sheetrules, sheettidy

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = f"{{{relations.IDS}}}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"

STRINGS = "xl/sharedStrings.xml"  # as the package calls it
MOST_TABLES = 200  # of one sheet, whose grounds are told apart
NARROW = 0.5  # letters, of a column in which nothing can be read
LOW = 2  # points, of a row in which nothing can be read


def _is_on(element, name: str):
    return element.get(name) in {"1", "true"}


class SheetRebuilder:
    """Cleans the parts of one XLSX, one after the other."""

    def __init__(self, parts: dict[str, bytes], main: str, report: Report) -> None:
        self.report = report
        self.names = {}  # of a part to the name of its sheet
        self.used = set()  # shared strings that a cell holds
        self.seen = set()  # and those that a reader sees in one
        self.heads = sheettidy.Heads()  # of the columns of tables
        self.strings = False  # whether there is a part that holds them
        self.names_in_use = sheetrules.NamesInUse(parts)
        self.parts = parts
        self.hidden_sheets = set()  # names of their parts
        self.held = {}  # name of a drawing to the (column, row) of the cells under it that hold something
        links = relations.read(parts, main, type(report)())
        found = {word: parts.get(name) for name, word in links.targets(main).items()}
        self.looks = sheetlooks.SheetLooks(found.get("styles"), found.get("theme"))
        self.coloured = self._coloured(found.get("sharedStrings"))

    def rebuild(
        self, name: str, word: str, root: markup.Element, links: relations.Relations, ids: package.Ids
    ) -> markup.Element | None:
        """Return a part, which a relationship of a kind led to, built anew, or None for one that goes."""
        versions.settle(root, sheetnames.VOCABULARY, self.report)
        if word == "chart":
            drawn.series(root, self.report)
            charts.settle(root, lambda text: sheetformulas.fault(text) is None)
        if word == "drawing":
            drawn.look(root, self.report)
        if word == "officeDocument":
            self._edit_workbook(name, root, links)
        rules = sheetrules.rules(ids, self.names_in_use, self.report)
        loss = losses.Losses(self.report)
        made = Builder(sheetnames.VOCABULARY, rules, loss.cut).built(root, sheetnames.ROOTS.get(word, ""))
        if made is None:
            return None
        drawn.tidy(made)
        sheettidy.tidy(made, self.report)
        if word in {"worksheet", "chartsheet"}:
            self._edit_sheet(name, made, links)
        elif word == "sharedStrings":
            self.strings = True
        elif word == "drawing":
            self._look_for_boxes(made, self.held.get(name, sheetareas.Held()))
        return made

    def finish(self, made: dict[str, bytes]) -> None:
        """Blank the shared strings that no cell shows any more, read the others, and name the columns of tables."""
        self._finish_strings(made)
        for name, content in made.items():
            if name.startswith("xl/tables/table"):
                root = markup.parsed(content)
                self.heads.settle(root, self.names_in_use.uses)
                made[name] = markup.written(root)

    def _finish_strings(self, made: dict[str, bytes]) -> None:
        if not self.strings or STRINGS not in made:
            return
        root = markup.parsed(made[STRINGS])
        for number, item in enumerate(root.iter(f"{S}si")):
            if number in self.seen:
                self.report.read("".join(one.text or "" for one in item.iter(f"{S}t")))
            if number in self.used:
                self.heads.read(number, item)
                continue
            for child in list(item):
                markup.drop(child)
            markup.etree.SubElement(item, f"{S}t").text = ""
        made[STRINGS] = markup.written(root)

    def _edit_workbook(self, name: str, root: markup.Element, links: relations.Relations) -> None:
        parts = {key: relations.resolved(name, target) for key, _kind, target, _external in links.kept}
        for sheet in root.iter(f"{S}sheet"):
            part = parts.get(sheet.get(f"{R}id", ""), "")
            self.names[part] = sheet.get("name", "")
            if sheet.get("state") in {"hidden", "veryHidden"}:
                self.report.add("hidden_sheets", sheet=sheet.get("name", ""))
                self.hidden_sheets.add(part)
        for defined in root.iter(f"{S}definedName"):
            is_used = self.names_in_use.keeps(defined.get("name", ""))
            if is_used and (defined.text or "").strip().startswith(
                ('"', '="')
            ):  # a text that stands in no cell
                self.report.add("hidden_text", defined.text or "")
        sheetrules.name_pivots(self.parts, name, self.report)

    def _edit_sheet(self, name: str, root: markup.Element, links: relations.Relations) -> None:
        title = self.names.get(name, name)
        hidden = sheetareas.columns_of(
            (int(col.get("min", 0)), int(col.get("max", 0)))
            for col in root.iter(f"{S}col")
            if _is_on(col, "hidden") or _below(col, "width", NARROW)
        )
        rows_hide = any(
            _is_on(one, "zeroHeight") or _below(one, "defaultRowHeight", LOW)
            for one in root.iter(f"{S}sheetFormatPr")
        )
        merged = sheetareas.Merged([sheetareas.area(one.get("ref")) for one in root.iter(f"{S}mergeCell")])
        dark = self._dark_areas(name, links)
        is_hidden_sheet = name in self.hidden_sheets
        under = sheetareas.Held()
        self.held |= {part: under for part, word in links.targets(name).items() if word == "drawing"}
        tops = self._tops_of_tables(name, links)
        for row in root.iter(f"{S}row"):
            if row.get("r") in tops:
                self.heads.add(row)
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
        self._name_rules(root, title)

    def _holds(self, cell: markup.Element) -> bool:
        """Note what a cell uses; return whether it holds anything."""
        value, formula = cell.find(f"{S}v"), cell.find(f"{S}f")
        if (string := _shared(cell)) is not None:
            self.used.add(string)
        return value is not None or formula is not None or cell.find(f"{S}is") is not None

    def _kind(self, cell, column: str, line, dark):
        """Return what an editor is told about a cell whose letters are not seen, or None.

        The style of a table can lay a dark ground under cells without a filling of their own: white letters
        there are seen.
        """
        ground = self.looks.ground_of(cell.get("s"))
        if ground is None and any(one.holds(column, line) for one in dark):
            ground = sheetlooks.UNKNOWN
        kind = self.looks.kinds.get(cell.get("s") or "0")
        if ground is sheetlooks.UNKNOWN and cell.get("s") in self.looks.white:
            kind = None
        fonts = self.coloured.get(_shared(cell), ()) if self.coloured else ()
        if cell.get("t") == "inlineStr":
            fonts = cell.iterfind(f"{S}is/{S}r/{S}rPr")
        return kind or next((kind for one in fonts if (kind := self.looks.kind_of(one, ground))), None)

    def _see(self, cell) -> None:
        """Take the text of a cell for seen."""
        if (string := _shared(cell)) is not None:
            self.seen.add(string)
        elif cell.get("t") == "inlineStr":
            for text in cell.iterfind(f"{S}is//{S}t"):
                self.report.read(text.text or "")

    def _coloured(self, content):
        """Return {number of a shared string: the fonts of its pieces}, of those that have any."""
        if not content or b"<rPr" not in content:
            return {}
        items = enumerate(markup.parsed(content).iter(f"{S}si"))
        found = {number: list(item.iterfind(f"{S}r/{S}rPr")) for number, item in items}
        return {number: fonts for number, fonts in found.items() if fonts}

    def _dark_areas(self, name: str, links: relations.Relations) -> list[sheetareas.Area]:
        """Return the areas under which the style of a table may lay a dark ground."""
        found = []
        for part, word in links.targets(name).items():
            if word != "table" or part not in self.parts:
                continue
            root = markup.parsed(self.parts[part])
            style = next((one.get("name", "") for one in root.iter(f"{S}tableStyleInfo")), "")
            whole = sheetareas.area(root.get("ref"))
            if style.startswith("TableStyleMedium"):  # dark are its first and last row
                found += [replace(whole, bottom=whole.top), replace(whole, top=whole.bottom)]
            elif style and not style.startswith("TableStyleLight"):
                found.append(whole)
        if len(found) > MOST_TABLES:
            return [sheetareas.Area(1, 1, sheetareas.LAST_COLUMN, 2**20)]
        return found

    def _tops_of_tables(self, name: str, links: relations.Relations) -> set[str]:
        """Return the rows of a sheet in which tables begin."""
        parts = [
            self.parts[part]
            for part, word in links.targets(name).items()
            if word == "table" and part in self.parts
        ]
        return {str(sheetareas.area(markup.parsed(one).get("ref")).top) for one in parts}

    def _look_for_boxes(self, root: markup.Element, held: sheetareas.Held) -> None:
        """Name black and white boxes without words that lie over cells which hold something."""
        for anchor in root.iter(f"{XDR}twoCellAnchor"):
            shape, first, last = (anchor.find(f"{XDR}{word}") for word in ("sp", "from", "to"))
            if shape is None or first is None or last is None:
                continue
            fill = shape.find(f"{XDR}spPr/{colours.A}solidFill")
            colour = None if fill is None else colours.of_fill(fill, self.looks.theme)
            plain = colour and any(colours.look_alike(colour, one) for one in (colours.BLACK, colours.WHITE))
            if not plain or any((one.text or "").strip() for one in shape.iter(f"{colours.A}t")):
                continue
            corners = [
                int(one.findtext(f"{XDR}{side}") or 0) + 1 for one in (first, last) for side in ("col", "row")
            ]
            if held.any_in(sheetareas.Area(*corners)):
                self.report.add("covered_text")
                return  # nobody is told which box it is

    def _name_rules(self, root, title: str) -> None:
        """Name the areas whose letters go under a condition."""
        for area in root.iter("{*}conditionalFormatting"):
            for rule in area.iterfind("{*}cfRule"):
                own = rule.find("{*}dxf")
                if rule.get("dxfId") in self.looks.hiding_rules or (
                    own is not None and self.looks.hides(own)
                ):
                    where = area.get("sqref") or area.findtext("{*}sqref") or ""
                    self.report.add("hidden_text", sheet=title, cell=where)


def _shared(cell):
    """Return the number of the shared string that a cell holds, or None."""
    if cell.get("t") != "s":
        return None
    value = (cell.findtext(f"{S}v") or "").strip()
    return int(value) if value.isdecimal() else None


def _below(element, name: str, least: int):
    """Tell whether a length is there and too small to read in."""
    try:
        return float(element.get(name, least)) < least
    except ValueError:
        return False
