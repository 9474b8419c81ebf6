"""The time that a file takes grows with its length, whatever stands in it."""

import time
from collections.abc import Callable

import pytest

from articles.documents import filetypes
from articles.documents.report import Report
from tests.articles.documents import office
from tests.articles.documents.office import box, filled, odt, run, sheet, word
from tests.articles.documents.specimens import packed, parts_of
from tests.articles.documents.test_sheet_findings import boxed

WHITE = run('<w:color w:val="FFFFFF"/>')
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
DELETED = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>a {}</w:t></w:r></w:p>"
FRAME = "<draw:frame><draw:text-box><text:p>a</text:p></draw:text-box></draw:frame>"


def each(piece: str, count: int) -> str:
    return "".join(piece.format(number) for number in range(count))


def with_rows(count: int, before: str = "", behind: str = "", cell: str = "<v>{0}</v>") -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        rows = "".join(
            f'<row r="{at}"><c r="A{at}">{cell.format(at)}</c></row>' for at in range(3, count + 3)
        )
        markup = parts[name].decode().replace("<sheetData>", f"{before}<sheetData>")
        parts[name] = markup.replace("</sheetData>", f"{rows}</sheetData>{behind}").encode()

    return sheet(parts=change)


def with_boxes(count: int) -> bytes:
    parts = parts_of(boxed(99_999))
    name = "xl/drawings/drawing1.xml"
    markup = parts[name].decode()
    start, end = markup.index("<x:twoCellAnchor>"), markup.index("</x:wsDr>")
    anchors = "".join(markup[start:end].replace("99999<", f"{99_999 + at}<") for at in range(count))
    rows = parts_of(with_rows(count))["xl/worksheets/sheet1.xml"].decode()
    drawing = parts["xl/worksheets/sheet1.xml"].decode().partition("<drawing")[2].partition("/>")[0]
    rows = rows.replace("</worksheet>", f"<drawing{drawing}/></worksheet>")
    made = {
        name: (markup[:start] + anchors + markup[end:]).encode(),
        "xl/worksheets/sheet1.xml": rows.encode(),
    }
    return packed(parts | made)


def chained_styles(count: int) -> bytes:
    style = '<w:style w:type="paragraph" w:styleId="S{0}"><w:name w:val="Ann{0}"/></w:style>'
    return office.with_styles(
        each(style, count), each('<w:p><w:pPr><w:pStyle w:val="S{}"/></w:pPr></w:p>', count)
    )


def drawing(markup: str) -> bytes:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{markup}</svg>'
    return office.embedded("media/a.svg", svg.encode())


SHAPES: dict[str, Callable[[int], bytes]] = {
    "deleted marks": lambda n: word(each(DELETED, n)),
    "runs of one paragraph": lambda n: word("<w:p>" + WHITE[5:-6] * n + "</w:p>"),
    "boxes without filling": lambda n: word(each(box("<a:noFill/>", run(words="a{}")), n) + box(filled("204060")) * 5),
    "fields in fields": lambda n: word("<w:p>" + FIELD.format("begin") * n + FIELD.format("end") * n + "</w:p>"),
    "bookmarks": lambda n: word("<w:p>" + each('<w:bookmarkStart w:id="{0}" w:name="b{0}"/>', n) + "</w:p>"),
    "inserted words": lambda n: word("<w:p>" + '<w:ins w:id="1"><w:r><w:t>a</w:t></w:r></w:ins>' * n + "</w:p>"),
    "foreign elements": lambda n: word('<x:a xmlns:x="urn:x"/>   ' * n),
    "styles": chained_styles,
    "long description": lambda n: word(box(filled("204060"), hidden=f' descr="{":a" * n * 20}"')),
    "long code of a field": lambda n: office.field("PAGE " + "&quot;a " * n * 9),
    "notes in one paragraph of an ODT": lambda n: odt(f"<text:p>{each('<office:annotation/>words {} and more ', n)}</text:p>"),
    "authors in one paragraph of an ODT": lambda n: odt(f"<text:p>{'<text:author-name>a</text:author-name> and words ' * n}</text:p>"),
    "foreign elements of an ODT": lambda n: odt(f"<text:p>{'<x/>words and more ' * n}</text:p>"),
    "frames of an ODT": lambda n: odt(f"<text:p>{FRAME * n}</text:p>"),
    "hidden columns": lambda n: with_rows(n, before=f"<cols>{'<col min="99" max="9999" hidden="1"/>' * n}</cols>"),
    "merged cells": lambda n: with_rows(n, behind=f"<mergeCells>{each('<mergeCell ref="B{0}:C{0}"/>', n)}</mergeCells>"),
    "boxes over cells": with_boxes,
    "branches of a drawing": lambda n: drawing("<switch>" + "<path/>" * n * 20 + "</switch>"),
    "parts of a drawing that are switched off": lambda n: drawing('<g visibility="hidden"><path/>' * 200 + "<path/>" * n * 20 + "</g>" * 200),
    "quotes of a formula": lambda n: with_rows(1, cell="<f>" + '"a ' * n + "</f>"),
}  # fmt: skip


def seconds(content: bytes) -> float:
    started = time.process_time()
    filetypes.cleaned(content, "", Report())
    return time.process_time() - started


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_length_takes_no_more_than_four_times_the_time(shape: str) -> None:
    make = SHAPES[shape]
    once = max(seconds(make(300)), 0.1)  # below, other things count more
    assert seconds(make(1_200)) < 6 * once
