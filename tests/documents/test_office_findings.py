"""What DOCX, XLSX, ODT and CSV hide or fetch: each kind is named or refused, and its harmless twin passes."""

import io
import struct
import zipfile

import docx
import openpyxl
import pytest
from odf import text
from odf.opendocument import OpenDocumentText

from articles.documents import archive
from tests.documents.specimens import IDS, packed, parts_of, photo, related, saved, typed

RUN = "<w:p><w:r>{}<w:t>Names</w:t></w:r></w:p>"
R = f'xmlns:r="{IDS}"'
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def word(body="", link=None, part=None, change=None):
    """Return a DOCX with XML in its body; {id} in it is the id of a link (kind, target, external)."""
    made = docx.Document()
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


def with_chart(workbook):
    link = '<c:externalData r:id="rPlanted0"/>' if workbook else ""
    chart = f'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {R}>{link}</c:chartSpace>'

    def change(parts):
        parts["word/charts/chart1.xml"] = chart.encode()
        if workbook:
            related(parts, "word/charts/chart1.xml", "package", "../embeddings/book.xlsx")
            parts["word/embeddings/book.xlsx"] = packed({"a": b"Names"})

    return word(
        f'<w:p><w:r><c:chart xmlns:c="c" {R} r:id="{{id}}"/></w:r></w:p>',
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


@pytest.mark.parametrize(
    ("kind", "suspect", "twin"),
    [
        ("hidden_text", lambda: word(RUN.format("<w:rPr><w:vanish/></w:rPr>")), lambda: word(RUN.format('<w:rPr><w:vanish w:val="0"/></w:rPr>'))),
        ("hidden_text", lambda: styled("<w:vanish/>"), lambda: styled("<w:b/>")),
        ("remote_template", lambda: template("https://example.org/a.dotm"), lambda: template("file:///C:/a.dotm")),
        ("linked_pictures", lambda: picture(("image", "https://example.org/a.png", True), "link"), lambda: embedded("media/a.jpg", photo())),
        ("linked_pictures", lambda: field("INCLUDEPICTURE https://example.org/a.png"), lambda: field("PAGE")),
        ("linked_content", lambda: field("DDEAUTO cmd /k"), lambda: field("DATE")),
        ("linked_content", lambda: word(f'<w:subDoc {R} r:id="{{id}}"/>', ("subDocument", "b.docx", True)), word),
        ("author_fields", lambda: field("AUTHOR"), lambda: field("TOC")),
        ("author_fields", lambda: word('<w:p><w:fldSimple w:instr=" FILENAME \\p "><w:r><w:t>a</w:t></w:r></w:fldSimple></w:p>'), lambda: word('<w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>')),
        ("local_links", lambda: hyperlink("file:///C:/Users/ann/a.doc"), lambda: hyperlink("https://example.org/a.doc")),
        ("local_links", lambda: field('HYPERLINK "C:\\Users\\ann\\a.doc"'), lambda: field('HYPERLINK "https://example.org"')),
        ("embedded_files", lambda: word(f'<w:p><w:r><w:object><o:OLEObject xmlns:o="o" {R} r:id="{{id}}"/></w:object></w:r></w:p>', ("oleObject", "embeddings/a.bin"), ("word/embeddings/a.bin", b"Names")), word),
        ("embedded_files", lambda: word(f'<w:altChunk {R} r:id="{{id}}"/>', ("aFChunk", "a.html"), ("word/a.html", b"Names")), word),
        ("controls", lambda: word(f'<w:p><w:r><w:object><w:control {R} r:id="{{id}}"/></w:object></w:r></w:p>', ("control", "activeX/a.xml"), ("word/activeX/a.xml", b"<a/>")), word),
        ("media", lambda: word("", ("video", "media/a.mp4"), ("word/media/a.mp4", b"Names")), word),
        ("chart_data", lambda: with_chart(workbook=True), lambda: with_chart(workbook=False)),
        ("cropped_pictures", lambda: crop(2500), lambda: crop(0)),
        ("drawings", lambda: embedded("media/a.emf", metafile()), lambda: embedded("media/a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')),
        ("signature", lambda: word(part=("_xmlsignatures/sig1.xml", b"<a>Ann</a>")), word),
    ],
)  # fmt: skip
def test_it_names_what_a_word_document_hides_or_fetches(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


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


@pytest.mark.parametrize(
    ("kind", "suspect", "twin"),
    [
        ("hidden_sheets", lambda: hidden_sheet("hidden"), lambda: hidden_sheet("visible")),
        ("hidden_sheets", lambda: hidden_sheet("veryHidden"), lambda: hidden_sheet("visible")),
        ("hidden_rows", lambda: hidden("row", 2), lambda: hidden("row", 9)),
        ("hidden_columns", lambda: hidden("column", "B"), lambda: hidden("column", "Z")),
        ("hidden_text", lambda: number_format(";;;"), lambda: number_format("0;-0;;@")),
        ("remote_functions", lambda: formula('=WEBSERVICE("https://example.org")'), lambda: formula("=SUM(A1:A2)")),
        ("pivot_data", lambda: sheet(parts=pivot), sheet),
        ("linked_content", lambda: sheet(parts=connected), sheet),
        ("linked_content", lambda: sheet(parts=other_workbook), sheet),
    ],
)  # fmt: skip
def test_it_names_what_a_workbook_hides_or_fetches(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


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


@pytest.mark.parametrize(
    ("kind", "suspect", "twin"),
    [
        ("hidden_text", lambda: quiet("none"), lambda: quiet("true")),
        ("hidden_text", lambda: section("none"), lambda: section("true")),
        ("linked_pictures", lambda: frame("https://example.org/a.jpg"), lambda: frame("Pictures/a.jpg", PHOTO)),
        ("cropped_pictures", lambda: frame("Pictures/a.jpg", PHOTO, "rect(1cm, 0cm, 0cm, 0cm)"), lambda: frame("Pictures/a.jpg", PHOTO, "rect(0cm, 0cm, 0cm, 0cm)")),
        ("local_links", lambda: odt_link("../../ann/a.odt"), lambda: odt_link("https://example.org")),
        ("linked_content", lambda: odt('<text:section text:name="S"><text:section-source xlink:href="https://example.org"/></text:section>'), odt),
        ("embedded_files", lambda: odt('<text:p><draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame></text:p>'), odt),
        ("embedded_files", lambda: odt(parts={"Object 1": b"Names"}), odt),
        ("author_fields", lambda: odt("<text:p><text:author-name>Ann</text:author-name></text:p>"), lambda: odt("<text:p><text:page-number>1</text:page-number></text:p>")),
        ("scripts", lambda: odt('<text:p><office:event-listeners><script:event-listener script:language="x"/></office:event-listeners></text:p>'), odt),
        ("signature", lambda: odt(parts={"META-INF/documentsignatures.xml": b"<a>Ann</a>"}), odt),
    ],
)  # fmt: skip
def test_it_names_what_an_opendocument_hides_or_fetches(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


def test_it_names_formulas_in_a_table(told):
    for cell in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd"):
        assert told(f"a,b\n1,{cell}\n".encode()) == {"formulas"}
    assert told(b"a,b\n-1,+4.5\n-3 %,-1e5\n") == set()


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


def in_utf16(parts):
    markup = parts["word/document.xml"].decode().partition("?>")[2]
    declared = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w:document [<!ENTITY e "x">]>{markup}'
    parts["word/document.xml"] = declared.encode("utf-16")


def encrypted_zip():
    content = bytearray(word())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


def doubled():
    buffer = io.BytesIO(word())
    with zipfile.ZipFile(buffer, "a") as made, pytest.warns(UserWarning):
        made.writestr("word/document.xml", b"<other/>")
    return buffer.getvalue()


def lying_about_its_size():
    content = bytearray(word(part=("word/a.xml", bytes(30_000_000))))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.rfind(signature) if signature == b"PK\x01\x02" else content.find(b"word/a.xml") - 30
        struct.pack_into("<I", content, at + offset, 100)
    return bytes(content)


@pytest.mark.parametrize(
    ("code", "suspect"),
    [
        ("macros", lambda: retyped(b"application/vnd.ms-word.document.macroEnabled.main+xml")),
        ("macros", lambda: word(part=("word/vbaProject.bin", COMPOUND))),
        ("macros", lambda: odt(parts={"Basic/Standard/Module1.xml": b"<a/>"})),
        ("macros", lambda: odt(parts={"Scripts/python/a.py": b"print()"})),
        ("macros", lambda: sheet(parts=lambda parts: related(parts, "xl/workbook.xml", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet", "a.xml"))),
        ("template", lambda: retyped(b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml")),
        ("template", lambda: odt(parts={"mimetype": b"application/vnd.oasis.opendocument.text-template"})),
        ("not_text", lambda: odt(parts={"mimetype": b"application/vnd.oasis.opendocument.presentation"})),
        ("not_text", lambda: packed({"a.txt": b"Names"})),
        ("strict", lambda: word(change=strict)),
        ("password", encrypted_zip),
        ("password", lambda: odt(parts={"META-INF/manifest.xml": b"<a><manifest:encryption-data/></a>"})),
        ("old_office", lambda: COMPOUND + bytes(600)),
        ("entities", lambda: word(change=with_entity)),
        ("entities", lambda: word(change=in_utf16)),
        ("entities", lambda: word(change=lambda parts: with_entity(parts, "word/styles.xml", b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd">'))),
        ("picture", lambda: embedded("media/a.heic", b"....ftypheic")),
        ("picture", lambda: embedded("media/a.png", b"\x89PNG\r\n\x1a\n....")),
        ("damaged", lambda: word()[:-200]),
        ("damaged", doubled),
        ("damaged", lambda: word(part=("word/../../a.xml", b"<a/>"))),
        ("damaged", lambda: word(change=lambda parts: parts.update({"word/document.xml": b"<w:document"}))),
        ("bomb", lambda: word(part=("word/a.bin", bytes(30_000_000)))),
        ("bomb", lambda: word(part=("word/a.xml", b"<a>" * 20_000_000))),
        ("bomb", lambda: packed({f"{number}": b"" for number in range(archive.MOST_ENTRIES + 1)})),
        ("damaged", lying_about_its_size),
    ],
)  # fmt: skip
def test_it_refuses_what_can_not_be_cleaned(told, code, suspect):
    assert told(suspect()) == code


def test_their_harmless_twins_pass(told):
    assert told(odt(parts={"Basic/script-lc.xml": b"<a/>"})) == set()
    assert told(word(part=("word/a.bin", bytes(900_000)))) == set()
    assert told(packed(parts_of(word()) | {f"a/{number}": b"" for number in range(1_000)})) == set()
