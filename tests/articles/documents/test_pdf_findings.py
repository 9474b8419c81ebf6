"""What a PDF hides or does: each kind is named or refused, and its harmless twin passes."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from articles.documents import filetypes
from articles.documents.report import Report
from tests.articles.documents.specimens import all_bytes, page, saved

WORDS = "Her name is Ann"
BOX = b" 15 345 200 20 re f "  # over the words
PICTURE = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 1, "Height": 1, "BitsPerComponent": 8}


def one_page(extra=b"", change=None, **resources):
    """Return a PDF of one page, with something drawn after its words and a change to it."""
    document = pikepdf.new()
    first = page(document, WORDS, extra, **resources)
    if change:
        change(document, first)
    return saved(document)


def drawn(before=b"", after=b"", mode=b"", **resources):
    """Return a PDF whose words are drawn between two other things."""

    def change(document, first):
        text = b"BT /F 12 Tf " + mode + b" 20 350 Td (" + WORDS.encode() + b") Tj ET "
        first.Contents = document.make_stream(before + b" " + text + after)
        if "picture" in resources:
            picture = document.make_stream(b"\x80", **PICTURE, ColorSpace=Name.DeviceGray)
            first.Resources.XObject = Dictionary(I=picture)
            if "filter" in resources:
                picture.write(b"80>", filter=resources["filter"])
            if "elsewhere" in resources:
                picture.F = resources["elsewhere"]
        if "spot" in resources:
            first.Resources.ColorSpace = Dictionary(C=resources["spot"])
        if "state" in resources:
            first.Resources.ExtGState = Dictionary(G=resources["state"])

    return one_page(change=change)


def noted(**keys):
    """Return a PDF with one annotation on its page."""

    def change(document, first):
        note = Dictionary(Type=Name.Annot, Rect=[10, 340, 250, 370], **keys)
        first.Annots = Array([document.make_indirect(note)])

    return one_page(change=change)


def rooted(**keys):
    """Return a PDF with keys in its root."""

    def change(document, _first):
        for key, value in keys.items():
            document.Root[f"/{key}"] = value

    return one_page(change=change)


def link_to(**action):
    return noted(Subtype=Name.Link, A=Dictionary(**action))


def locked(**passwords):
    with pikepdf.open(io.BytesIO(one_page())) as document:
        buffer = io.BytesIO()
        document.save(buffer, encryption=pikepdf.Encryption(**passwords))
    return buffer.getvalue()


def with_attachment():
    def change(document, _first):
        document.attachments["list.txt"] = pikepdf.AttachedFileSpec(document, b"Names", filename="list.txt")

    return one_page(change=change)


def layered(*, off=False, usage=Name.ON):
    def change(document, _first):
        state = Dictionary(View=Dictionary(ViewState=usage))
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="Names", Usage=state))
        default = Dictionary(OFF=Array([layer] if off else []), Creator="Ann")
        document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=default)

    return one_page(change=change)


def membership(policy):
    """Return a PDF whose words belong to a layer that is on, by a rule that may say the opposite."""

    def change(document, first):
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="Names"))
        rule = document.make_indirect(Dictionary(Type=Name.OCMD, OCGs=layer, P=policy))
        first.Resources.Properties = Dictionary(M=rule)
        first.Contents = document.make_stream(b"/OC /M BDC " + first.Contents.read_bytes() + b" EMC")
        document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary())

    return one_page(change=change)


def filled(*, flags=4, on_page=True, value="Ann Example", **more):
    """Return a PDF with a form whose field may be hidden, or stand on no page."""

    def change(document, first):
        keys = {"Type": Name.Annot, "Subtype": Name.Widget, "Rect": [10, 10, 90, 30], "F": flags}
        field = document.make_indirect(
            Dictionary(FT=Name.Tx, T="Field", V=value, DV="Planted", **keys, **more)
        )
        document.Root.AcroForm = Dictionary(Fields=Array([field]))
        if on_page:
            first.Annots = Array([field])

    return one_page(change=change)


def signed(*, with_name):
    field = Dictionary(FT=Name.Sig, T="Signature")
    if with_name:
        field.V = Dictionary(Type=Name.Sig, Name="Ann Example", Contents=b"Ann Example")
    return rooted(AcroForm=Dictionary(Fields=Array([field]), SigFlags=3))


def cropped(box):
    def change(_document, first):
        first.CropBox = Array(box)

    return one_page(change=change)


def lettered(kind):
    """Return a PDF whose font is of a kind; one of Type 3 draws its letters itself, and here it has none."""

    def change(_document, first):
        first.Resources.Font.F.Subtype = kind

    return one_page(change=change)


SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
TINT = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 0, 0, 1], N=1)
SPOT = Array([Name.Separation, Name("/Black"), Name.DeviceCMYK, TINT])
WHOLE_PAGE = b" q 300 0 0 400 0 0 cm /I Do Q "


PAIRS = [
    ("credentials", lambda: link_to(S=Name.URI, URI="https://ann:secret@example.org"), lambda: link_to(S=Name.URI, URI="mailto:ann@example.org")),
    ("scripts", lambda: rooted(OpenAction=SCRIPT), lambda: rooted(OpenAction=Dictionary(S=Name.GoTo, D="p1"))),
    ("scripts", lambda: rooted(Names=Dictionary(JavaScript=Dictionary(Names=["a", SCRIPT]))), lambda: rooted(Names=Dictionary(Dests=Dictionary(Names=["a", Array([1, Name.Fit])])))),
    ("scripts", lambda: link_to(S=Name.URI, URI="https://example.org", Next=SCRIPT), lambda: link_to(S=Name.URI, URI="https://example.org")),
    ("scripts", lambda: filled(AA=Dictionary(K=SCRIPT)), filled),
    ("actions", lambda: link_to(S=Name.Launch, F="calc.exe"), lambda: link_to(S=Name.Named, N=Name.NextPage)),
    ("actions", lambda: link_to(S=Name.SubmitForm, F="https://example.org"), lambda: link_to(S=Name.GoTo, D="p1")),
    ("actions", lambda: link_to(S=Name.URI, URI="javascript:alert(1)"), lambda: link_to(S=Name.URI, URI="sms:+85620555012")),
    ("local_links", lambda: link_to(S=Name.URI, URI="file:///C:/Users/ann/list.doc"), lambda: link_to(S=Name.URI, URI="http://example.org/list.doc")),
    ("attachments", with_attachment, lambda: link_to(S=Name.URI, URI="https://example.org/list.txt")),
    ("attachments", lambda: noted(Subtype=Name.FileAttachment, FS=Dictionary(F="a.txt")), lambda: noted(Subtype=Name.Text, Contents="a.txt")),
    ("media", lambda: noted(Subtype=Name.RichMedia), lambda: noted(Subtype=Name.Popup)),
    ("marks", lambda: noted(Subtype=Name.FreeText, Contents="Look here"), lambda: noted(Subtype=Name.Highlight)),
    ("signature", lambda: signed(with_name=True), lambda: signed(with_name=False)),
    ("hidden_layers", lambda: layered(off=True), lambda: layered(off=False)),
    ("covered_text", lambda: one_page(b"0 g" + BOX), lambda: drawn(before=b"0.8 g" + BOX + b"0 g")),
    ("covered_text", lambda: one_page(b"1 g" + BOX), lambda: one_page(b"1 g 15 145 200 20 re f")),
    ("covered_text", lambda: one_page(b"0 G 16 w 15 354 m 200 354 l S"), lambda: one_page(b"0 G 1 w 15 346 m 200 346 l S")),
    ("covered_text", lambda: drawn(after=b"0 g" + BOX, state=Dictionary(ca=1)), lambda: drawn(after=b"/G gs 1 1 0 rg" + BOX, state=Dictionary(ca=0.4))),
    ("covered_text", lambda: drawn(after=b"0 g" + BOX), lambda: drawn(after=b"/G gs 1 1 0 rg" + BOX, state=Dictionary(BM=Name.Multiply))),
    ("covered_text", lambda: drawn(WHOLE_PAGE + b"0 g" + BOX, mode=b"3 Tr", picture=True), lambda: drawn(WHOLE_PAGE, mode=b"3 Tr", picture=True)),
    ("covered_text", lambda: drawn(after=b" q 200 0 0 20 15 345 cm /I Do Q ", picture=True), lambda: drawn(after=WHOLE_PAGE, picture=True)),
    ("invisible_text", lambda: drawn(mode=b"3 Tr"), lambda: drawn(WHOLE_PAGE, mode=b"3 Tr", picture=True)),
    ("invisible_text", lambda: drawn(before=b"1 g"), lambda: drawn(before=b"0 g" + BOX + b"1 g")),
    ("unread_pages", lambda: lettered(Name.Type3), lambda: lettered(Name.TrueType)),
    ("hidden_layers", lambda: layered(usage=Name.OFF), lambda: layered(usage=Name.ON)),
    ("hidden_layers", lambda: membership(Name.AllOff), lambda: membership(Name.AllOn)),
    ("hidden_text", lambda: filled(flags=2), lambda: filled(flags=4)),
    ("hidden_text", lambda: filled(on_page=False), lambda: filled(on_page=False, value="")),
    ("linked_content", lambda: drawn(picture=True, elsewhere="a.png"), lambda: drawn(picture=True)),
    ("unknown_parts", lambda: drawn(WHOLE_PAGE, picture=True, filter=Name.OwnDecode), lambda: drawn(WHOLE_PAGE, picture=True, filter=Name("/AHx"))),
    ("invisible_text", lambda: drawn(before=b"0 0 0.5 rg" + BOX), lambda: drawn(before=b"0 0 0.5 rg" + BOX + b"1 0.8 0 rg")),
    ("invisible_text", lambda: drawn(before=b"/C cs 0 scn", spot=SPOT), lambda: drawn(before=b"/C cs 1 scn", spot=SPOT)),
    ("invisible_text", lambda: drawn(before=b"0.97 g"), lambda: drawn(before=b"0.5 g")),
    ("invisible_text", lambda: drawn(before=b"1 g 1 G", mode=b"1 Tr"), lambda: drawn(before=b"1 g 0 G", mode=b"2 Tr")),
    ("invisible_text", lambda: drawn(before=b"/G gs", state=Dictionary(ca=0)), lambda: drawn(before=b"/G gs", state=Dictionary(ca=0.5))),
    ("invisible_text", lambda: drawn(mode=b"0.05 0 0 0.05 19 332.5 Tm"), lambda: drawn(mode=b"0.5 0 0 0.5 10 175 Tm")),
    ("outside_text", lambda: drawn(before=b"0 0 300 300 re W n"), lambda: drawn(before=b"0 0 300 380 re W n")),
    ("outside_text", lambda: cropped([0, 0, 300, 300]), lambda: cropped([0, 0, 300, 380])),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "suspect", "twin"), PAIRS)
def test_it_names_what_a_pdf_hides_or_does(told, kind, suspect, twin):
    assert told(suspect()) == {kind}
    assert told(twin()) == set()


REFUSED = [
    ("redaction", lambda: noted(Subtype=Name.Redact), lambda: noted(Subtype=Name.Underline)),
    ("redaction", lambda: noted(Subtype=Name.Square, IC=[0, 0, 0]), lambda: noted(Subtype=Name.Link)),
    ("xfa", lambda: rooted(AcroForm=Dictionary(Fields=Array(), XFA="x")), lambda: rooted(AcroForm=Dictionary(Fields=Array()))),
    ("password", lambda: locked(user="secret", owner="other"), lambda: locked(user="", owner="other")),
    ("damaged", lambda: one_page()[:200], one_page),
]  # fmt: skip


@pytest.mark.parametrize(("code", "suspect", "twin"), REFUSED)
def test_it_refuses_what_can_not_be_cleaned(told, code, suspect, twin):
    assert told(suspect()) == code
    assert told(twin()) == set()


def test_what_does_something_is_gone():
    for content in (
        rooted(OpenAction=SCRIPT, AA=Dictionary(WC=SCRIPT)),
        link_to(S=Name.Launch, F="calc.exe"),
        with_attachment(),
        noted(Subtype=Name.Screen, A=SCRIPT, AA=Dictionary(PO=SCRIPT)),
        noted(Subtype=Name.Link, A=Dictionary(S=Name.GoTo, D="p", Next=Array([SCRIPT, SCRIPT]))),
    ):
        clean = filetypes.cleaned(content, "", Report())[1]
        with pikepdf.open(io.BytesIO(clean)) as document:
            objects = b"".join(one.unparse(resolved=True) for one in document.objects)
        for word in (b"JavaScript", b"Launch", b"EmbeddedFile", b"/AA", b"calc.exe", b"app.alert"):
            assert word not in objects


def test_hidden_text_is_found_by_no_search():
    report = Report()
    filetypes.cleaned(one_page(b"0 g" + BOX + b" 0 g BT /F 12 Tf 20 200 Td (Open words) Tj ET"), "", report)
    assert report.text == "Open words"
    assert report.found == {"covered_text": [{"page": "1", "words": "Her name is Ann"}]}


def test_what_no_page_shows_is_gone():
    """Pictures that were taken off a page, templates of pages, threads of articles, what a field goes back to."""

    def change(document, first):
        picture = document.make_stream(b"Planted", **PICTURE, ColorSpace=Name.DeviceGray)
        first.Resources.XObject = Dictionary(I=picture)
        thread = document.make_indirect(Dictionary(I=Dictionary(Author="Planted")))
        first.B = Array([document.make_indirect(Dictionary(Type=Name.Bead, T=thread))])
        hidden = document.make_indirect(
            Dictionary(Type=Name.Template, Contents=document.make_stream(b"Planted"))
        )
        document.Root.Names = Dictionary(Templates=Dictionary(Names=Array(["a", hidden])))

    for content in (one_page(change=change), filled()):
        assert any(b"Planted" in piece for piece in all_bytes(content))
        clean = filetypes.cleaned(content, "", Report())[1]
        assert not any(b"Planted" in piece for piece in all_bytes(clean))
