"""What an editor reads of a finding: the words with their blanks, and where they stand, in plain words."""

import io

import openpyxl
import pytest

from articles import documents
from articles.documents import messages
from articles.documents.report import Report

from .office import odt, run, word
from .test_pdf_findings import one_page


def sentences(content, name="file"):
    return [finding.message for finding in documents.clean(io.BytesIO(content), filename=name).findings]


def test_words_in_a_pdf_have_their_blanks_and_their_page():
    page = one_page(
        b"0 g BT /F 12 Tf 20 200 Td (Open words) Tj 3 Tr 0 -40 Td (The name of) Tj 0 -20 Td (the witness) Tj ET"
    )
    (told,) = sentences(page)
    assert told.endswith("(page 1: “The name of the witness”)")


def test_words_in_a_pdf_have_their_blanks_however_narrow() -> None:
    """A narrow blank, a kerned gap, a word a line, and a line as high as its letters."""
    narrow = b"0 g BT 3 Tr /F 12 Tf -2.6 Tw 20 200 Td (The name) Tj ET BT 3 Tr /F 12 Tf 0 Tw 20 100 Td [(of) -400 (the)] TJ "
    lines = b"12 TL (a) ' (b) ' (witness is) ' (here) ' ET"
    (told,) = sentences(one_page(narrow + lines))
    assert told.endswith("(page 1: “The name of the a b witness is here”)")


def test_rows_columns_and_cells_are_called_so():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Figures 2006"
    for at in ("A1", "C3", "B5", "A7"):
        sheet[at] = f"Case {at}"
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet["A7"].number_format = ";;;"
    made = io.BytesIO()
    book.save(made)
    told = " ".join(sentences(made.getvalue()))
    for place in ("Figures 2006, row 5", "Figures 2006, column C", "Figures 2006, cell A7"):
        assert place in told


def test_the_row_of_a_formula_is_told():
    (told,) = sentences(b"Case,Note\n1,two\n2,=HYPERLINK(1)\n", "cases.csv")
    assert told.endswith("(row 3: “=HYPERLINK(1)”)")


def test_words_that_are_cut_say_so():
    long = "The witness lives at 14 River Street in Vientiane, with her aunt and two children " * 3
    (told,) = sentences(word(run("<w:vanish/>", long)))
    assert "with her aunt and two children The witness" in told
    assert told.endswith("…”)")


@pytest.mark.parametrize("count", [Report.MOST, Report.MOST + 1, Report.MOST + 5])
def test_places_that_are_not_told_are_not_silent(count):
    report = Report()
    for number in range(1, count + 1):
        report.add("marks", page=number)
    told = messages.finding("marks", report.found["marks"]).message
    assert told.count("page ") == Report.MOST
    assert told.endswith("; …)") is (count > Report.MOST)


def hidden_runs(*pieces):
    """Return a paragraph of hidden runs, as Word writes them when somebody has typed with pauses."""
    return "<w:p>" + "".join(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space='preserve'>{one}</w:t></w:r>" for one in pieces) + "</w:p>"  # fmt: skip


def test_hidden_words_of_a_text_are_told_whole_however_they_were_typed():
    (told,) = sentences(word(hidden_runs("The name", " of the ", "wit", "ness") + run(words="is not told")))
    assert told.endswith("(“The name of the witness”)")
    span = '<text:span text:style-name="Q">{}</text:span>'
    quiet = '<style:style style:name="Q" style:family="text"><style:text-properties text:display="none"/></style:style>'
    body = (
        f"<text:p>{span.format('The name')}<text:s/>{span.format('of the wit')}{span.format('ness')}</text:p>"
    )
    (told,) = sentences(odt(body, quiet))
    assert told.endswith("(“The name of the witness”)")


def test_the_page_is_told_where_the_program_has_counted_pages():
    page = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>A page</w:t></w:r></w:p>"
    (told,) = sentences(word(page + page + hidden_runs("The witness") + page))
    assert told.endswith("(page 3: “The witness”)")
    style = '<style:style style:name="Q" style:family="text"><style:text-properties text:display="none"/></style:style>'
    body = '<text:p>One<text:soft-page-break/>two</text:p><text:p><text:span text:style-name="Q">The witness</text:span></text:p>'
    (told,) = sentences(odt(body, style))
    assert told.endswith("(page 2: “The witness”)")
