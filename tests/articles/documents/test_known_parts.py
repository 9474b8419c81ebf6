"""What is not known of an office file does not stay, wherever it stands; what a reader sees does."""

import base64
import io
import random

import docx
import openpyxl
import pytest
from lxml import etree
from odf.opendocument import load

from articles.documents import filetypes
from articles.documents.office import values
from articles.documents.report import Report
from tests.articles.documents import office, specimens
from tests.articles.documents.office import A, R, field, hyperlink, odt, run, sheet, word
from tests.articles.documents.specimens import packed, parts_of, photo, related, traces_in, typed

SECRET = "BuriedSecret4711"
VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def cleaned(content):
    report = Report()
    return filetypes.cleaned(content, "", report)[1], report


def is_gone(content, *, words=SECRET):
    """Clean a file in which words lie; assert that no byte holds them any more, and return what is told."""
    clean, report = cleaned(content)
    assert traces_in(content, [words]) and not traces_in(clean, [words])
    return report.found


def shown_by_word(data):
    return "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)


def shown_by_excel(data):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active.rows]


def shown_by_odf(data):
    return str(load(io.BytesIO(data)).text)


def planted(content, chance, number):
    """Return a file with unknown elements, attributes, parts, comments and namespaces at random places."""
    parts = parts_of(content)
    names = sorted(name for name in parts if name.endswith((".xml", ".rels")) and b"<" in parts[name][:200])
    for name in chance.sample(names, min(len(names), 6)):
        try:
            root = etree.fromstring(parts[name])
        except etree.XMLSyntaxError:
            continue
        places = [one for one in root.iter() if isinstance(one.tag, str)]
        for place in chance.sample(places, min(len(places), 4)):
            space = etree.QName(place).namespace
            foreign = f"{{urn:{SECRET}}}"
            kind = chance.randrange(6)
            if kind == 0:
                place.set(f"{foreign}a", SECRET)
            elif kind == 1:
                place.set("made-up", SECRET)
            elif kind == 2:
                etree.SubElement(place, f"{foreign}b", c=SECRET).text = SECRET
            elif kind == 3:
                new = etree.Element(f"{{{space}}}{SECRET}" if space else SECRET)
                etree.SubElement(new, f"{foreign}t").text = SECRET
                place.insert(0, new)
            elif kind == 4:
                place.append(etree.Comment(SECRET))
            else:
                place.append(etree.ProcessingInstruction("made-up", SECRET))
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    parts[f"{SECRET}/{number}.xml"] = f"<a>{SECRET}</a>"
    parts[f"word/{SECRET}.bin"] = SECRET
    return packed(parts)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("make", "read"),
    [
        (specimens.word, shown_by_word),
        (specimens.workbook, shown_by_excel),
        (specimens.opendocument, shown_by_odf),
    ],
)
def test_what_is_not_known_goes_from_any_place_and_what_is_seen_stays(make, read, seed):
    chance = random.Random(seed)
    content = make()
    expected = read(cleaned(content)[0])
    clean, _report = cleaned(planted(content, chance, seed))
    assert not traces_in(clean, [SECRET])
    assert read(clean) == expected


def with_relation(kind, target, external=False):
    def change(parts):
        related(parts, "word/document.xml", kind, target, external)
        parts[f"word/{target}"] = SECRET

    return word(run(), change=change)


