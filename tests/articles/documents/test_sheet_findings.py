"""What an XLSX or a CSV hides or fetches: each kind is named, and its closest harmless twin passes."""

import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableStyleInfo

from articles.documents import filetypes
from articles.documents.report import Report
from articles.documents.xlsx import sheetareas, sheetrules
from tests.articles.documents.office import (
    connected,
    formula,
    hidden,
    hidden_sheet,
    number_format,
    other_workbook,
    pivot,
    sheet,
)
from tests.articles.documents.specimens import IDS, parts_of, related, traces_in

WHITE, NAVY = "FFFFFFFF", "FF000080"


def lettered(fill=None, **font):
    """Return an XLSX whose cell has a font and a filling."""

    def change(one, _book):
        one["B2"].font = Font(**font)
        if fill:
            one["B2"].fill = PatternFill("solid", fgColor=fill)

    return sheet(change)


def sized(kind, key, size):
    def change(one, _book):
        if kind == "row":
            one.row_dimensions[key].height = size
        else:
            one.column_dimensions[key].width = size

    return sheet(change)


def merged(area):
    def change(one, _book):
        one["A2"] = "Shown"
        one.merged_cells.add(area)  # the cells under it keep what they hold

    return sheet(change)


def ruled(font, fill=None):
    def change(one, _book):
        filling = PatternFill(bgColor=fill) if fill else None
        one.conditional_formatting.add("B2:B9", FormulaRule(["B2>1"], font=Font(color=font), fill=filling))

    return sheet(change)


def named(value):
    def change(one, book):
        book.defined_names.add(DefinedName("Ann", attr_text=value))
        one["C3"] = "=Ann"  # a name that no formula uses goes

    return sheet(change)


def tabled(name):
    """Return an XLSX with white letters in the first row of a table that has a style."""

    def change(one, _book):
        one["B2"].font = Font(color=WHITE)
        one["B3"] = "Row"
        table = Table(displayName="T", ref="B2:B3", tableStyleInfo=TableStyleInfo(name=name))
        one.add_table(table)

    return sheet(change)


def rich(colour):
    pieces = CellRichText("Shown ", TextBlock(InlineFont(color=colour), "Names"))
    return sheet(lambda one, _book: setattr(one["B2"], "value", pieces))


def linked(one, _book):
    one["B2"].hyperlink = "https://example.org/b.xlsx"


def linked_to(address):
    return lambda one, _book: setattr(one["B2"], "hyperlink", address)


def cells(rows):
    """Return an XLSX with rows more."""
    name = "xl/worksheets/sheet1.xml"
    return sheet(
        parts=lambda parts: parts.update(
            {name: parts[name].replace(b"</sheetData>", f"{rows}</sheetData>".encode())}
        )
    )


def of_another_sheet(one, book):
    book.create_sheet("Second")["A1"] = "Names"
    one["C3"] = "=Second!A1"


def plain_table(one, _book):
    one["B3"] = "Row"
    one.add_table(Table(displayName="T", ref="B2:B3"))


def boxed(row, colour="000000"):
    """Return an XLSX with a box over cells in column B, from a row on, counted from 0."""
    main, names = "http://schemas.openxmlformats.org/drawingml/2006", ("from", "to")
    corners = "".join(
        f"<x:{name}><x:col>1</x:col><x:row>{row + at}</x:row></x:{name}>" for at, name in enumerate(names)
    )
    shape = f'<x:sp><x:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></x:spPr></x:sp>'

    def change(parts):
        key = related(parts, "xl/worksheets/sheet1.xml", "drawing", "../drawings/drawing1.xml")
        drawing = f'<drawing xmlns:r="{IDS}" r:id="{key}"/></worksheet>'.encode()
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b"</worksheet>", drawing)
        parts["xl/drawings/drawing1.xml"] = (
            f'<x:wsDr xmlns:x="{main}/spreadsheetDrawing" xmlns:a="{main}/main"><x:twoCellAnchor>{corners}{shape}'
            "</x:twoCellAnchor></x:wsDr>"
        ).encode()

    return sheet(parts=change)


