"""What an ODT hides or fetches: each kind is named, and its closest harmless twin passes."""

import pytest

from articles.documents import filetypes
from articles.documents.report import Report
from tests.articles.documents.office import PHOTO, frame, odt, odt_link, quiet, section
from tests.articles.documents.specimens import parts_of, traces_in

CHART = b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
SPAN = '<text:p><text:span text:style-name="Q">Names</text:span></text:p>'


def lettered(**properties):
    """Return an ODT whose words have properties; __ in a name stands for a colon and _ for a hyphen."""
    return odt(SPAN, letters("Q", "text", **properties))


def letters(name, family, **properties):
    written = " ".join(
        f'{key.replace("__", ":").replace("_", "-")}="{value}"' for key, value in properties.items()
    )
    return f'<style:style style:name="{name}" style:family="{family}"><style:text-properties {written}/></style:style>'


def grounded(kind, name, value):
    """Return an ODT with white words in a paragraph or cell on a ground."""
    ground = f'<style:style style:name="G" style:family="{kind}"><style:{kind}-properties {name}="{value}"/></style:style>'
    body = SPAN.replace("<text:p>", '<text:p text:style-name="G">')
    if kind == "table-cell":
        body = f'<table:table><table:table-row><table:table-cell table:style-name="G">{SPAN}</table:table-cell></table:table-row></table:table>'
    return odt(body, ground + letters("Q", "text", fo__color="#ffffff"))


def boxed(fill):
    """Return an ODT with white words in a text box with a filling."""
    box = (
        f'<style:style style:name="G" style:family="graphic"><style:graphic-properties {fill}/></style:style>'
    )
    body = (
        f'<text:p><draw:frame draw:style-name="G"><draw:text-box>{SPAN}</draw:text-box></draw:frame></text:p>'
    )
    return odt(body, box + letters("Q", "text", fo__color="#ffffff"))


def inherited(colour):
    one = letters("One", "paragraph", fo__color=colour)
    two = '<style:style style:name="Two" style:family="paragraph" style:parent-style-name="One"/>'
    return odt('<text:p text:style-name="Two">Names</text:p>', one + two)


def rectangle(colour, layer):
    box = (
        '<style:style style:name="G" style:family="graphic"><style:graphic-properties draw:fill="solid" '
        f'draw:fill-color="{colour}" style:run-through="{layer}"/></style:style>'
    )
    sides = 'svg:width="4cm" svg:height="1cm" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    return odt(f'<text:p>Names<draw:rect draw:style-name="G" {sides}/></text:p>', box)


