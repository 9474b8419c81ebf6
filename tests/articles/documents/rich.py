"""Documents with much of what people put into them, made by the usual libraries."""

import io

import docx
import openpyxl
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from odf import draw, style, table, text
from odf.opendocument import OpenDocumentText
from openpyxl.chart import (
    AreaChart,
    BarChart,
    BarChart3D,
    BubbleChart,
    DoughnutChart,
    LineChart,
    PieChart,
    RadarChart,
    Reference,
    ScatterChart,
    Series,
)
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, IconSetRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

from tests.articles.documents.specimens import IDS, photo, saved

PLAIN = (BarChart, LineChart, PieChart, AreaChart, RadarChart, DoughnutChart, BarChart3D)
CHARTS = (*PLAIN, ScatterChart, BubbleChart)


def workbook() -> bytes:
    """Return an XLSX with styles, formulas, charts, rules, names, tables and settings of the page."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Figures 2006"
    for row in [("Year", "Women", "Share"), (2004, 10, 0.5), (2005, 30, 0.25), (2006, 12, 0.1)]:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFFFF", name="Arial", size=12)
        cell.fill = PatternFill("solid", fgColor="FF203864")
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
        cell.border = Border(bottom=Side(style="medium", color="FF000000"))
    sheet["C2"].number_format, sheet["B2"].number_format = "0.0%", '#,##0 "women"'
    sheet["A6"], sheet["B6"] = "=SUM(B2:B4)", '=IF(total>3,"many","few")'
    made.defined_names.add(DefinedName("total", attr_text="'Figures 2006'!$B$2"))
    sheet.merge_cells("A8:C8")
    sheet["A8"], sheet["A11"], sheet["A12"] = "A merged title", "Site", "There"
    sheet["A11"].hyperlink, sheet["A12"].hyperlink = "https://example.org/a", "#Second!A1"
    _add_charts(sheet)
    _add_rules(sheet)
    sheet.add_image(Image(io.BytesIO(photo())), "A20")
    second = made.create_sheet("Second")
    for row in [("Name", "N"), ("a", 1), ("b", 2)]:
        second.append(row)
    looks = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    second.add_table(Table(displayName="Cases", ref="A1:B3", tableStyleInfo=looks))
    second["D1"] = "=SUM(Cases[N])"
    sheet.oddHeader.center.text, sheet.print_title_rows, sheet.print_area = "Page &P of &N", "1:1", "A1:D12"
    sheet.freeze_panes, sheet.auto_filter.ref = "B2", "A1:C4"
    sheet.column_dimensions["A"].width, sheet.row_dimensions[1].height = 22, 30
    sheet.sheet_properties.tabColor, sheet.page_setup.orientation = "FF00AA00", "landscape"
    return saved(made)


def _add_charts(sheet):
    years = Reference(sheet, min_col=1, min_row=2, max_row=4)
    for number, kind in enumerate(CHARTS):
        chart = kind()
        if kind in PLAIN:
            chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=4), titles_from_data=True)
            chart.set_categories(years)
        else:
            women = Reference(sheet, min_col=2, min_row=2, max_row=4)
            chart.series.append(Series(women, xvalues=years, zvalues=women, title="Women"))
        chart.title = "Cases"
        sheet.add_chart(chart, f"F{20 * number + 1}")


def _add_rules(sheet):
    add = sheet.conditional_formatting.add
    add(
        "B2:B4",
        ColorScaleRule(start_type="min", start_color="FFAA0000", end_type="max", end_color="FF00AA00"),
    )
    add("C2:C4", DataBarRule("min", None, "max", None, color="FF638EC6"))
    add("C2:C4", IconSetRule("3TrafficLights1", "percent", [0, 33, 67]))
    add("D2:D4", CellIsRule("greaterThan", ["0.2"], fill=PatternFill(bgColor="FFFFC7CE")))
    choice = DataValidation(
        type="list", formula1='"Yes,No"', prompt="Choose one", promptTitle="Answer", showInputMessage=True
    )
    choice.add("A10")
    sheet.add_data_validation(choice)


def word() -> bytes:
    """Return a DOCX with styles, lists, a table, a picture, a link, a head and a foot with the page's number."""
    made = docx.Document()
    made.add_heading("A title", 0)
    made.add_heading("One", 1)
    paragraph = made.add_paragraph("Plain ")
    for words in ("bold", " red", "2", "marked"):
        paragraph.add_run(words)
    bold, red, raised, marked = paragraph.runs[1:]
    bold.bold = True
    red.font.color.rgb, red.font.size, red.font.name = RGBColor(0xC0, 0, 0), Pt(14), "Arial"
    raised.font.superscript = True
    marked.font.highlight_color, marked.underline = WD_COLOR_INDEX.YELLOW, WD_UNDERLINE.WAVY
    looks = paragraph.paragraph_format
    looks.alignment, looks.left_indent, looks.line_spacing = WD_ALIGN_PARAGRAPH.JUSTIFY, Cm(1), 1.5
    for number in range(3):
        made.add_paragraph(f"Item {number}", style="List Number")
        made.add_paragraph(f"Dot {number}", style="List Bullet")
    made.add_paragraph("Quoted", style="Intense Quote")
    cells = made.add_table(3, 3, style="Light Grid Accent 1")
    for number, cell in enumerate(cells._cells):
        cell.text = f"Cell {number}"
    cells.cell(1, 0).merge(cells.cell(1, 2))
    made.add_picture(io.BytesIO(photo()), width=Cm(5))
    made.sections[0].header.paragraphs[0].text = "The head"
    _number(made.sections[0].footer.paragraphs[0])
    wide = made.add_section(WD_SECTION.NEW_PAGE)
    wide.orientation = WD_ORIENT.LANDSCAPE
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), made.part.relate_to("https://example.org/x", f"{IDS}/hyperlink", is_external=True))
    linked = made.add_paragraph()
    link.append(linked.add_run("A link")._r)
    linked._p.append(link)
    return saved(made)


