"""Documents as offices make them: who wrote them, when, what they deleted and where they took the pictures."""

import contextlib
import io
import random
import re
import zipfile
import zlib
from functools import cache

import docx
import openpyxl
import pikepdf
from docx.shared import Pt
from odf import dc, draw, meta, text
from odf.opendocument import OpenDocumentText
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage

from tests.planted import MARKS, PLANTED, XMP, encoded, exif_with_thumbnail, painted

SECRETS = [
    "PlantedAuthor", "PlantedCompany", "PlantedComment", "PlantedDeleted", "PlantedRevision",
    "PlantedPrinter", "PlantedPath", "PlantedReviewer", "PlantedTemplate", "PlantedCustom", *PLANTED,
]  # fmt: skip
RSID = "00A11CE5"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(thing):
    """Return the bytes that a thing writes of itself."""
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


@cache
def _without_tables():
    made = docx.Document()
    styles = made.styles.element
    for one in styles.xpath("w:style[@w:type='table'][not(@w:default)]"):
        styles.remove(one)
    return saved(made)


def blank():
    """Return an empty DOCX without the 99 styles of tables in which its library's template has nine tenths of its elements.

    test_makers.py cleans that template whole.
    """
    return docx.Document(io.BytesIO(_without_tables()))


def photo(size=(240, 160)):
    """Return a JPEG with everything that a camera writes into it."""
    return encoded(painted(*size), "JPEG", exif=exif_with_thumbnail(), xmp=XMP, comment=b"PlantedComment4711")


def parts_of(data):
    """Return {name: bytes} of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts):
    """Return the archive of {name: bytes or text}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"PlantedPath archive"
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return buffer.getvalue()


def related(parts, source, kind, target, external=False):
    """Add a relationship to a part, and return its id."""
    folder, _, name = source.rpartition("/")
    path = f"{folder}/_rels/{name}.rels".lstrip("/")
    empty = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    content = parts.get(path, empty.encode()).decode()
    key = f"rPlanted{content.count('<Relationship ')}"
    kind = kind if "://" in kind else f"{IDS}/{kind}"
    mode = ' TargetMode="External"' if external else ""
    one = f'<Relationship Id="{key}" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    parts[path] = content.replace("</Relationships>", one).encode()
    return key


def typed(parts, name, kind):
    """Say in the list of types what a part is."""
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override.encode())


def _app(parts):
    parts["docProps/app.xml"] = (
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        b"<Company>PlantedCompany</Company><Manager>PlantedAuthor</Manager><Pages>3</Pages>"
        b"<Template>PlantedTemplate.dotm</Template><TotalTime>4711</TotalTime></Properties>"
    )


_TRACKED = (
    f'<w:p w:rsidR="{RSID}" w14:paraId="1A2B3C4D">'
    "<w:r><w:t xml:space='preserve'>Kept </w:t></w:r>"
    '<w:ins w:id="90" w:author="PlantedReviewer" w:date="2026-01-01T00:00:00Z"><w:r><w:t>added</w:t></w:r></w:ins>'
    '<w:del w:id="91" w:author="PlantedReviewer" w:date="2026-01-01T00:00:00Z">'
    "<w:r><w:delText>PlantedDeleted</w:delText></w:r></w:del>"
    '<w:r><w:rPr><w:b/><w:rPrChange w:id="92" w:author="PlantedReviewer"><w:rPr/></w:rPrChange></w:rPr>'
    "<w:t xml:space='preserve'> end</w:t></w:r></w:p>"
    '<w:p><w:pPr><w:rPr><w:del w:id="93" w:author="PlantedReviewer"/></w:rPr></w:pPr>'
    "<w:r><w:t xml:space='preserve'>Two </w:t></w:r></w:p><w:p><w:r><w:t>halves</w:t></w:r></w:p>"
    '<w:moveFrom w:id="94" w:author="PlantedReviewer"><w:p><w:r><w:t>PlantedDeleted</w:t></w:r></w:p></w:moveFrom>'
)
WORD_TEXT = ["A report", "Kept added end", "Two halves", ""]


