"""Office files made by hand for the tests of what they hide or fetch."""

import io
import struct
import warnings
import zipfile

import openpyxl
from odf import text
from odf.opendocument import OpenDocumentText

from tests.articles.documents.specimens import IDS, blank, packed, parts_of, photo, related, saved, typed

RUN = "<w:p><w:r>{}<w:t>Names</w:t></w:r></w:p>"
R = f'xmlns:r="{IDS}"'
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def word(body="", link=None, part=None, change=None):
    """Return a DOCX with XML in its body; {id} in it is the id of a link (kind, target, external)."""
    made = blank()
    made.add_paragraph("A report")
    parts = parts_of(saved(made))
    if link:
        body = body.replace("{id}", related(parts, "word/document.xml", *link))
    if part:
        name, content = part
        parts[name] = content
    at = parts["word/document.xml"].index(b"<w:body>") + len(b"<w:body>")
    parts["word/document.xml"] = (
        parts["word/document.xml"][:at] + body.encode() + parts["word/document.xml"][at:]
    )
    if change:
        change(parts)
    return packed(parts)


def picture(link, attribute="embed", inside="", part=None):
    body = (
        f'<w:p><w:r><w:drawing><a:blip xmlns:a="{A}" {R} r:{attribute}="{{id}}"/>'
        f'<a:stretch xmlns:a="{A}">{inside}</a:stretch></w:drawing></w:r></w:p>'
    )
    return word(body, link, part)


def embedded(name, content, inside=""):
    def kinds(parts):
        typed(parts, f"word/{name}", "image/x")

    body = (
        f'<w:p><w:r><w:drawing><a:blip xmlns:a="{A}" {R} r:embed="{{id}}"/>{inside}</w:drawing></w:r></w:p>'
    )
    return word(body, ("image", name), (f"word/{name}", content), kinds)


def field(code, shown="Names"):
    piece = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return word(
        f"<w:p>{piece.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{piece.format('separate')}"
        f"<w:r><w:t>{shown}</w:t></w:r>{piece.format('end')}</w:p>"
    )


def template(target):
    made = parts_of(word())
    key = related(made, "word/settings.xml", "attachedTemplate", target, True)
    element = f'<w:attachedTemplate {R} r:id="{key}"/></w:settings>'
    made["word/settings.xml"] = made["word/settings.xml"].replace(b"</w:settings>", element.encode())
    return packed(made)


def styled(vanish):
    def change(parts):
        style = f'<w:style w:type="paragraph" w:styleId="Quiet"><w:rPr>{vanish}</w:rPr></w:style></w:styles>'
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"</w:styles>", style.encode())

    return word(
        RUN.replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="Quiet"/></w:pPr>').format(""), change=change
    )


def hyperlink(target):
    return word(
        f'<w:p><w:hyperlink {R} r:id="{{id}}"><w:r><w:t>There</w:t></w:r></w:hyperlink></w:p>',
        ("hyperlink", target, True),
    )


def with_chart(workbook, inside=""):
    link = '<c:externalData r:id="rPlanted0"/>' if workbook else ""
    chart = f'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {R}>{link}{inside}</c:chartSpace>'

    def change(parts):
        parts["word/charts/chart1.xml"] = chart.encode()
        if workbook:
            related(parts, "word/charts/chart1.xml", "package", "../embeddings/book.xlsx")
            parts["word/embeddings/book.xlsx"] = packed({"a": b"Names"})

    return word(
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{WP}"><a:graphic xmlns:a="{A}"><a:graphicData uri="{CHART}">'
        f'<c:chart xmlns:c="{CHART}" {R} r:id="{{id}}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>',
        ("chart", "charts/chart1.xml"),
        change=change,
    )


def crop(left):
    return embedded("media/a.jpg", photo(), f'<a:srcRect xmlns:a="{A}" l="{left}"/>')