def row(visibility):
    return odt(
        f'<table:table><table:table-row table:visibility="{visibility}"><table:table-cell><text:p>Names</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )


def conditional(other):
    return odt(
        f'<text:p><text:conditional-text text:condition="a" text:string-value-if-true="Shown" '
        f'text:string-value-if-false="{other}">Shown</text:conditional-text></text:p>'
    )


def listened(inside):
    return odt(f"<text:p>Names<office:event-listeners>{inside}</office:event-listeners></text:p>")


NOTICE = '<text:notes-configuration text:note-class="footnote"><text:note-continuation-notice-forward>{}</text:note-continuation-notice-forward></text:notes-configuration>'
PAIRS = [
    ("hidden_text", lambda: quiet("none"), lambda: quiet("true")),
    ("hidden_text", lambda: odt(styles=NOTICE.format("Names")), lambda: odt(styles=NOTICE.format(" "))),
    ("hidden_text", lambda: section("none"), lambda: section("true")),
    ("hidden_text", lambda: row("collapse"), lambda: row("visible")),
    ("hidden_text", lambda: odt('<text:p><text:hidden-text text:condition="a" text:string-value="Names"/></text:p>'), lambda: odt('<text:p><text:placeholder text:placeholder-type="text">Names</text:placeholder></text:p>')),
    ("hidden_text", lambda: odt('<text:p>Shown<text:hidden-paragraph text:condition="a"/></text:p>'), lambda: odt("<text:p>Shown<text:soft-page-break/></text:p>")),
    ("hidden_text", lambda: conditional("Names"), lambda: conditional("Shown")),
    ("hidden_text", lambda: odt('<text:p><text:variable-set text:name="a" text:display="none" office:string-value="Names"/></text:p>'), lambda: odt('<text:p><text:variable-set text:name="a" office:string-value="Names">Names</text:variable-set></text:p>')),
    ("invisible_text", lambda: lettered(fo__color="#ffffff"), lambda: lettered(fo__color="#ffffff", fo__background_color="#203864")),
    ("invisible_text", lambda: lettered(fo__color="#ffffff", fo__background_color="transparent"), lambda: lettered(fo__color="#ffffff", style__use_window_font_color="true")),
    ("invisible_text", lambda: inherited("#fafafa"), lambda: inherited("#c00000")),
    ("invisible_text", lambda: grounded("paragraph", "fo:background-color", "#f2f2f2"), lambda: grounded("paragraph", "fo:background-color", "#203864")),
    ("invisible_text", lambda: grounded("table-cell", "fo:background-color", "transparent"), lambda: grounded("table-cell", "fo:background-color", "#203864")),
    ("invisible_text", lambda: boxed('draw:fill="solid" draw:fill-color="#ffffff"'), lambda: boxed('draw:fill="gradient"')),
    ("invisible_text", lambda: lettered(fo__font_size="1pt"), lambda: lettered(fo__font_size="6pt")),
    ("invisible_text", lambda: lettered(fo__font_size="5%"), lambda: lettered(fo__font_size="60%")),
    ("invisible_text", lambda: lettered(style__text_scale="1%"), lambda: lettered(style__text_scale="80%")),
    ("covered_text", lambda: lettered(fo__color="#000000", fo__background_color="#000000"), lambda: lettered(fo__color="#000000", fo__background_color="#ffff00")),
    ("covered_text", lambda: rectangle("#000000", "foreground"), lambda: rectangle("#000000", "background")),
    ("linked_pictures", lambda: frame("https://example.org/a.jpg"), lambda: frame("Pictures/a.jpg", PHOTO)),
    ("cropped_pictures", lambda: frame("Pictures/a.jpg", PHOTO, "rect(1cm, 0cm, 0cm, 0cm)"), lambda: frame("Pictures/a.jpg", PHOTO, "rect(0cm, 0cm, 0cm, 0cm)")),
    ("credentials", lambda: odt_link("https://ann:secret@example.org/a"), lambda: odt_link("mailto:ann@example.org")),
    ("local_links", lambda: odt_link("../../ann/a.odt"), lambda: odt_link("https://example.org")),
    ("linked_content", lambda: odt('<text:section text:name="S"><text:section-source xlink:href="https://example.org"/></text:section>'), lambda: odt('<text:section text:name="S"><text:p>Names</text:p></text:section>')),
    ("embedded_files", lambda: odt('<text:p><draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame></text:p>'), lambda: odt('<text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>', parts={"Object 1/content.xml": CHART})),
    ("embedded_files", lambda: odt(parts={"Object 1": b"Names"}), lambda: odt(parts={"Object 1/content.xml": CHART})),
    ("author_fields", lambda: odt("<text:p><text:author-name>Ann</text:author-name></text:p>"), lambda: odt("<text:p><text:page-number>1</text:page-number></text:p>")),
    ("scripts", lambda: listened('<script:event-listener script:language="x"/>'), lambda: listened("")),
    ("scripts", lambda: odt('<text:p>Names<text:script script:language="x">a()</text:script></text:p>'), lambda: odt("<text:p>Names a()</text:p>")),
    ("signature", lambda: odt(parts={"META-INF/documentsignatures.xml": b"<a>Ann</a>"}), lambda: odt(parts={"META-INF/notes.xml": b"<a>Ann</a>"})),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "suspect", "twin"), PAIRS)
def test_it_names_what_an_opendocument_hides_or_fetches(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


def test_what_nobody_sees_is_found_by_no_search():
    for make in (lambda: quiet("none"), lambda: lettered(fo__color="#ffffff"), lambda: section("none")):
        report = Report()
        filetypes.cleaned(make(), "", report)
        assert report.text == "A report"


def test_what_no_page_shows_is_gone():
    declared = '<text:user-field-decls><text:user-field-decl text:name="{}" office:string-value="{}"/></text:user-field-decls>'
    lost = (
        declared.format("a", "Planted") + '<text:p>Shown<text:toc-mark text:string-value="Planted"/></text:p>'
    )
    kept = filetypes.cleaned(odt(lost), "", Report())[1]
    assert traces_in(odt(lost), ["Planted"]) and not traces_in(kept, ["Planted"])
    used = (
        declared.format("a", "Names")
        + '<text:p><text:user-field-get text:name="a">Names</text:user-field-get></text:p>'
    )
    assert b'string-value="Names"' in parts_of(filetypes.cleaned(odt(used), "", Report())[1])["content.xml"]