def word():
    """Return a DOCX with all that Word keeps of its makers; visible is WORD_TEXT."""
    made = blank()
    made.core_properties.author = made.core_properties.last_modified_by = "PlantedAuthor"
    made.core_properties.comments = "PlantedComment"
    heading = made.add_paragraph("A report")
    made.add_comment(
        heading.runs, text="PlantedComment", author="PlantedReviewer", initials="PlantedReviewer"
    )
    made.add_picture(io.BytesIO(photo()), width=Pt(100))
    parts = parts_of(saved(made))
    content = parts["word/document.xml"].decode()
    content = content.replace("<w:p>", f'<w:p w:rsidRDefault="{RSID}" w:rsidP="{RSID}">')
    at = content.index("</w:p>") + len("</w:p>")
    content = content[:at] + _TRACKED + content[at:]
    content = re.sub(
        r'(<pic:cNvPr [^>]*)name="[^"]*"', r'\1name="PlantedPath.jpg" descr="C:\\PlantedPath\\x.jpg"', content
    )
    parts["word/document.xml"] = content.encode()
    rsids = f'<w:attachedTemplate r:id="rT"/><w:rsids><w:rsidRoot w:val="{RSID}"/><w:rsid w:val="{RSID}"/></w:rsids>'
    settings = parts["word/settings.xml"].decode()
    settings = re.sub(r"<w:rsids>.*?</w:rsids>|<w:attachedTemplate[^>]*>", "", settings, flags=re.S)
    settings = settings.replace(
        "</w:settings>",
        f'{rsids}<w:docVars><w:docVar w:name="x" w:val="PlantedCustom"/></w:docVars></w:settings>',
    )
    parts["word/settings.xml"] = settings.encode()
    template = related(
        parts, "word/settings.xml", "attachedTemplate", r"file:///C:\PlantedTemplate\a.dotm", True
    )
    parts["word/settings.xml"] = parts["word/settings.xml"].replace(b'"rT"', f'"{template}"'.encode())
    _app(parts)
    parts["docProps/thumbnail.jpeg"] = photo()
    parts["docProps/custom.xml"] = b"<Properties>PlantedCustom</Properties>"
    related(parts, "word/document.xml", "customXml", "../customXml/item1.xml")
    parts["customXml/item1.xml"] = b"<a>PlantedCustom</a>"
    related(
        parts,
        "word/document.xml",
        "http://schemas.microsoft.com/office/2011/relationships/people",
        "people.xml",
    )
    parts["word/people.xml"] = b"<w15:people xmlns:w15='x'>PlantedReviewer</w15:people>"
    related(parts, "word/document.xml", "printerSettings", "printerSettings1.bin")
    parts["word/printerSettings1.bin"] = "PlantedPrinter".encode("utf-16-le")
    parts["word/lost.xml"] = b"<a>PlantedRevision</a>"
    return packed(parts)


def large_document(copies):
    """Return a DOCX that keeps the process busy for seconds, and is planted from one end to the other."""
    parts = parts_of(word())
    paragraph = "<w:p><w:r><w:t>PlantedDeleted {}</w:t></w:r></w:p>"
    paragraphs = "".join(paragraph.format(number * 7919 % copies) for number in range(copies)).encode()
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + paragraphs)
    parts["word/media/lost.bin"] = random.Random(4711).randbytes(3_000_000) + b"PlantedPath"
    return packed(parts)


def shared_strings(parts, *strings):
    """Put the text of cells into a list of their own, as Excel does."""
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for number, words in enumerate(strings):
        inline = f't="inlineStr"><is><t>{words}</t></is>'
        sheet = sheet.replace(inline, f't="s"><v>{number}</v>')
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    items = "".join(f"<si><t>{words}</t></si>" for words in strings)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{items}</sst>'.encode()
    related(parts, "xl/workbook.xml", "sharedStrings", "sharedStrings.xml")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    typed(parts, "xl/sharedStrings.xml", kind)


