"""What a DOCX hides or fetches: each kind is named, and its closest harmless twin passes."""

import io
import re

import docx
import pytest

from articles.documents import filetypes
from articles.documents.report import Report
from tests.articles.documents.office import (
    DARK,
    PALE,
    RUN,
    WHITE_RUN,
    R,
    box,
    crop,
    embedded,
    field,
    filled,
    hyperlink,
    in_cell,
    metafile,
    on_page,
    picture,
    run,
    style,
    styled,
    table_of_style,
    template,
    with_chart,
    with_styles,
    word,
)
from tests.articles.documents.specimens import W, packed, parts_of, photo, related, traces_in, typed

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
IN_STYLE = '<w:p><w:pPr><w:pStyle w:val="Two"/></w:pPr><w:r><w:t>Names</w:t></w:r></w:p>'
OBJECT = "<w:p><w:r><w:object>{}</w:object></w:r></w:p>"
OLE = f'<o:OLEObject xmlns:o="o" {R} r:id="{{id}}"/>'
SHOWN = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata {R} r:id="{{id}}"/></v:shape>'
CONTROL = f'<w:control {R} r:id="{{id}}"/>'
LIST = "<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"


def based(letters):
    """Return a DOCX whose words have a style that is based on one with a property."""
    styles = style("One", "paragraph", f"<w:rPr>{letters}</w:rPr>") + style("Two", "paragraph", "", "One")
    return with_styles(styles, IN_STYLE)


def of_character(letters):
    return with_styles(style("Two", "character", f"<w:rPr>{letters}</w:rPr>"), run('<w:rStyle w:val="Two"/>'))


def by_default(size):
    defaults = '<w:sz w:val="22"/>'
    return with_styles("", RUN.format(""), [(defaults, f'<w:sz w:val="{size}"/>')])


def shown_object():
    def change(parts):
        typed(parts, "word/media/a.jpg", "image/jpeg")

    return word(OBJECT.format(SHOWN), ("image", "media/a.jpg"), ("word/media/a.jpg", photo()), change)


MATHS = (
    '<w:p><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><w:rPr>{}</w:rPr><m:t>Names</m:t></m:r></m:oMath></w:p>"
)


def indented(left):
    return word(f'<w:p><w:pPr><w:ind w:left="{left}"/></w:pPr><w:r><w:t>Names</w:t></w:r></w:p>')


def spaced(rule):
    return word(
        f'<w:p><w:pPr><w:spacing w:line="20" w:lineRule="{rule}"/></w:pPr><w:r><w:t>Names</w:t></w:r></w:p>'
    )


FILTERED = '<c15:filteredBarSeries xmlns:c15="c15"><c:ser><c:tx><c:v>Names</c:v></c:tx></c:ser></c15:filteredBarSeries>'


def with_font(kind):
    """Return a DOCX whose list of fonts leads to another part."""

    def change(parts):
        related(parts, "word/fontTable.xml", kind, "fonts/font1.odttf")
        parts["word/fonts/font1.odttf"] = b"Names"

    return word(run(), change=change)


def versions(other):
    """Return a DOCX with words for programs that know a kind of drawing, and others for those that do not."""
    return word(
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps">{run(words="Shown")}</mc:Choice><mc:Fallback>{run(words=other)}</mc:Fallback>'
        "</mc:AlternateContent>"
    )