def listing(values):
    """Return a change that adds a pivot table's memory of the values of a column, without its records."""

    def change(parts):
        related(parts, "xl/workbook.xml", "pivotCacheDefinition", "pivotCache/a.xml")
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        fields = f"<cacheFields><cacheField><sharedItems>{values}</sharedItems></cacheField></cacheFields>"
        parts["xl/pivotCache/a.xml"] = (
            f'<pivotCacheDefinition xmlns="{main}">{fields}</pivotCacheDefinition>'.encode()
        )

    return change


def test_scenarios_go_with_the_name_of_their_author():
    def change(parts):
        planted = b'<scenarios><scenario name="a" user="Planted"><inputCells r="B2" val="Planted"/></scenario></scenarios>'
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b"</sheetData>", b"</sheetData>" + planted)

    kept = filetypes.cleaned(sheet(parts=change), "", Report())[1]
    assert traces_in(sheet(parts=change), ["Planted"]) and not traces_in(kept, ["Planted"])
    assert openpyxl.load_workbook(io.BytesIO(kept)).active["B2"].value == "Names"


PAIRS = [
    ("hidden_sheets", lambda: hidden_sheet("hidden"), lambda: hidden_sheet("visible")),
    ("hidden_sheets", lambda: hidden_sheet("veryHidden"), lambda: hidden_sheet("visible")),
    ("hidden_rows", lambda: hidden("row", 2), lambda: hidden("row", 9)),
    ("hidden_rows", lambda: sized("row", 2, 0.5), lambda: sized("row", 2, 9)),
    ("hidden_columns", lambda: hidden("column", "B"), lambda: hidden("column", "Z")),
    ("hidden_columns", lambda: sized("column", "B", 0.1), lambda: sized("column", "B", 3)),
    ("hidden_text", lambda: number_format(";;;"), lambda: number_format("0;-0;;@")),
    ("hidden_text", lambda: merged("A2:C2"), lambda: merged("A3:C3")),
    ("hidden_text", lambda: ruled(WHITE), lambda: ruled(WHITE, NAVY)),
    ("hidden_text", lambda: named('"Ann Example"'), lambda: named("Sheet!$B$2")),
    ("invisible_text", lambda: lettered(color=WHITE), lambda: lettered(color=WHITE, fill=NAVY)),
    ("invisible_text", lambda: lettered(color="FF000090", fill=NAVY), lambda: lettered(color="FFFFFF00", fill=NAVY)),
    ("invisible_text", lambda: lettered(sz=1), lambda: lettered(sz=6)),
    ("invisible_text", lambda: rich(WHITE), lambda: rich("FFC00000")),
    ("invisible_text", lambda: tabled("TableStyleLight1"), lambda: tabled("TableStyleMedium2")),
    ("covered_text", lambda: boxed(1), lambda: boxed(9)),
    ("covered_text", lambda: boxed(1, "FFFFFF"), lambda: boxed(1, "4472C4")),
    ("remote_functions", lambda: formula('=WEBSERVICE("https://example.org")'), lambda: formula("=SUM(A1:A2)")),
    ("remote_functions", lambda: formula('=DDE("soffice","there","A1")'), lambda: formula("=DDB(2400,300,10,1)")),
    ("remote_functions", lambda: formula('=HYPERLINK("vbscript:x")'), lambda: formula('=HYPERLINK("https://example.org/"&A1,"There")')),
    ("unknown_parts", lambda: cells('<row r="7"><c r="A7"><v>1</v></c><c r="A7"><v>2</v></c></row>'), lambda: cells('<row r="7"><c r="A7"><v>1</v></c><c r="B7"><v>2</v></c></row>')),
    ("credentials", lambda: sheet(linked_to("https://ann:secret@example.org/a")), lambda: sheet(linked_to("https://example.org/@ann"))),
    ("pivot_data", lambda: sheet(parts=listing("<s v='Names'/>")), lambda: sheet(parts=listing(""))),
    ("pivot_data", lambda: sheet(parts=pivot), lambda: sheet(plain_table)),
    ("linked_content", lambda: sheet(parts=connected), lambda: sheet(linked)),
    ("linked_content", lambda: sheet(parts=other_workbook), lambda: sheet(of_another_sheet)),
    ("formulas", lambda: b"a,b\n1,=1+1\n", lambda: b"a,b\n1,1+1=2\n"),
    ("formulas", lambda: b"a,b\n1,@SUM(A1)\n", lambda: b"a,b\n1,ann@example.org\n"),
    ("formulas", lambda: b"a,b\n1,+cmd|' /C calc'!A0\n", lambda: b"a,b\n1,+4.5\n"),
    ("formulas", lambda: b"a,b\n1,-2+3+cmd\n", lambda: b"a,b\n-1,-3 %\n-1e5,2\n"),
    ("formulas", lambda: b"a;b\n1,=1+1;c\n", lambda: b"a;b\n1, 2;c, a = b\n"),
    ("formulas", lambda: "a,b\n1,\u00a0=1+1\n".encode(), lambda: "a,b\n1,\u00a01+1\n".encode()),
    ("formulas", lambda: "a,b\n1,\uff1d1+1\n".encode(), lambda: "a,b\n1,1\uff1d1\n".encode()),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "suspect", "twin"), PAIRS)