def workbook():
    """Return an XLSX with all that Excel keeps of its makers; visible are A1 and B1."""
    made = openpyxl.Workbook()
    made.properties.creator = made.properties.lastModifiedBy = "PlantedAuthor"
    sheet = made.active
    sheet["A1"], sheet["B1"] = "Cases", 17
    sheet["A1"].comment = Comment("PlantedComment", "PlantedReviewer")
    sheet.add_image(SheetImage(io.BytesIO(photo())), "C3")
    parts = parts_of(saved(made))
    _app(parts)
    parts["docProps/thumbnail.jpeg"] = photo()
    media = next(name for name in parts if name.startswith("xl/media/"))
    parts[media] = photo()  # the library writes pictures anew
    book = parts["xl/workbook.xml"].decode()
    namespace = 'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"'
    path = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="x15"><x15ac:absPath url="C:\\PlantedPath\\" {namespace}/></mc:Choice>'
        '</mc:AlternateContent><fileSharing userName="PlantedAuthor"/>'
    )
    views = (
        '<customWorkbookViews><customWorkbookView name="PlantedReviewer" guid="{1}"/></customWorkbookViews>'
    )
    book = re.sub(r"(<workbookPr[^>]*/>)", rf"{path.replace(chr(92), chr(92) * 2)}\1", book)
    parts["xl/workbook.xml"] = book.replace("</workbook>", f"{views}</workbook>").encode()
    shared_strings(parts, "Cases", "PlantedDeleted")
    related(parts, "xl/workbook.xml", "revisionHeaders", "revisions/revisionHeaders.xml")
    parts["xl/revisions/revisionHeaders.xml"] = b"<headers>PlantedRevision</headers>"
    related(parts, "xl/worksheets/sheet1.xml", "printerSettings", "../printerSettings/printerSettings1.bin")
    parts["xl/printerSettings/printerSettings1.bin"] = "PlantedPrinter".encode("utf-16-le")
    return packed(parts)


_CHANGES = (
    "<text:tracked-changes><text:changed-region text:id='c1'><text:deletion><office:change-info>"
    "<dc:creator>PlantedReviewer</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>"
    "<text:p>PlantedDeleted</text:p></text:deletion></text:changed-region><text:changed-region text:id='c2'>"
    "<text:insertion><office:change-info><dc:creator>PlantedReviewer</dc:creator></office:change-info>"
    "</text:insertion></text:changed-region></text:tracked-changes>"
    "<text:p officeooo:rsid='00a11ce5' xmlns:officeooo='http://openoffice.org/2009/office'>Kept "
    "<text:change-start text:change-id='c2'/>added<text:change-end text:change-id='c2'/>"
    "<text:change text:change-id='c1'/> end<office:annotation><dc:creator>PlantedReviewer</dc:creator>"
    "<dc:date>2026-01-01T00:00:00</dc:date><text:p>PlantedComment</text:p></office:annotation></text:p>"
)
ODT_TEXT = "Kept added endA report"


def opendocument():
    """Return an ODT with all that an office program keeps of its makers; visible is ODT_TEXT."""
    made = OpenDocumentText()
    made.meta.addElement(dc.Creator(text="PlantedAuthor"))
    made.meta.addElement(meta.InitialCreator(text="PlantedAuthor"))
    paragraph = text.P(text="A report")
    frame = draw.Frame(width="5cm", height="3cm")
    frame.addElement(draw.Image(href=made.addPicture("PlantedPath.jpg", "image/jpeg", photo())))
    paragraph.addElement(frame)
    made.text.addElement(paragraph)
    parts = parts_of(saved(made))
    content = parts["content.xml"].decode()
    content = re.sub(r"(<office:text[^>]*>)", rf"\1{_CHANGES}", content, count=1)
    content = content.replace("<office:document-content ", '<office:document-content xmlns:dc="http://purl.org/dc/elements/1.1/" ', 1) if "xmlns:dc=" not in content else content  # fmt: skip
    parts["content.xml"] = content.encode()
    parts["meta.xml"] = parts["meta.xml"].replace(
        b"</office:meta>",
        b"<meta:document-statistic xmlns:meta='urn:oasis:names:tc:opendocument:xmlns:meta:1.0' "
        b"meta:page-count='3'/></office:meta>",
    )
    parts["settings.xml"] = b"<settings>PlantedPrinter</settings>"
    parts["Thumbnails/thumbnail.png"] = b"PlantedRevision"
    parts["Versions/Version1"] = packed({"content.xml": "PlantedRevision"})
    parts["VersionList.xml"] = b"<v>PlantedReviewer</v>"
    parts["layout-cache"] = b"PlantedRevision"
    return packed(parts)