PAIRS = [
    ("hidden_text", lambda: word(run("<w:vanish/>")), lambda: word(run('<w:vanish w:val="0"/>'))),
    ("hidden_text", lambda: styled("<w:vanish/>"), lambda: styled("<w:b/>")),
    ("hidden_text", lambda: based("<w:vanish/>"), lambda: based("<w:b/>")),
    ("unknown_parts", lambda: versions("Names"), lambda: versions("Shown")),
    ("hidden_text", lambda: with_chart(workbook=False, inside=FILTERED), lambda: with_chart(workbook=False)),
    ("hidden_drawings", lambda: word(box(filled("4472C4"), hidden=' hidden="1"')), lambda: word(box(filled("4472C4"), hidden=' hidden="0"'))),
    ("hidden_text", lambda: in_cell(body=run(), row="<w:hidden/>"), lambda: in_cell(body=run(), row='<w:hidden w:val="0"/>')),
    ("invisible_text", lambda: word(run(WHITE_RUN)), lambda: word(run(WHITE_RUN + DARK))),
    ("invisible_text", lambda: word(run('<w:color w:val="FDFDFD"/>' + PALE)), lambda: word(run('<w:color w:val="auto"/>' + PALE))),
    ("invisible_text", lambda: word(run('<w:color w:val="FFFFFF"/><w:shd w:val="pct10" w:color="auto" w:fill="auto"/>')), lambda: word(run('<w:color w:val="FFFFFF"/><w:shd w:val="pct80" w:color="auto" w:fill="auto"/>'))),
    ("invisible_text", lambda: word(run('<w:color w:val="000000" w:themeColor="background1" w:themeShade="F2"/>')), lambda: word(run('<w:color w:val="FFFFFF" w:themeColor="text1" w:themeTint="A6"/>'))),
    ("invisible_text", lambda: word(run(f'<w:color w:val="1F3864"/>{DARK}')), lambda: word(run('<w:color w:val="1F3864"/>' + PALE))),
    ("invisible_text", lambda: word(run('<w:color w:val="FFFFFF"/><w:highlight w:val="none"/>')), lambda: word(run('<w:color w:val="FFFFFF"/><w:highlight w:val="darkBlue"/>'))),
    ("invisible_text", lambda: based(WHITE_RUN), lambda: based(WHITE_RUN + DARK)),
    ("invisible_text", lambda: of_character(WHITE_RUN), lambda: of_character('<w:color w:val="C00000"/>')),
    ("invisible_text", lambda: in_cell(PALE), lambda: in_cell(DARK)),
    ("invisible_text", lambda: in_cell(table=PALE), lambda: in_cell(table=DARK)),
    ("invisible_text", lambda: table_of_style(1), lambda: table_of_style(0)),
    ("invisible_text", lambda: on_page(shown=False), lambda: on_page(shown=True)),
    ("invisible_text", lambda: word(box(filled("FFFFFF"), run(WHITE_RUN), wrap="wrapSquare")), lambda: word(box(filled("204060"), run(WHITE_RUN)))),
    ("invisible_text", lambda: word(box("<a:noFill/>", run(WHITE_RUN))), lambda: word(box("<a:noFill/>", run(WHITE_RUN)) + box(filled("204060")))),
    ("invisible_text", lambda: word(run(f"<w14:textFill {W14}><w14:noFill/></w14:textFill>")), lambda: word(run(f"<w14:textFill {W14}><w14:solidFill><w14:srgbClr w14:val='C00000'/></w14:solidFill></w14:textFill>"))),
    ("invisible_text", lambda: word(run('<w:sz w:val="1"/>')), lambda: word(run('<w:sz w:val="10"/>'))),
    ("invisible_text", lambda: word(run('<w:sz w:val="40"/><w:szCs w:val="2"/>', "ຊື່ຂອງນາງ")), lambda: word(run('<w:sz w:val="2"/><w:szCs w:val="40"/>', "ຊື່ຂອງນາງ"))),
    ("invisible_text", lambda: by_default(2), lambda: by_default(16)),
    ("invisible_text", lambda: word(run('<w:w w:val="1"/>')), lambda: word(run('<w:w w:val="80"/>'))),
    ("invisible_text", lambda: spaced("exact"), lambda: spaced("atLeast")),
    ("invisible_text", lambda: in_cell(body=run(), row='<w:trHeight w:val="10" w:hRule="exact"/>'), lambda: in_cell(body=run(), row='<w:trHeight w:val="10" w:hRule="atLeast"/>')),
    ("outside_text", lambda: indented(-30_000), lambda: indented(-700)),
    ("hidden_text", lambda: word(MATHS.format("<w:vanish/>")), lambda: word(MATHS.format("<w:b/>"))),
    ("covered_text", lambda: word(run('<w:highlight w:val="black"/>')), lambda: word(run('<w:highlight w:val="yellow"/>'))),
    ("covered_text", lambda: word(run('<w:color w:val="000000"/><w:highlight w:val="black"/>')), lambda: word(run('<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>'))),
    ("covered_text", lambda: word(run() + box(filled("000000"))), lambda: word(run() + box(filled("000000"), behind=1))),
    ("covered_text", lambda: word(run() + box(filled("FFFFFF"))), lambda: word(run() + box(filled("4472C4"), height=9_000))),
    ("remote_template", lambda: template("https://example.org/a.dotm"), lambda: template("file:///C:/a.dotm")),
    ("linked_pictures", lambda: picture(("image", "https://example.org/a.png", True), "link"), lambda: embedded("media/a.jpg", photo())),
    ("linked_pictures", lambda: field("INCLUDEPICTURE https://example.org/a.png"), lambda: field("PAGE")),
    ("linked_content", lambda: field("DDEAUTO cmd /k"), lambda: field("DATE")),
    ("linked_content", lambda: word(f'<w:subDoc {R} r:id="{{id}}"/>', ("subDocument", "b.docx", True)), lambda: hyperlink("https://example.org/b.docx")),
    ("author_fields", lambda: field("AUTHOR"), lambda: field("TOC")),
    ("author_fields", lambda: word('<w:p><w:fldSimple w:instr=" FILENAME \\p "><w:r><w:t>a</w:t></w:r></w:fldSimple></w:p>'), lambda: word('<w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>')),
    ("credentials", lambda: hyperlink("https://ann:secret@example.org/"), lambda: hyperlink("https://example.org/@ann")),
    ("credentials", lambda: field('HYPERLINK "https://ann@example.org/"'), lambda: field('HYPERLINK "mailto:ann@example.org"')),
    ("local_links", lambda: hyperlink("file:///C:/Users/ann/a.doc"), lambda: hyperlink("https://example.org/a.doc")),
    ("local_links", lambda: field('HYPERLINK "C:\\Users\\ann\\a.doc"'), lambda: field('HYPERLINK "https://example.org"')),
    ("embedded_files", lambda: word(OBJECT.format(OLE), ("oleObject", "embeddings/a.bin"), ("word/embeddings/a.bin", b"Names")), shown_object),
    ("embedded_files", lambda: word(f'<w:altChunk {R} r:id="{{id}}"/>', ("aFChunk", "a.html"), ("word/a.html", b"Names")), lambda: word(run())),
    ("controls", lambda: word(OBJECT.format(CONTROL), ("control", "activeX/a.xml"), ("word/activeX/a.xml", b"<a/>")), lambda: word(LIST.format(run()))),
    ("media", lambda: word("", ("video", "media/a.mp4"), ("word/media/a.mp4", b"Names")), lambda: hyperlink("https://example.org/a.mp4")),
    ("chart_data", lambda: with_chart(workbook=True), lambda: with_chart(workbook=False)),
    ("cropped_pictures", lambda: crop(2500), lambda: crop(0)),
    ("drawings", lambda: embedded("media/a.emf", metafile()), lambda: embedded("media/a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')),
    ("fonts", lambda: with_font("font"), lambda: with_font("glossaryDocument")),
    ("signature", lambda: word(part=("_xmlsignatures/sig1.xml", b"<a>Ann</a>")), lambda: embedded("media/signature.jpg", photo())),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "suspect", "twin"), PAIRS)
def test_it_names_what_a_word_document_hides_or_fetches(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


@pytest.mark.parametrize("properties", ["<w:vanish/>", WHITE_RUN, '<w:sz w:val="2"/>'])
def test_what_nobody_sees_is_found_by_no_search(properties):
    report = Report()
    filetypes.cleaned(word(run(words="Open words") + run(properties)), "", report)
    assert report.text == "Open words\nA report"
    assert list(report.found.values()) == [[{"words": "Names"}]]


def test_what_no_page_shows_is_gone():
    """Notes, pictures and headers that were deleted or switched off, entries of an index, records of sources."""
    made = parts_of(word())
    marks = "<w:p><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:t>Shown</w:t></w:r></w:p>"
    deleted = "<w:p><w:del w:id='9' w:author='a'><w:r><w:footnoteReference w:id='3'/></w:r></w:del></w:p>"
    coded = (
        parts_of(field('XE "Buried"', ""))["word/document.xml"]
        .partition(b"<w:body>")[2]
        .partition(b"</w:p>")[0]
    )
    source = parts_of(field("ADDIN ZOTERO_ITEM Buried", "Shown"))["word/document.xml"]
    source = source.partition(b"<w:body>")[2].partition(b"</w:p>")[0]
    first = related(made, "word/document.xml", "header", "header1.xml")
    related(made, "word/document.xml", "image", "media/lost.jpg")
    related(made, "word/document.xml", "footnotes", "footnotes.xml")
    made["word/media/lost.jpg"] = photo()
    names = f'xmlns:w="{W}"'
    made["word/header1.xml"] = f"<w:hdr {names}>{run(words='Buried')}</w:hdr>".encode()
    notes = [(-1, "w:type='separator'", "Shown"), (2, "", "Shown"), (3, "", "Buried")]
    each = "".join(
        f"<w:footnote w:id='{key}' {kind}>{run(words=words)}</w:footnote>" for key, kind, words in notes
    )
    made["word/footnotes.xml"] = f"<w:footnotes {names}>{each}</w:footnotes>".encode()
    head, _, rest = made["word/document.xml"].partition(b"<w:body>")
    body = (marks + deleted).encode() + coded + b"</w:p>" + source + b"</w:p>"
    reference = f'<w:headerReference {R} w:type="first" r:id="{first}"/>'.encode()
    made["word/document.xml"] = (
        head + b"<w:body>" + body + re.sub(rb"(<w:sectPr[^>]*>)", rb"\1" + reference, rest)
    )
    kept = filetypes.cleaned(packed(made), "", Report())[1]
    assert traces_in(packed(made), ["Buried"]) and not traces_in(kept, ["Buried"])
    assert "word/media/lost.jpg" not in parts_of(kept)
    assert parts_of(kept)["word/footnotes.xml"].count(b"Shown") == 2
    assert [one.text for one in docx.Document(io.BytesIO(kept)).paragraphs][:1] == ["Shown"]
    shown = packed(
        made
        | {"word/document.xml": made["word/document.xml"].replace(reference, reference + b"<w:titlePg/>")}
    )
    assert traces_in(filetypes.cleaned(shown, "", Report())[1], ["Buried"])


def test_what_programs_noted_of_words_is_gone_and_the_words_stay():
    noted = (
        '<w:p><w:smartTag w:element="Buried" w:uri="x"><w:smartTagPr><w:attr w:name="a" w:val="Buried"/></w:smartTagPr>'
        '<w:r><w:t>Kept</w:t></w:r></w:smartTag></w:p><w:customXml w:element="Buried"><w:p><w:r><w:t>words</w:t></w:r>'
        '</w:p></w:customXml><w:sdt><w:sdtPr><w:alias w:val="Buried"/><w:tag w:val="Buried"/></w:sdtPr><w:sdtContent>'
        "<w:p><w:r><w:t>here</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    report = Report()
    kept = filetypes.cleaned(word(noted), "", report)[1]
    assert traces_in(word(noted), ["Buried"]) and not traces_in(kept, ["Buried"])
    assert report.text == "Kept\nwords\nhere\nA report" and not report.found


@pytest.mark.parametrize(
    "body",
    [
        '<w:p><w:fldSimple w:instr=" FILENAME \\p "><w:r><w:t>C:\\Users\\ann\\Cases.docx</w:t></w:r></w:fldSimple></w:p>',
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FILENAME \\p </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>C:\\Users\\ann\\</w:t></w:r><w:r><w:t>Cases.docx</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    ],
)
def test_it_quotes_what_a_field_shows_of_a_person_or_a_computer(body):
    report = Report()
    filetypes.cleaned(word(body), "", report)
    assert report.found == {"author_fields": [{"words": "C:\\Users\\ann\\Cases.docx"}]}
