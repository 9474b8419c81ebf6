"""What people make stays as it was: each element and each value of what a reader sees."""

import io
import zipfile
from collections import Counter

import docx
import openpyxl
import pytest
from lxml import etree

from articles.documents import filetypes
from articles.documents.report import DocumentError, Report
from tests.articles.documents import rich, specimens
from tests.articles.documents.office import WP, WPS, A, R, word
from tests.articles.documents.specimens import IDS, packed, parts_of, related

# Parts of the files that nobody sees.
UNSEEN = (
    "docProps",
    "meta",
    "settings",
    "META-INF",
    "[Content",
    "word/stylesWith",
    "word/fontTable",
    "customXml",
    "word/web",
    "_rels",
)
# What goes from the others, by name: numbers of sessions, names that nobody sees, settings of the program.
GONE = [
    "rsid",
    "rsids",
    "rsidRoot",
    "rsidR",
    "rsidRPr",
    "rsidSect",
    "nsid",
    "tmpl",
    "docId",
    "proofState",
    "shapeDefaults",
    "shapedefaults",
    "shapelayout",
    "idmap",
    "latentStyles",
    "lsdException",
    "defaultImageDpi",
    "doNotAutoCompressPictures",
    "savePreviewPicture",
    "allowPNG",
    "doNotSaveAsSingleFile",
    "Ignorable",
    "workbookProtection",
    "count",
    "codeName",
]
RENAMED = {
    "display-name",
    "name",
    "styleId",
    "id",
    "embed",
    "href",
    "val",
    "style-name",
}  # names of things that others refer to


def pieces(data):
    """Return how often each element, and each attribute with its value, stands in a file."""
    found = Counter()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml") and not name.startswith(UNSEEN):
                for element in etree.fromstring(archive.read(name)).iter("{*}*"):
                    local = etree.QName(element).localname
                    found[local, "", ""] += 1
                    for key, value in element.attrib.items():
                        found[local, etree.QName(key).localname, value] += 1
    return found


@pytest.mark.parametrize("make", [rich.word, rich.workbook, rich.opendocument])
def test_nothing_of_what_is_seen_is_lost(make):
    report = Report()
    given = make()
    clean = filetypes.cleaned(given, "", report)[1]
    lost = pieces(given) - pieces(clean)
    seen = {
        (element, name, value)
        for element, name, value in lost
        if element not in GONE and name not in GONE and not (name in RENAMED and not is_plain(element, value))
    }
    assert seen == set()
    assert report.found == {}


def is_plain(element, value):
    """Return whether a value that may be a name says how something looks."""
    refers = {"basedOn", "link", "next", "pStyle", "rStyle", "tblStyle"}
    return element not in refers and value.lower() in {"single", "center", "auto", "clear", "nil", "0", "1"}


def test_programs_read_the_same_cells_charts_and_settings():
    given, clean = (openpyxl.load_workbook(io.BytesIO(one)) for one in (rich.workbook(), filetypes.cleaned(rich.workbook(), "", Report())[1]))  # fmt: skip
    for before, after in zip(given.worksheets, clean.worksheets, strict=True):
        assert [[one.value for one in row] for row in before.rows] == [
            [one.value for one in row] for row in after.rows
        ]
        assert [[one.style_id for one in row] for row in before.rows] == [
            [one.style_id for one in row] for row in after.rows
        ]
        assert before.merged_cells.ranges == after.merged_cells.ranges
        assert before.freeze_panes == after.freeze_panes and before.print_area == after.print_area
        assert before.tables.keys() == after.tables.keys()
        assert [type(one) for one in before._charts] == [type(one) for one in after._charts]
        assert len(before._images) == len(after._images)
    assert clean["Figures 2006"]["A11"].hyperlink.target == "https://example.org/a"
    assert clean["Figures 2006"]._charts[0].series[0].val.numRef.f == "'Figures 2006'!$B$2:$B$4"


def test_programs_read_the_same_paragraphs_and_styles():
    given, clean = (docx.Document(io.BytesIO(one)) for one in (rich.word(), filetypes.cleaned(rich.word(), "", Report())[1]))  # fmt: skip

    def told(made):
        return [
            [(one.text, one.style.name) for one in made.paragraphs],
            [[run.font.bold, run.font.name, run.font.size, run.underline] for run in made.paragraphs[2].runs],
            [cell.text for cell in made.tables[0]._cells],
            made.tables[0].style.name,
            [(one.orientation, one.page_width, one.header.paragraphs[0].text) for one in made.sections],
            len(made.inline_shapes),
        ]

    assert told(given) == told(clean)
    assert b" PAGE " in parts_of(filetypes.cleaned(rich.word(), "", Report())[1])["word/footer1.xml"]


MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def test_a_text_box_an_equation_and_a_watermark_stay():
    box = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="{WPS}">'
        f'<mc:Choice Requires="wps"><w:drawing><wp:inline xmlns:wp="{WP}"><wp:extent cx="900000" cy="900000"/><wp:docPr id="3" name="Box"/>'
        f'<a:graphic xmlns:a="{A}"><a:graphicData uri="{WPS}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:prstGeom prst="roundRect"/>'
        "</wps:spPr><wps:txbx><w:txbxContent><w:p><w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    maths = f'<w:p><m:oMathPara xmlns:m="{MATHS}"><m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath></m:oMathPara></w:p>'
    mark = (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="_x0000_s1" type="#_x0000_t136" style="position:absolute;'
        'width:400pt;height:100pt;rotation:315" fillcolor="silver" stroked="f"><v:textpath style="font-family:&quot;Arial&quot;" string="DRAFT"/>'
        "</v:shape></w:pict></w:r></w:p>"
    )
    report = Report()
    clean = parts_of(filetypes.cleaned(word(box + maths + mark), "", report)[1])["word/document.xml"].decode()
    for kept in (
        "Boxed",
        'prst="roundRect"',
        "<m:den>",
        'string="DRAFT"',
        "rotation:315",
        'fillcolor="silver"',
    ):
        assert kept in clean
    assert report.found == {}