def with_external_cache(formula):
    """Return an XLSX with a cell that takes its value from another workbook, whose cells lie in a cache."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def change(parts):
        key = related(parts, "xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")
        parts["xl/externalLinks/externalLink1.xml"] = (
            f'<externalLink xmlns="{main}" {R}><externalBook r:id="rPlanted0"><sheetNames><sheetName val="{SECRET}"/>'
            f'</sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>{SECRET}</v></cell>'
            "</row></sheetData></sheetDataSet></externalBook></externalLink>"
        ).encode()
        path = f"file:///C:/Users/{SECRET}/b.xlsx"
        related(parts, "xl/externalLinks/externalLink1.xml", "externalLinkPath", path, True)
        references = f'<externalReferences xmlns:q="{specimens.IDS}"><externalReference q:id="{key}"/></externalReferences>'
        book = parts["xl/workbook.xml"].decode()
        parts["xl/workbook.xml"] = book.replace("</sheets>", f"</sheets>{references}").encode()
        cells = f'<row r="5"><c r="A5"><f>{formula}</f><v>4711</v></c></row></sheetData>'
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", cells).encode()

    return sheet(parts=change)


def test_a_cell_of_another_workbook_keeps_what_it_shows_and_nothing_else_stays():
    content = with_external_cache("[1]Sheet1!A1+1")
    assert "linked_content" in is_gone(content)
    book = openpyxl.load_workbook(io.BytesIO(cleaned(content)[0]))
    assert book.active["A5"].value == 4711 and book.active["B2"].value == "Names"
    assert b"externalLink" not in b"".join(parts_of(cleaned(content)[0]).values())


@pytest.mark.parametrize("where", [r"'\\server\share\[b.xlsx]S'!A1", "HYPERLINK(\"file:///C:/Users/ann/b\")"])  # fmt: skip
def test_a_formula_that_names_a_place_on_a_computer_becomes_its_value(where):
    clean, report = cleaned(with_external_cache(where.replace('"', "&quot;")))
    assert openpyxl.load_workbook(io.BytesIO(clean)).active["A5"].value == 4711
    assert "local_links" in report.found


def svg_with_photo():
    uri = base64.b64encode(photo()).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        f'<image width="9" height="9" xlink:href="data:image/jpeg;base64,{uri}"/></svg>'
    ).encode()


def test_a_photo_in_a_drawing_in_a_document_loses_its_position():
    def kinds_of(parts):
        typed(parts, "word/media/a.svg", "image/svg+xml")

    body = f'<w:p><w:r><w:drawing><a:blip xmlns:a="{A}" {R} r:embed="{{id}}"/></w:drawing></w:r></w:p>'
    in_word = word(body, ("image", "media/a.svg"), ("word/media/a.svg", svg_with_photo()), kinds_of)
    in_odt = office.frame("Pictures/a.svg", {"Pictures/a.svg": svg_with_photo()})
    for content in (in_word, in_odt):
        clean, _report = cleaned(content)
        (drawing,) = [each for name, each in parts_of(clean).items() if name.endswith(".svg")]
        inside = base64.b64decode(drawing.partition(b"base64,")[2].partition(b'"')[0])
        assert inside.startswith(b"\xff\xd8") and b"Exif" not in inside and not traces_in(inside)


INSTANCES = {
    "foreign element": lambda: word(f'<x:a xmlns:x="urn:x" b="{SECRET}"><x:c>{SECRET}</x:c></x:a>'),
    "foreign attribute": lambda: word(f'<w:p xmlns:x="urn:x" x:a="{SECRET}"><w:r><w:t>Shown</w:t></w:r></w:p>'),
    "alternative text of an old drawing": lambda: word(f'<w:p><w:r><w:pict><v:rect {VML} alt="{SECRET}" style="width:9pt"/></w:pict></w:r></w:p>'),
    "link of an old drawing": lambda: word(f'<w:p><w:r><w:pict><v:rect {VML} href="file:///C:/{SECRET}"/></w:pict></w:r></w:p>'),
    "title and source of an old picture": lambda: word(f'<w:p><w:r><w:pict><v:shape {VML}><v:imagedata o:title="{SECRET}" o:href="file:///{SECRET}"/></v:shape></w:pict></w:r></w:p>'),
    "packed drawing": lambda: word(f'<w:p><w:r><w:pict><v:rect {VML} o:gfxdata="{SECRET}"/></w:pict></w:r></w:p>'),
    "branch of a condition": lambda: field(f'IF 1 = 1 "Names" "{SECRET}"'),
    "name of a merge field": lambda: field(f"MERGEFIELD {SECRET}"),
    "switch of a number": lambda: field(f'PAGE \\* "{SECRET}"'),
    "field of a form": lambda: word(f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="{SECRET}"/><w:helpText w:val="{SECRET}"/></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMTEXT</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Names</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'),
    "words in the code of a field": lambda: word(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText><w:t>{SECRET}</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'),
    "words among properties": lambda: word(f"<w:p><w:pPr><w:r><w:t>{SECRET}</w:t></w:r></w:pPr><w:r><w:t>Shown</w:t></w:r></w:p>"),
    "word instead of a value": lambda: word(f'<w:p><w:pPr><w:jc w:val="{SECRET}"/></w:pPr><w:r><w:t>Shown</w:t></w:r></w:p>'),
    "name of a bookmark": lambda: word(f'<w:p><w:bookmarkStart w:id="1" w:name="{SECRET}"/><w:bookmarkEnd w:id="1"/></w:p>'),
    "unknown way to a part": lambda: with_relation("whatever", "a.bin"),
    "another's way to a part": lambda: with_relation("urn://x/image", "a.bin"),
    "list of choices that no one sees": lambda: word(f'<w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/><w:tag w:val="{SECRET}"/><w:dataBinding w:xpath="{SECRET}"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>'),
    "metafile": lambda: office.embedded("media/a.emf", office.metafile() + SECRET.encode()),
    "metafile of old Windows": lambda: office.embedded("media/a.wmf", b"\xd7\xcd\xc6\x9a" + bytes(40) + SECRET.encode()),
    "metafile in an ODT": lambda: office.frame("Pictures/a.emf", {"Pictures/a.emf": office.metafile() + SECRET.encode()}),
    "RDFa": lambda: odt(f'<text:p xmlns:xhtml="http://www.w3.org/1999/xhtml" xhtml:about="{SECRET}" xhtml:content="{SECRET}">Shown</text:p>'),
    "note of a source": lambda: odt(f'<text:p><text:bibliography-mark text:note="{SECRET}" text:author="{SECRET}" text:url="file:///{SECRET}">[1]</text:bibliography-mark></text:p>'),
    "source of a form": lambda: odt(f'<office:forms><form:form xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0" form:datasource="{SECRET}" form:command="{SECRET}"/></office:forms>'),
    "foreign element in an ODT": lambda: odt(f'<text:p>Shown<x:a xmlns:x="urn:x">{SECRET}</x:a></text:p>'),
    "object of an ODT": lambda: odt(parts={f"Object {SECRET}/content.xml": f"<x>{SECRET}</x>".encode(), f"{SECRET}/a.bin": b"a"}),
    "font of an ODT": lambda: odt(parts={f"Fonts/{SECRET}.ttf": SECRET.encode()}),
    "link to a share": lambda: hyperlink(f"\\\\host\\{SECRET}"),
    "link to a file": lambda: office.odt_link(f"file:///C:/{SECRET}"),
    "unknown element of a sheet": lambda: sheet(parts=lambda parts: parts.update({"xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"].replace(b"</worksheet>", f'<whatever a="{SECRET}"/></worksheet>'.encode())})),
    "data behind a pivot table": lambda: sheet(parts=with_pivot),
}  # fmt: skip


def with_pivot(parts):
    office.pivot(parts)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/pivotCache/b.xml"] = (
        f'<pivotCacheRecords xmlns="{main}"><r><s v="{SECRET}"/></r></pivotCacheRecords>'.encode()
    )


@pytest.mark.parametrize("name", INSTANCES)
def test_what_the_lists_do_not_know_is_gone(name):
    content = INSTANCES[name]()
    clean, _report = cleaned(content)
    assert traces_in(content, [SECRET]) and not traces_in(clean, [SECRET])


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        ("metafile", "drawings"),
        ("metafile in an ODT", "drawings"),
        ("font of an ODT", "fonts"),
        ("data behind a pivot table", "pivot_data"),
        ("link to a share", "local_links"),
    ],
)
def test_what_a_reader_would_have_seen_is_named(make, kind):
    assert kind in is_gone(INSTANCES[make]())


def test_an_old_form_shows_what_was_ticked_and_chosen():
    start = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r><w:r><w:instrText>{}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ticked = start.format("<w:checkBox><w:checked/></w:checkBox>", "FORMCHECKBOX")
    open_box = start.format('<w:checkBox><w:default w:val="0"/></w:checkBox>', "FORMCHECKBOX")
    chosen = start.format(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/><w:listEntry w:val="Yes"/></w:ddList>',
        "FORMDROPDOWN",
    )
    clean, _report = cleaned(word(f"<w:p>{ticked}{open_box}{chosen}</w:p>"))
    assert shown_by_word(clean).startswith("☒☐Yes")


def with_lists(used):
    """Return a DOCX with a list whose paragraphs begin with words, and a paragraph of it or not."""
    listed = f'<w:abstractNum w:abstractNumId="77"><w:lvl w:ilvl="0"><w:lvlText w:val="{SECRET} %1."/></w:lvl></w:abstractNum>'
    number = '<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num></w:numbering>'

    def change(parts):
        markup = parts["word/numbering.xml"].decode()
        markup = markup.replace("<w:abstractNum ", f"{listed}<w:abstractNum ", 1)
        parts["word/numbering.xml"] = markup.replace("</w:numbering>", number).encode()

    pieces = '<w:pPr><w:numPr><w:numId w:val="77"/></w:numPr></w:pPr>' if used else ""
    return word(f"<w:p>{pieces}<w:r><w:t>Shown</w:t></w:r></w:p>", change=change)


def cell(markup):
    def change(parts):
        name = "xl/worksheets/sheet1.xml"
        rows = f'<row r="7">{markup}</row></sheetData>'.encode()
        parts[name] = parts[name].replace(b"</sheetData>", rows)

    return sheet(parts=change)


def in_sheet(before, new):
    return sheet(parts=lambda parts: parts.update({"xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"].replace(before, new.encode() + before)}))  # fmt: skip


def in_styles(new):
    return sheet(parts=lambda parts: parts.update({"xl/styles.xml": parts["xl/styles.xml"].replace(b"<numFmts", new.encode() + b"<numFmts", 1) if b"<numFmts" in parts["xl/styles.xml"] else parts["xl/styles.xml"].replace(b"<fonts", new.encode() + b"<fonts", 1)}))  # fmt: skip


CHOICE = '<w:sdt><w:sdtPr>{}<w:dropDownList><w:listItem w:displayText="Yes" w:value="Yes"/><w:listItem{}/></w:dropDownList></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Yes</w:t></w:r></w:p></w:sdtContent></w:sdt>'
INDEX = (
    '<text:table-of-content text:name="t"><text:table-of-content-source><text:index-title-template>{}</text:index-title-template>'
    '<text:table-of-content-entry-template text:outline-level="1"><text:index-entry-span>{}</text:index-entry-span>'
    "</text:table-of-content-entry-template></text:table-of-content-source><text:index-body><text:index-title><text:p>{}</text:p>"
    "</text:index-title><text:p>1 Kilns</text:p></text:index-body></text:table-of-content>"
)
FIELD = (
    '<text:user-field-decls><text:user-field-decl office:value-type="string" office:string-value="{}" text:name="u"/></text:user-field-decls>'
    '<text:p>A<text:user-field-get text:name="u"{}>{}</text:user-field-get></text:p>'
)
FORMAT = (
    '<number:number-style xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N9">'
    f"<number:text>{SECRET}</number:text></number:number-style>"
)
NOT_SHOWN = {
    "a list without paragraphs": lambda: with_lists(used=False),
    "a second value of a cell": lambda: cell(f'<c r="A7" t="inlineStr"><is><t>Shown</t></is><v>{SECRET}</v></c>'),
    "words of a cell of numbers": lambda: cell(f'<c r="A7"><v>{SECRET}</v></c>'),
    "words beside a number": lambda: cell(f'<c r="A7"><v>7</v><is><t>{SECRET}</t></is></c>'),
    "reading aids of a cell": lambda: cell(f'<c r="A7" t="inlineStr"><is><t>Shown</t><rPh sb="0" eb="1"><t>{SECRET}</t></rPh></is></c>'),
    "what a choice sends": lambda: word(CHOICE.format("", f' w:displayText="No" w:value="{SECRET}"')),
    "a choice that is locked": lambda: word(CHOICE.format('<w:lock w:val="sdtContentLocked"/>', f' w:displayText="{SECRET}"')),
    "a choice that is a path": lambda: word(CHOICE.format("", f' w:displayText="C:\\Users\\{SECRET}" w:value="No"')),
    "a second body": lambda: word(change=lambda parts: parts.update({"word/document.xml": parts["word/document.xml"].replace(b"</w:document>", f"<w:body>{run(words=SECRET)}</w:body></w:document>".encode())})),
    "the template of an index's title": lambda: odt(INDEX.format(SECRET, " ", "Contents")),
    "the template of an index's entries": lambda: odt(INDEX.format("Contents", SECRET, "Contents")),
    "the words of a field's value": lambda: odt(FIELD.format(SECRET, "", "Shown")),
    "the value of a field that is not shown": lambda: odt(FIELD.format(SECRET, ' text:display="none"', "")),
    "the label of a note": lambda: odt(f'<text:p><text:note text:note-class="footnote"><text:note-citation text:label="{SECRET}">1</text:note-citation><text:note-body><text:p>Note</text:p></text:note-body></text:note></text:p>'),
    "a format that no field of an ODT has": lambda: odt(styles=FORMAT),
    "a key of an index": lambda: odt(f'<text:p>A<text:alphabetical-index-mark text:string-value="{SECRET}" text:key1="{SECRET}"/></text:p>'),
    "the description of a placeholder": lambda: odt(f'<text:p><text:placeholder text:placeholder-type="text" text:description="{SECRET}">Shown</text:placeholder></text:p>'),
    "a head of even pages": lambda: in_sheet(b"</worksheet>", f"<headerFooter><oddHeader>Shown</oddHeader><evenHeader>{SECRET}</evenHeader></headerFooter>"),
    "a format that no cell has": lambda: in_styles(f'<numFmts count="1"><numFmt numFmtId="199" formatCode="&quot;{SECRET}&quot;0"/></numFmts>'),
    "a value behind a cell of an ODT": lambda: odt(f'<table:table><table:table-row><table:table-cell office:value-type="string" office:string-value="{SECRET}"><text:p>Shown</text:p></table:table-cell></table:table-row></table:table>'),
    "words under a merged cell of an ODT": lambda: odt(f"<table:table><table:table-row><table:covered-table-cell><text:p>{SECRET}</text:p></table:covered-table-cell></table:table-row></table:table>"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_what_no_program_shows_is_gone_though_its_element_is_known(name):
    content = NOT_SHOWN[name]()
    clean, _report = cleaned(content)
    assert traces_in(content, [SECRET]) and not traces_in(clean, [SECRET])


def test_the_words_of_a_list_that_is_used_stay():
    clean, _report = cleaned(with_lists(used=True))
    assert traces_in(clean, [SECRET])


SHOWN = {
    "a choice": lambda: word(CHOICE.format("", f' w:displayText="{SECRET}" w:value="2"')),
    "a choice without other words": lambda: word(CHOICE.format("", f' w:value="{SECRET}"')),
    "the title of an index": lambda: odt(INDEX.format(SECRET, " ", SECRET)),
    "the value of a field": lambda: odt(FIELD.format(SECRET, "", SECRET)),
    "a format that a field has": lambda: odt('<text:p><text:date style:data-style-name="N9">1</text:date></text:p>', FORMAT),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_what_programs_show_stays(name):
    clean, report = cleaned(SHOWN[name]())
    assert traces_in(clean, [SECRET]) and report.found == {}


def test_words_under_a_merged_cell_are_named(told):
    row = "<w:tr><w:tc><w:tcPr><w:vMerge{}/></w:tcPr><w:p><w:r><w:t>Names</w:t></w:r></w:p></w:tc></w:tr>"
    table = "<w:tbl>" + row.format(' w:val="restart"') + "{}</w:tbl>"
    assert told(word(table.format(row.format("")))) == {"hidden_text"}
    assert told(word(table.format(row.format(' w:val="restart"')))) == set()


@pytest.mark.parametrize("kind", ["styles", "hyperlink", "header", "settings", "chart", "image2"])
def test_a_part_of_another_kind_than_its_way_says_is_gone(kind):
    def change(parts):
        key = related(parts, "word/document.xml", kind, "other.xml")
        parts["word/other.xml"] = f'<x:{SECRET} xmlns:x="urn:{SECRET}">{SECRET}</x:{SECRET}>'
        assert key

    clean = is_gone_from(word(run(), change=change))
    for name, content in clean.items():
        if name.endswith(".rels"):
            assert b"other" not in content
    docx.Document(io.BytesIO(packed(clean)))


def is_gone_from(content):
    """Return the parts of a clean file in which no byte holds the secret any more."""
    clean = cleaned(content)[0]
    assert not traces_in(clean, [SECRET])
    return parts_of(clean)


@pytest.mark.parametrize(
    "code", ["en-GB", "zh-Hant-TW", "lo-LA", "es-ES_tradnl", "x-none", "mya", "GB", "Latn"]
)
def test_codes_of_languages_are_known(code):
    assert values.language(code) == code


@pytest.mark.parametrize("code", ["en-Ann-Example", "AnnExample", "en-GB-planted", "x-ann"])
def test_what_looks_like_the_code_of_a_language_is_none(code):
    assert values.language(code) is None


ADDRESSES = ["https://{}:pw@example.org/a", "HTTPS://{}@example.org", "https:\\\\{}@example.org", "https:{}:@example.org/", "https:///{}@example.org/a"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "make", [hyperlink, office.odt_link, lambda one: field(f"HYPERLINK &quot;{one}&quot;")]
)
def test_links_keep_no_name_of_who_signs_in(make, address):
    content = make(address.format(SECRET))
    assert "credentials" in is_gone(content)
    assert b"example.org" in b"".join(parts_of(cleaned(content)[0]).values())