def test_it_names_what_a_table_hides_or_fetches(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


@pytest.mark.parametrize("make", [lambda: hidden("row", 2), lambda: number_format(";;;"), lambda: lettered(color=WHITE), lambda: merged("A2:C2")])  # fmt: skip
def test_what_nobody_sees_is_found_by_no_search(make):
    report = Report()
    filetypes.cleaned(make(), "", report)
    assert "Names" not in report.text
    filetypes.cleaned(sheet(), "", report)
    assert "Names" in report.text


OF_ANOTHER_BOOK = [
    "[1]Sheet1!A1", "[1]!Sum", "[PlantedSecret.xlsx]Sheet1!A1", "'[PlantedSecret.xlsx]My sheet'!A1", "PlantedSecret.xlsx!Sum",
    "'C:\\PlantedSecret\\[b.xlsx]Sheet1'!A1", "'/home/PlantedSecret/[b.xlsx]Sheet1'!A1", "'PlantedSecret.xlsx'!Sum",
    "'https://example.org/PlantedSecret/[b.xlsx]Sheet1'!A1", "cmd|'/C PlantedSecret'!A0", "SUM(1,'[PlantedSecret.ods]It''s'!$A$1)",
]  # fmt: skip


@pytest.mark.parametrize("words", OF_ANOTHER_BOOK)
def test_formulas_do_not_name_other_workbooks_nor_programs(words: str) -> None:
    def change(one, _book):
        one["C3"] = f"={words}"
        one.conditional_formatting.add("B2", FormulaRule([f"{words}>1"], font=Font(color=NAVY)))

    report = Report()
    _kind, clean = filetypes.cleaned(sheet(change), "", report)
    assert not traces_in(clean, ["PlantedSecret"]) and not traces_in(clean, ["[1]"])
    assert set(report.found) == {"linked_content"}


@pytest.mark.parametrize(
    "words",
    ["SUM(T[2020])", "SUM('First:Last one'!A1)", "T[[#Headers],[Price '[EUR']]]", "'a|b'!A1", 'IF(A1="[x]y!|",1,2)', "'It''s'!A1"],
)  # fmt: skip
def test_formulas_of_the_workbook_itself_stay(words: str) -> None:
    report = Report()
    _kind, clean = filetypes.cleaned(formula(f"={words}"), "", report)
    stays = openpyxl.load_workbook(io.BytesIO(clean)).active["C3"].value
    assert stays == f"={words}"
    assert report.found == {}


REACHING = [
    'DDE("PlantedSecret","a","b")', 'WEBSERVICE ("https://PlantedSecret")', '_xlfn.IMAGE("https://PlantedSecret")',
    'CALL("PlantedSecret.dll","f","J")', 'REGISTER.ID("PlantedSecret","f")', 'RTD("PlantedSecret",,"a")', '_xlfn._xlws.PY("PlantedSecret")',
    'FILTERXML("PlantedSecret","//a")', 'EXEC("PlantedSecret")', 'CUBEVALUE("PlantedSecret")', 'IF(1,_xlfn.STOCKHISTORY("PlantedSecret"))',
    'HYPERLINK("PlantedSecret:x","there")', 'HYPERLINK(A1&"PlantedSecret")', 'IFERROR(__xludf.DUMMYFUNCTION("PlantedSecret"),1)',
    'SUM(\'a"b\'!A1,"",dde("PlantedSecret"))', 'T[(]+DDE("PlantedSecret")', 'DDE\t("PlantedSecret")', 'HYPERLINK("https"&":PlantedSecret")',
    'INDIRECT("\'https://PlantedSecret/a\'!A1")',
]  # fmt: skip


@pytest.mark.parametrize("words", REACHING)
def test_formulas_that_reach_out_become_what_they_showed(words: str) -> None:
    escaped = words.replace('"', "&quot;").replace("&&quot;", "&amp;&quot;")
    content = cells(f'<row r="7"><c r="A7"><f>{escaped}</f><v>4711</v></c></row>')
    report = Report()
    _kind, clean = filetypes.cleaned(content, "", report)
    assert not traces_in(clean, ["PlantedSecret"])
    assert openpyxl.load_workbook(io.BytesIO(clean)).active["A7"].value == 4711
    assert len(report.found) == 1 and set(report.found) <= {"remote_functions", "linked_content"}


@pytest.mark.parametrize(
    "words",
    ['_xlfn.XLOOKUP(1,A1:A2,B1:B2)', '_xlfn.LET(_xlpm.x,1,_xlpm.x+1)', "SUM(T[Price (EUR)])", 'IF(A1="DDE(",1,2)', "SUM(A1 (A1:B2))",
     "'DDE (old)'!A1", 'HYPERLINK("#B2","There")', 'HYPERLINK("mailto:a@example.org")', '_xlfn._xlws.FILTER(A1:A9,A1:A9>1)',
     "COM.MICROSOFT.CONCAT(1,2)", 'INDIRECT("T["&A1&"]")', 'IF(A1="HYPERLINK(x",1,2)', 'LOG10 (5)'],
)  # fmt: skip
def test_formulas_that_calculate_stay(words: str) -> None:
    report = Report()
    _kind, clean = filetypes.cleaned(formula(f"={words}"), "", report)
    assert openpyxl.load_workbook(io.BytesIO(clean)).active["C3"].value == f"={words}"
    assert report.found == {}


OUTSIDE = {
    "a cell beyond the last column": '<row r="7"><c r="XFE7" t="str"><v>PlantedSecret</v></c></row>',
    "a cell of no column": '<row r="7"><c r="ZZZZ9999999" t="str"><v>PlantedSecret</v></c></row>',
    "words for a cell": '<row r="7"><c r="PLANTED SECRET" t="str"><v>PlantedSecret</v></c></row>',
    "a row beyond the last": '<row r="1048577"><c r="A1048577" t="str"><v>PlantedSecret</v></c></row>',
    "a cell of another row": '<row r="7"><c r="A8" t="str"><v>PlantedSecret</v></c></row>',
    "a cell twice": '<row r="7"><c r="A7"><v>1</v></c><c r="A7" t="str"><v>PlantedSecret</v></c></row>',
    "a cell behind its place": '<row r="7"><c r="B7"><v>1</v></c><c r="A7" t="str"><v>PlantedSecret</v></c></row>',
    "a row twice": '<row r="7"><c r="A7"><v>1</v></c></row><row r="7"><c r="B7" t="str"><v>PlantedSecret</v></c></row>',
    "a row behind its place": '<row r="7"><c r="A7"><v>1</v></c></row><row r="6"><c r="B6" t="str"><v>PlantedSecret</v></c></row>',
    "a value twice": '<row r="7"><c r="A7" t="str"><v>Shown</v><v>PlantedSecret</v></c></row>',
    "plain words beside pieces": '<row r="7"><c r="A7" t="inlineStr"><is><t>PlantedSecret</t><r><t>Shown</t></r></is></c></row>',
    "a second grid": '</sheetData><sheetData><row r="7"><c r="A7" t="str"><v>PlantedSecret</v></c></row>',
}  # fmt: skip


@pytest.mark.parametrize("where", OUTSIDE)
def test_a_sheet_holds_each_cell_once_and_none_outside(where: str) -> None:
    report = Report()
    content = cells(OUTSIDE[where])
    _kind, clean = filetypes.cleaned(content, "", report)
    assert traces_in(content, ["PlantedSecret"]) and not traces_in(clean, ["PlantedSecret"])
    assert set(report.found) <= {"unknown_parts"}
    assert openpyxl.load_workbook(io.BytesIO(clean)).active["B2"].value == "Names"


def test_cells_without_a_place_of_their_own_get_it() -> None:
    report = Report()
    rows = '<row><c r="C3"><v>1</v></c><c><v>2</v></c></row><row r="1048576"><c><v>3</v></c><c r="XFD1048576"><v>4</v></c></row>'
    _kind, clean = filetypes.cleaned(cells(rows), "", report)
    shown = openpyxl.load_workbook(io.BytesIO(clean)).active
    assert [shown[at].value for at in ("C3", "D3", "A1048576", "XFD1048576")] == [1, 2, 3, 4]
    assert report.found == {}


def validated(switches: str, kind: str = "whole") -> bytes:
    """Return an XLSX with a rule for a cell, and all its messages."""
    words = (
        'error="PlantedSecret" errorTitle="PlantedSecret" prompt="PlantedSecret" promptTitle="PlantedSecret"'
    )
    rule = f'<dataValidations><dataValidation type="{kind}" sqref="A1" {switches} {words}><formula1>1</formula1></dataValidation></dataValidations>'
    name = "xl/worksheets/sheet1.xml"
    return sheet(
        parts=lambda parts: parts.update(
            {name: parts[name].replace(b"</sheetData>", f"</sheetData>{rule}".encode())}
        )
    )


@pytest.mark.parametrize(
    ("switches", "kind", "kept"),
    [('showErrorMessage="0" showInputMessage="0"', "whole", 0), ("", "whole", 0), ('showErrorMessage="1"', "whole", 2),
     ('showInputMessage="1"', "whole", 2), ('showErrorMessage="1" showInputMessage="1"', "whole", 4), ('showErrorMessage="1"', "none", 0)],
)  # fmt: skip
def test_messages_of_rules_stay_where_they_are_shown(switches: str, kind: str, kept: int) -> None:
    report = Report()
    _kind, clean = filetypes.cleaned(validated(switches, kind), "", report)
    assert parts_of(clean)["xl/worksheets/sheet1.xml"].count(b"PlantedSecret") == kept
    assert report.found == {}


PLACES = [
    "s:row@spans",
    "s:dimension@ref",
    "s:selection@sqref",
    "s:selection@activeCell",
    "s:mergeCell@ref",
    "s:sheetView@topLeftCell",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "value", ["PLANTEDSECRET", "A1 PLANTEDSECRET", "XFE1", "A1048577", "A1:PLANTEDSECRET"]
)
def test_places_of_a_sheet_are_no_words(place: str, value: str) -> None:
    rule = sheetrules._RULES.get(place) or sheetrules._RULES[f"@{place.partition('@')[2]}"]
    assert rule(value) is None


@pytest.mark.parametrize("value", ["A1", "$A$1:XFD1048576", "A:C", "1:5", "A1 B2:C3 D:D"])
def test_places_of_a_sheet_are_known(value: str) -> None:
    assert sheetareas.known(value) == value


def test_a_table_calls_its_columns_as_the_reader_sees_them() -> None:
    def change(parts):
        name = "xl/tables/table1.xml"
        parts[name] = parts[name].replace(b'name="Names"', b'name="PlantedSecret"')

    def table(one, _book):
        one["B3"], one["C2"], one["C3"] = "Row", "Seen", 1
        one.add_table(Table(displayName="T", ref="B2:C3"))

    _kind, clean = filetypes.cleaned(sheet(table, change), "", Report())
    written = parts_of(clean)["xl/tables/table1.xml"]
    assert b"PlantedSecret" not in written and b'name="Seen"' in written and b'name="Column1"' in written