def metafile():
    header = bytearray(108)
    struct.pack_into("<II", header, 0, 1, 108)
    header[40:44] = b" EMF"
    return bytes(header) + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def sheet(change=lambda sheet, book: None, parts=lambda parts: None):
    """Return an XLSX with a name in B2, after changes to it and to its parts."""
    made = openpyxl.Workbook()
    made.active["B2"] = "Names"
    change(made.active, made)
    content = parts_of(saved(made))
    parts(content)
    return packed(content)


def hidden_sheet(state):
    def change(_sheet, book):
        book.create_sheet("Second").sheet_state = state

    return sheet(change)


def hidden(kind, key):
    def change(one, _book):
        (one.row_dimensions if kind == "row" else one.column_dimensions)[key].hidden = True

    return sheet(change)


def number_format(code):
    return sheet(lambda one, _book: setattr(one["B2"], "number_format", code))


def formula(words):
    return sheet(lambda one, _book: setattr(one["C3"], "value", words))


def pivot(parts):
    key = related(parts, "xl/workbook.xml", "pivotCacheDefinition", "pivotCache/a.xml")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/pivotCache/a.xml"] = f'<pivotCacheDefinition xmlns="{main}" refreshedBy="Ann"/>'.encode()
    related(parts, "xl/pivotCache/a.xml", "pivotCacheRecords", "b.xml")
    parts["xl/pivotCache/b.xml"] = f'<pivotCacheRecords xmlns="{main}"/>'.encode()
    assert key


def connected(parts):
    related(parts, "xl/workbook.xml", "connections", "connections.xml")
    parts["xl/connections.xml"] = b"<connections>https://example.org</connections>"


def other_workbook(parts):
    related(parts, "xl/workbook.xml", "externalLink", "externalLinks/a.xml")
    parts["xl/externalLinks/a.xml"] = b"<externalLink/>"
    related(parts, "xl/externalLinks/a.xml", "externalLinkPath", "file:///C:/Users/ann/b.xlsx", True)


def odt(body="", styles="", parts=()):
    """Return an ODT with XML in its text and in its automatic styles."""
    made = OpenDocumentText()
    made.text.addElement(text.P(text="A report"))
    content = parts_of(saved(made))
    names = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    markup = content["content.xml"].decode()
    for name in ("draw:drawing", "script:script", "style:style", "fo:xsl-fo-compatible", "table:table"):
        short, long = name.split(":")
        if f"xmlns:{short}=" not in markup:
            names += f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    if "xmlns:xlink=" in markup:
        names = names.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    markup = markup.replace("<office:document-content ", f"<office:document-content {names} ")
    markup = markup.replace("</office:text>", f"{body}</office:text>")
    if styles:
        markup = markup.replace(
            "<office:automatic-styles/>", f"<office:automatic-styles>{styles}</office:automatic-styles>"
        )
    content["content.xml"] = markup.encode()
    return packed(content | dict(parts))


def quiet(display):
    style = f'<style:style style:name="Q" style:family="text"><style:text-properties text:display="{display}"/></style:style>'
    return odt('<text:p><text:span text:style-name="Q">Names</text:span></text:p>', style)


def frame(href, parts=(), clip="auto"):
    style = f'<style:style style:name="C" style:family="graphic"><style:graphic-properties fo:clip="{clip}"/></style:style>'
    return odt(f'<text:p><draw:frame><draw:image xlink:href="{href}"/></draw:frame></text:p>', style, parts)


PHOTO = {"Pictures/a.jpg": photo()}


def section(display):
    return odt(f'<text:section text:name="S" text:display="{display}"><text:p>Names</text:p></text:section>')


def odt_link(target):
    return odt(f'<text:p><text:a xlink:href="{target}">There</text:a></text:p>')


def retyped(kind):
    def change(parts):
        main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(main, kind)

    return word(change=change)


def strict(parts):
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
    )


def with_entity(parts, name="word/document.xml", declared=b'<!DOCTYPE a [<!ENTITY e "x">]>'):
    head, _, body = parts[name].partition(b"?>")
    parts[name] = head + b"?>" + declared + body