def test_a_chart_in_a_text_shows_the_same_without_the_workbook_behind_it():
    series = (
        '<c:ser><c:idx val="0"/><c:tx><c:strRef><c:f>[PlantedPath.xlsx]S!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>Women</c:v></c:pt>'
        '</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:f>S!$A$2</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>2006</c:v></c:pt></c:strCache></c:strRef></c:cat>'
        '<c:val><c:numRef><c:f>S!$B$2</c:f><c:numCache><c:formatCode>0.0</c:formatCode><c:ptCount val="1"/><c:pt idx="0"><c:v>17</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>'
    )
    chart = f'<c:chartSpace xmlns:c="{CHART}"><c:chart><c:plotArea><c:barChart><c:barDir val="col"/>{series}</c:barChart></c:plotArea></c:chart></c:chartSpace>'
    body = (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{WP}"><a:graphic xmlns:a="{A}"><a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" {R} r:id="{{id}}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    made = parts_of(
        filetypes.cleaned(word(body, ("chart", "charts/a.xml"), ("word/charts/a.xml", chart)), "", Report())[
            1
        ]
    )
    root = etree.fromstring(made["word/charts/chart1.xml"])
    names = {"c": CHART}
    assert root.xpath("string(//c:ser/c:tx/c:v)", namespaces=names) == "Women"
    assert root.xpath("string(//c:cat/c:strLit/c:pt/c:v)", namespaces=names) == "2006"
    assert root.xpath("string(//c:val/c:numLit/c:pt/c:v)", namespaces=names) == "17"
    assert root.xpath("string(//c:val/c:numLit/c:formatCode)", namespaces=names) == "0.0"
    assert b"PlantedPath" not in made["word/charts/chart1.xml"]


def test_foot_notes_and_contents_with_links_to_their_places_stay():
    made = parts_of(word('<w:p><w:hyperlink w:anchor="_Toc1"><w:r><w:t>Kilns</w:t></w:r></w:hyperlink></w:p><w:p><w:bookmarkStart w:id="1" w:name="_Toc1"/><w:r><w:t>Kilns</w:t></w:r><w:bookmarkEnd w:id="1"/><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'))  # fmt: skip
    related(made, "word/document.xml", "footnotes", "footnotes.xml")
    note = '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t>A source</w:t></w:r></w:p></w:footnote></w:footnotes>'
    report = Report()
    clean = parts_of(filetypes.cleaned(packed(made | {"word/footnotes.xml": note}), "", report)[1])
    body = etree.fromstring(clean["word/document.xml"])
    (anchor,), (name,) = body.xpath("//@*[local-name()='anchor']"), body.xpath("//*[local-name()='bookmarkStart']/@*[local-name()='name']")  # fmt: skip
    assert anchor == name and "A source" in report.text
    assert IDS.encode() + b"/footnotes" in clean["word/_rels/document.xml.rels"]


# Where words may stand: what is shown, read aloud or calculated, and fonts.
WORDS = [
    "t",
    "v",
    "f",
    "p",
    "h",
    "a",
    "span",
    "desc",
    "descr",
    "formula",
    "formula1",
    "definedName",
    "prompt",
    "promptTitle",
    "oddHeader",
    "oddFooter",
    "formatCode",
    "typeface",
    "ascii",
    "hAnsi",
    "cs",
    "eastAsia",
    "font-name",
    "font-name-asian",
    "font-name-complex",
    "font-family",
    "num-prefix",
    "num-suffix",
    "name",
    "val",
    "page-number",
    "separator",
]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("make", [rich.word, rich.workbook, rich.opendocument])
def test_words_stay_only_where_words_are_shown(make, number):
    parts = parts_of(make())
    for name in [one for one in parts if one.endswith(".xml") and not one.startswith(UNSEEN)]:
        root, planted, seen = etree.fromstring(parts[name]), {}, set()
        for element in root.iter("{*}*"):
            for key in [None, *element.attrib]:
                if (element.tag, key) in seen:
                    continue
                seen.add((element.tag, key))
                if len(seen) % 3 != number:
                    continue
                word = f"Buried{len(planted):04}Secret"
                planted[word] = etree.QName(key or element.tag).localname, etree.QName(element.tag).localname
                if key is None:
                    element.text = word
                else:
                    element.set(key, word)
        try:
            clean = filetypes.cleaned(packed(parts | {name: etree.tostring(root)}), "", Report())[1]
        except (DocumentError, ValueError):
            continue  # refused, in words or as damaged: nothing of it is public
        kept = b"".join(parts_of(clean).values())
        stayed = {planted[word] for word in planted if word.encode() in kept}
        assert {one for one in stayed if one[0] not in WORDS} == set()
        assert {one for one in stayed if one[0] in {"name", "val"}} <= NAMED


# Names that stay: of fonts, and of columns, which their cells show.
NAMED = {
    ("val", "mathFont"),
    ("name", "font-face"),
    ("name", "font"),
    ("val", "name"),
    ("name", "tableColumn"),
}


@pytest.mark.parametrize(
    "make", [rich.word, rich.workbook, rich.opendocument, specimens.word, specimens.opendocument]
)
def test_a_clean_file_is_clean(make):
    once = filetypes.cleaned(make(), "", Report())[1]
    report = Report()
    assert filetypes.cleaned(once, "", report)[1] == once
    assert report.found == {}
