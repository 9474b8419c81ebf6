"""Who made an office file, and where on whose computer, stands nowhere in the clean one."""

import io

import docx
import openpyxl
import pytest
from docx.shared import Pt
from openpyxl.styles import NamedStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from articles.documents import filetypes
from articles.documents.office import values
from articles.documents.report import Report
from tests.articles.documents import office
from tests.articles.documents.office import R, odt, odt_link, sheet, word
from tests.articles.documents.specimens import packed, parts_of, photo, related, saved, traces_in

USER = "planted.user"
PATHS = [
    f"Macintosh HD:Users:{USER}:Desktop:shelter.png", f"Users:{USER}:Desktop:shelter", f"/Users/{USER}/Desktop/shelter",
    f"/home/{USER}/shelter", f"~/{USER}/shelter", f"C:\\Users\\{USER}\\shelter", f"c:/users/{USER}/shelter",
    f"\\\\office\\{USER}\\shelter", f"file:///Users/{USER}/shelter", f"/Volumes/{USER}/shelter",
    f"smb://office/{USER}/shelter", f"see /media/{USER}/stick/shelter", f"../{USER}/shelter", f"{USER} shelter.jpg",
    f"Documents and Settings\\{USER}\\shelter", f"/run/user/1000/{USER}",
]  # fmt: skip
DESCRIPTIONS = [
    "The door of the shelter", "Work/home balance, 2019/2020", "Women and/or children", "A map: home, school, market",
    "Ratio 1:2:3", "Open 8:30-17:00 (Mon/Tue)", "The U.N. report of 2006.", "Documents: what to bring",
]  # fmt: skip


def cleaned(content):
    return filetypes.cleaned(content, "", Report())[1]


def is_gone(content, *words):
    """Assert that words lie in a file, and in no byte of the clean one."""
    for one in words:
        assert one in traces_in(content, [one])
    clean = cleaned(content)
    assert traces_in(clean, list(words)) == set()
    return clean


@pytest.mark.parametrize("path", PATHS)
def test_a_path_of_any_system_is_told_from_a_description(path):
    assert values.human(path) is None


@pytest.mark.parametrize("words", DESCRIPTIONS)
def test_a_description_is_no_path(words):
    assert values.human(words) == words


def pictured(change=lambda markup: markup):
    """Return a DOCX with a photo, its markup changed."""
    made = docx.Document()
    made.add_picture(io.BytesIO(photo()), width=Pt(100))
    parts = parts_of(saved(made))
    parts["word/document.xml"] = change(parts["word/document.xml"].decode()).encode()
    return packed(parts)


def test_a_picture_of_a_mac_loses_its_path_and_lists_and_styles_lose_their_numbers():
    """As shared/cases/word-picture-mac-path-in-alt.docx."""
    described = f'descr="Macintosh HD:Users:{USER}:Desktop:shelter.png"'
    content = pictured(lambda markup: markup.replace("<wp:docPr ", f"<wp:docPr {described} ").replace("<pic:cNvPr ", f"<pic:cNvPr {described} "))  # fmt: skip
    parts = parts_of(content)
    styles = parts["word/styles.xml"].replace(b"</w:style>", b'<w:rsid w:val="00C0FFEE"/></w:style>', 1)
    lists = b'<w:abstractNum w:abstractNumId="99"><w:nsid w:val="0BADCAFE"/><w:tmpl w:val="0DEFACED"/></w:abstractNum>'
    numbering = parts["word/numbering.xml"].replace(b"<w:abstractNum ", lists + b"<w:abstractNum ", 1)
    content = packed(parts | {"word/styles.xml": styles, "word/numbering.xml": numbering})
    clean = is_gone(content, USER, "00C0FFEE", "0BADCAFE", "0DEFACED")
    assert len(docx.Document(io.BytesIO(clean)).inline_shapes) == 1


def test_what_describes_a_picture_to_the_blind_stays():
    content = pictured(
        lambda markup: markup.replace("<wp:docPr ", '<wp:docPr descr="The door of the shelter" ')
    )
    assert b"The door of the shelter" in parts_of(cleaned(content))["word/document.xml"]


def titled_picture():
    return pictured(lambda markup: markup.replace("<wp:docPr ", f'<wp:docPr title="/home/{USER}/a" ').replace('name="', f'name="{USER}.'))  # fmt: skip


def own_styles():
    """Return a DOCX whose styles and lists bear the name of a person."""
    made = docx.Document()
    made.styles.add_style(f"{USER} quote", 1).font.bold = True
    made.add_paragraph("Shown", style=f"{USER} quote")
    return saved(made)


def tooltip():
    link = f'<w:p><w:hyperlink {R} r:id="{{id}}" w:tooltip="C:\\Users\\{USER}\\a"><w:r><w:t>There</w:t></w:r></w:hyperlink></w:p>'
    return word(link, ("hyperlink", "https://example.org", True))