def in_utf16(declared):
    def change(parts):
        markup = parts["word/document.xml"].decode().partition("?>")[2]
        parts["word/document.xml"] = f'<?xml version="1.0" encoding="UTF-16"?>{declared}{markup}'.encode(
            "utf-16"
        )

    return word(change=change)


def flagged(bit):
    """Return a DOCX with a flag on each entry of its archive; the first one says that it is encrypted."""
    content = bytearray(word())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= bit
            at = content.find(signature, at + 4)
    return bytes(content)


def appended(name):
    """Return a DOCX with one more part in its archive, which may have the name of another."""
    buffer = io.BytesIO(word())
    with zipfile.ZipFile(buffer, "a") as made, warnings.catch_warnings(action="ignore"):
        made.writestr(name, b"<other/>")
    return buffer.getvalue()


def lying_about_its_size():
    content = bytearray(word(part=("word/a.xml", bytes(30_000_000))))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.rfind(signature) if signature == b"PK\x01\x02" else content.find(b"word/a.xml") - 30
        struct.pack_into("<I", content, at + offset, 100)
    return bytes(content)


def run(properties="", words="Names"):
    """Return a paragraph of one run with properties."""
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r></w:p>"


WHITE_RUN = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
PALE = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'


def in_cell(properties="", row="", body=None, table=""):
    """Return a DOCX with a table of one cell."""
    return word(
        f"<w:tbl><w:tblPr>{table}</w:tblPr><w:tr><w:trPr>{row}</w:trPr><w:tc><w:tcPr>{properties}</w:tcPr>"
        f"{body or run(WHITE_RUN)}</w:tc></w:tr></w:tbl>"
    )


def with_styles(styles, body, replaced=()):
    """Return a DOCX with further styles, and pieces of its styles replaced."""

    def change(parts):
        content = parts["word/styles.xml"].decode().replace("</w:styles>", f"{styles}</w:styles>")
        for old, new in replaced:
            assert old in content
            content = content.replace(old, new, 1)
        parts["word/styles.xml"] = content.encode()

    return word(body, change=change)


def style(name, kind, inside, base=""):
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}">{based}{inside}</w:style>'


def table_of_style(row):
    """Return a DOCX with a table whose style lays a dark ground under its first row only; white is one row."""
    dark = f'<w:tblStylePr w:type="firstRow"><w:tcPr>{DARK}</w:tcPr></w:tblStylePr>'
    rows = "".join(
        f"<w:tr><w:tc>{run(WHITE_RUN if at == row else '', f'Row {at}')}</w:tc></w:tr>" for at in range(3)
    )
    return with_styles(
        style("Rows", "table", dark),
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Rows"/><w:tblLook w:firstRow="1"/></w:tblPr>{rows}</w:tbl>',
    )


_PAGE = '<w:background w:color="102040"/>'


def on_page(*, shown):
    """Return a DOCX with white letters on a dark page, which Word shows only if the settings say so."""

    def change(parts):
        parts["word/document.xml"] = parts["word/document.xml"].replace(
            b"<w:body>", _PAGE.encode() + b"<w:body>", 1
        )
        if shown:
            parts["word/settings.xml"] = parts["word/settings.xml"].replace(
                b"</w:settings>", b"<w:displayBackgroundShape/></w:settings>"
            )

    return word(run(WHITE_RUN), change=change)


WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def box(fill, words="", *, behind=0, wrap="wrapNone", height=300_000, hidden=""):
    """Return a paragraph with a floating box, filled or not, and words in it or not."""
    inside = f"<wps:txbx><w:txbxContent>{words}</w:txbxContent></wps:txbx>" if words else ""
    return (
        f'<w:p><w:r><w:drawing><wp:anchor xmlns:wp="{WP}" xmlns:a="{A}" xmlns:wps="{WPS}" behindDoc="{behind}">'
        f'<wp:extent cx="3000000" cy="{height}"/><wp:{wrap}/><wp:docPr id="7" name="Box"{hidden}/>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:spPr>{fill}</wps:spPr>{inside}</wps:wsp></a:graphicData></a:graphic>"
        "</wp:anchor></w:drawing></w:r></w:p>"
    )


def filled(colour):
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