PAGE_TEXT = ["First page", "Second page", "The third speaks of kilns"]


def page(document, words, extra=b"", **resources):
    """Add a page to a PDF, with words at its top and more drawn after them."""
    fonts = pikepdf.Dictionary(F=pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))  # fmt: skip
    document.add_blank_page(page_size=(300, 400))
    new = document.pages[-1]
    new.Resources = pikepdf.Dictionary(Font=fonts, **resources)
    new.Contents = document.make_stream(
        b"0 g BT /F 12 Tf 20 350 Td (" + words.encode() + b") Tj ET\n" + extra
    )
    return new


def pdf():
    """Return a PDF with all that programs keep of its makers; visible is PAGE_TEXT."""
    document = pikepdf.new()
    jpeg = document.make_stream(photo(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=240, Height=160, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode)  # fmt: skip
    packed_jpeg = document.make_stream(b"")
    packed_jpeg.write(
        zlib.compress(photo()), filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode])
    )
    for key in ("/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent"):
        packed_jpeg[key] = jpeg[key]
    pictures = pikepdf.Dictionary(I=jpeg, J=packed_jpeg)
    first = page(
        document,
        PAGE_TEXT[0],
        b"q 100 0 0 66 20 100 cm /I Do Q q 100 0 0 66 150 100 cm /J Do Q",
        XObject=pictures,
    )
    for words in PAGE_TEXT[1:]:
        page(document, words)
    document.docinfo["/Author"] = "PlantedAuthor"
    document.docinfo["/Company"] = "PlantedCompany"
    with document.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["dc:creator"] = ["PlantedAuthor"]
        xmp["dc:description"] = "PlantedXmp4711"
    jpeg.Metadata = document.make_stream(XMP, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    first.PieceInfo = pikepdf.Dictionary(
        Illustrator=pikepdf.Dictionary(Private=document.make_stream(b"PlantedRevision"))
    )
    first.Thumb = document.make_stream(b"PlantedRevision")
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 30, 30], T="PlantedReviewer", Contents="PlantedComment")  # fmt: skip
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[10, 50, 90, 60], T="PlantedReviewer", A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/"))  # fmt: skip
    first.Annots = pikepdf.Array([document.make_indirect(note), document.make_indirect(link)])
    document.pages[2].Contents.write(b"BT /F 12 Tf 20 350 Td (PlantedDeleted) Tj ET")
    return appended(saved(document), PAGE_TEXT[2])


def appended(data, words):
    """Return a PDF whose last page was changed by appending, as many programs save: the former stays in it."""
    with pikepdf.open(io.BytesIO(data)) as document:
        number = document.pages[-1].Contents.objgen[0]
        root, size = document.Root.objgen[0], len(document.objects) + 1
    drawn = b"BT /F 12 Tf 20 350 Td (" + words.encode() + b") Tj ET"
    former = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    at = len(data)
    data += b"%d 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (number, len(drawn), drawn)
    table = len(data)
    data += b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return data + trailer % (size, root, former, table) + b"%PlantedRevision\n"


def all_bytes(data):
    """Return every byte of a document: as it lies there, and unpacked part by part and stream by stream."""
    found = [data]
    if data.startswith(b"PK"):
        for name, content in parts_of(data).items():
            found += [name.encode(), *([content] if not content.startswith(b"PK") else all_bytes(content))]
    elif data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            for thing in document.objects:
                if not isinstance(thing, pikepdf.Stream):
                    found.append(thing.unparse(resolved=False))
                    continue
                raw = thing.read_raw_bytes()
                found += [repr(dict(thing.items())).encode(), raw]
                with contextlib.suppress(zlib.error):
                    found.append(zlib.decompress(raw))
    return found


def traces_in(data, words=None):
    """Return which of the secrets and marks stand in a document, in any of the usual encodings."""
    pieces = all_bytes(data)
    secrets = [*(words or SECRETS), RSID]
    wanted = [(word, spelled) for word in secrets for spelled in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), word.lower().encode())]  # fmt: skip
    wanted += [(mark.decode(), mark) for mark in MARKS]
    return {word for word, spelled in wanted if any(spelled in piece for piece in pieces)}