def numbered_paragraphs():
    """Return a DOCX with the ids that newer Words give to paragraphs and lists."""
    names = (
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
        'xmlns:w16cid="http://schemas.microsoft.com/office/word/2016/wordml/cid" '
        'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    )
    ids = f'w14:paraId="{USER}" w14:textId="{USER}" w:rsidR="{USER}" w16cid:durableId="{USER}" w15:collapsed="{USER}"'
    return word(f"<w:p {names} {ids}><w:r><w:t>Shown</w:t></w:r></w:p>")


def custom_xml():
    def change(parts):
        related(parts, "word/document.xml", "customXml", f"../customXml/{USER}.xml")
        parts[f"customXml/{USER}.xml"] = f"<a>{USER}</a>"
        parts["customXml/_rels/item1.xml.rels"] = (
            f"<Relationships><Relationship Target='{USER}'/></Relationships>"
        )

    return word(change=change)


def of_form():
    text = f'<w:sdt><w:sdtPr><w:placeholder><w:docPart w:val="{USER}"/></w:placeholder><w:dataBinding w:storeItemID="{USER}"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Shown</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    return word(text)


def book(change):
    """Return an XLSX after a change by its library."""
    made = openpyxl.Workbook()
    made.active["A1"] = "Shown"
    change(made, made.active)
    return saved(made)


def named_area(made, _one):
    made.defined_names.add(DefinedName(f"{USER}_area", attr_text="Sheet!$A$1", comment=USER))


def own_cells(_made, one):
    one["A1"].style = NamedStyle(name=f"{USER} cells")


def prompted(_made, one):
    rule = DataValidation(type="whole", prompt=f"/home/{USER}/a", promptTitle="See", error=f"C:\\{USER}\\a")
    rule.add("A1")
    one.add_data_validation(rule)


def linked(_made, one):
    one["A1"].hyperlink = "https://example.org"
    one["A1"].hyperlink.tooltip = f"\\\\host\\{USER}"
    one["A1"].hyperlink.display = f"/Users/{USER}/a"


def headed(_made, one):
    one.oddHeader.left.text = f"/Users/{USER}/a"


def sheet_parts():
    def change(parts):
        name = "xl/worksheets/sheet1.xml"
        related(parts, name, "printerSettings", f"../printerSettings/{USER}.bin")
        parts[f"xl/printerSettings/{USER}.bin"] = USER.encode("utf-16-le")
        markup = parts[name].decode().replace("<sheetPr>", f'<sheetPr codeName="{USER}">')
        parts[name] = markup.replace("</worksheet>", f'<pageSetup r:id="rPlanted0" xmlns:r="x"/><protectedRanges><protectedRange name="{USER}"/></protectedRanges></worksheet>').encode()  # fmt: skip

    return sheet(parts=change)


def odt_frame():
    body = f'<text:p><draw:frame draw:name="{USER}"><draw:image xlink:href="Pictures/{USER}.jpg"/><svg:desc xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0">/home/{USER}/a</svg:desc></draw:frame></text:p>'
    return odt(body, parts={f"Pictures/{USER}.jpg": photo()})


def odt_names():
    style = f'<style:style style:name="{USER}" style:display-name="{USER}" style:family="paragraph"/><text:list-style style:name="{USER}list"/>'
    body = f'<text:section text:name="{USER}"><text:p text:style-name="{USER}"><text:bookmark text:name="{USER}"/>Shown</text:p></text:section><table:table table:name="{USER}"/><text:list xml:id="{USER}" text:style-name="{USER}list"/>'
    return odt(body, style)


def odt_settings():
    config = f'<config xmlns="c"><item>{USER}</item></config>'.encode()
    return odt(
        parts={"settings.xml": config, "meta.xml": f"<m>{USER}</m>".encode(), "Configurations2/a.xml": config}
    )


DOCUMENTS = {
    "name and title of a picture": titled_picture,
    "styles of a person": own_styles,
    "what a link shows under the mouse": tooltip,
    "ids of paragraphs": numbered_paragraphs,
    "custom XML": custom_xml,
    "ways of a form to its data": of_form,
    "target of a link": lambda: office.hyperlink(f"file:///home/{USER}/a.docx"),
    "template": lambda: office.template(f"file:///Users/{USER}/a.dotx"),
    "name of an area": lambda: book(named_area),
    "styles of cells": lambda: book(own_cells),
    "hints of a cell": lambda: book(prompted),
    "hints of a link": lambda: book(linked),
    "head of a printed sheet": lambda: book(headed),
    "printer and code names": sheet_parts,
    "frame of an ODT": odt_frame,
    "names in an ODT": odt_names,
    "settings of an ODT": odt_settings,
    "link of an ODT": lambda: odt_link(f"../{USER}/a.odt"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_byte_names_its_maker(name):
    content = DOCUMENTS[name]()
    assert USER in traces_in(content, [USER])
    assert traces_in(cleaned(content), [USER]) == set()