def _number(paragraph):
    """Put the number of the page into a paragraph."""
    for step, words in (("begin", ""), ("", " PAGE "), ("separate", ""), ("", "1"), ("end", "")):
        element = OxmlElement("w:fldChar" if step else "w:instrText" if "P" in words else "w:t")
        if step:
            element.set(qn("w:fldCharType"), step)
        element.text = words
        paragraph.add_run()._r.append(element)


def opendocument() -> bytes:
    """Return an ODT with styles, a list, a table and a picture."""
    made = OpenDocumentText()
    red = style.Style(name="T1", family="text")
    red.addElement(style.TextProperties(color="#c00000", fontweight="bold", fontsize="14pt"))
    middle = style.Style(name="P1", family="paragraph")
    middle.addElement(style.ParagraphProperties(textalign="center", marginleft="1cm", breakbefore="page"))
    wide = style.Style(name="Table1.A", family="table-column")
    wide.addElement(style.TableColumnProperties(columnwidth="5cm"))
    for one in (red, middle, wide):
        made.automaticstyles.addElement(one)
    made.text.addElement(text.H(outlinelevel=1, text="A title"))
    paragraph = text.P(stylename=middle, text="Plain ")
    paragraph.addElement(text.Span(stylename=red, text="red"))
    paragraph.addText(" and ")
    paragraph.addElement(text.A(href="https://example.org/x", text="a link"))
    paragraph.addElement(text.LineBreak())
    paragraph.addElement(text.Tab())
    made.text.addElement(paragraph)
    listed = text.List()
    for number in range(3):
        item = text.ListItem()
        item.addElement(text.P(text=f"Item {number}"))
        listed.addElement(item)
    made.text.addElement(listed)
    cells = table.Table(name="Table1")
    cells.addElement(table.TableColumn(stylename=wide, numbercolumnsrepeated=2))
    row = table.TableRow()
    for number in range(2):
        cell = table.TableCell(valuetype="string")
        cell.addElement(text.P(text=f"Cell {number}"))
        row.addElement(cell)
    cells.addElement(row)
    made.text.addElement(cells)
    pictured = text.P()
    frame = draw.Frame(width="5cm", height="3cm", anchortype="as-char")
    frame.addElement(draw.Image(href=made.addPicture("a.jpg", "image/jpeg", photo())))
    pictured.addElement(frame)
    made.text.addElement(pictured)
    return saved(made)
