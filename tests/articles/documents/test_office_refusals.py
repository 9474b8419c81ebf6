"""Which office files are refused, and the closest harmless twin of each, which passes."""

import pytest

from articles.documents.office import archive
from tests.articles.documents.office import (
    COMPOUND,
    appended,
    embedded,
    flagged,
    in_utf16,
    lying_about_its_size,
    odt,
    retyped,
    run,
    sheet,
    strict,
    template,
    with_entity,
    word,
)
from tests.articles.documents.specimens import W, encoded, packed, painted, parts_of, related

WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml."
MACROS = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
ODF = b"application/vnd.oasis.opendocument."
PNG = encoded(painted(9, 9), "PNG")
ENTITY = '<!DOCTYPE w:document [<!ENTITY e "x">]>'


def led_to(kind):
    return sheet(parts=lambda parts: related(parts, "xl/workbook.xml", kind, "a.xml"))


def in_body(markup):
    return word(change=lambda parts: parts.update({"word/document.xml": markup}))


def numbered(count):
    return packed(parts_of(word()) | {f"a/{number}": b"" for number in range(count)})


PAIRS = [
    ("macros", lambda: retyped(b"application/vnd.ms-word.document.macroEnabled.main+xml"), lambda: retyped(WORD + b"document.main+xml")),
    ("macros", lambda: word(part=("word/vbaProject.bin", COMPOUND)), lambda: word(part=("word/vbaProject.xml", b"<a/>"))),
    ("macros", lambda: odt(parts={"Basic/Standard/Module1.xml": b"<a/>"}), lambda: odt(parts={"Basic/script-lc.xml": b"<a/>"})),
    ("macros", lambda: odt(parts={"Scripts/python/a.py": b"print()"}), lambda: odt(parts={"Scripts/python/a.py": b""})),
    ("macros", lambda: led_to(MACROS), lambda: led_to("worksheet")),
    ("template", lambda: retyped(WORD + b"template.main+xml"), lambda: template("Normal.dotx")),
    ("template", lambda: odt(parts={"mimetype": ODF + b"text-template"}), lambda: odt(parts={"mimetype": ODF + b"text"})),
    ("not_text", lambda: odt(parts={"mimetype": ODF + b"presentation"}), lambda: odt(parts={"mimetype": ODF + b"text\n"})),
    ("not_text", lambda: packed({"a.txt": b"Names"}), lambda: word(part=("a.txt", b"Names"))),
    ("strict", lambda: word(change=strict), word),
    ("password", lambda: flagged(1), lambda: flagged(2)),
    ("password", lambda: odt(parts={"META-INF/manifest.xml": b"<a><manifest:encryption-data/></a>"}), lambda: odt(parts={"META-INF/manifest.xml": b"<a><b/></a>"})),
    ("old_office", lambda: COMPOUND + bytes(600), lambda: word(part=("word/a.bin", COMPOUND + bytes(600)))),
    ("entities", lambda: word(change=with_entity), lambda: word(run(words="&amp; &#233;"))),
    ("entities", lambda: in_utf16(ENTITY), lambda: in_utf16("<!-- no more than a comment -->")),
    ("entities", lambda: word(change=lambda parts: with_entity(parts, "word/styles.xml", b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd">')), lambda: word(run(words="&lt;!DOCTYPE a SYSTEM>"))),
    ("picture", lambda: embedded("media/a.heic", b"....ftypheic"), lambda: embedded("media/a.heic", PNG)),
    ("picture", lambda: embedded("media/a.png", PNG[:16]), lambda: embedded("media/a.png", PNG)),
    ("damaged", lambda: word()[:-200], lambda: word() + bytes(200)),
    ("damaged", lambda: appended("word/document.xml"), lambda: appended("word/document2.xml")),
    ("damaged", lambda: word(part=("word/../../a.xml", b"<a/>")), lambda: word(part=("word/a..b/a.xml", b"<a/>"))),
    ("damaged", lambda: in_body(b'<w:document xmlns:w="w">'), lambda: in_body(f"<w:document xmlns:w=\"{W}\"/>".encode())),
    ("damaged", lying_about_its_size, lambda: word(part=("word/a.xml", bytes(100)))),
    ("bomb", lambda: word(part=("word/a.bin", bytes(30_000_000))), lambda: word(part=("word/a.bin", bytes(900_000)))),
    ("bomb", lambda: word(part=("word/a.xml", b"<a>" * 20_000_000)), lambda: word(part=("word/a.xml", b"<a>" * 200_000))),
    ("bomb", lambda: numbered(archive.MOST_ENTRIES + 1), lambda: numbered(1_000)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "suspect", "twin"), PAIRS)
def test_it_refuses_what_can_not_be_cleaned(told, code, suspect, twin):
    assert told(suspect()) == code
    assert told(twin()) == set()
