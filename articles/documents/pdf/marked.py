"""Marked content: keeps known tags and properties, such as replacement text for copying and reading aloud."""

from pikepdf import Dictionary, Name, String

from . import values
from .copying import Work
from .lexing import Token, string_of
from .names import spelled
from .objects import PdfValue

STANDARD = {
    "Document", "DocumentFragment", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index",
    "NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "FENote", "Sub", "Aside", "L", "LI",
    "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference",
    "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure", "Formula", "Form",
    "Em", "Strong", "Artifact",
}  # fmt: skip
_MARKS = {b"/" + one.encode() for one in STANDARD} | {b"/OC", b"/Clip", b"/ReversedChars", b"/Tx"}
_ARTIFACTS = {
    b"/Type": {b"/Pagination", b"/Layout", b"/Page", b"/Background"},
    b"/Subtype": {b"/Header", b"/Footer", b"/Watermark", b"/PageNum", b"/Bates", b"/LineNum"},
}
_WORDS = {
    b"/ActualText": values.description,
    b"/Alt": values.description,
    b"/E": values.description,
    b"/Lang": values.language,
}


def tag(token: Token) -> bytes:
    """Return a known tag, or /Span in place of another one."""
    known = isinstance(token, bytes) and spelled(token) in _MARKS
    return bytes(token) if known and isinstance(token, bytes) else b"/Span"


def properties(work: Work, of: Token, token: Token, resources: PdfValue, marked: set[int]) -> bytes:
    """Return the known properties of marked content with a tag, and add its number (MCID) to marked."""
    if isinstance(token, bytes):
        if of == b"/OC":
            return work.names.of("Properties", token).encode()
        found = _resource(resources, token)
        token = _tokens(found) if isinstance(found, Dictionary) else {}
    known = {spelled(key): value for key, value in token.items()} if isinstance(token, dict) else {}
    written = []
    number = known.get(b"/MCID")
    if isinstance(number, bytes) and number.isdigit() and len(number) < 8:
        marked.add(int(number))
        written.append(b"/MCID " + number)
    for key, rule in _WORDS.items():
        words = string_of(known.get(key, b""))
        clean = None if words is None else rule(work, String(words))
        if clean is not None:
            written.append(key + b" " + clean.unparse())
    for key, allowed in _ARTIFACTS.items():
        value = known.get(key)
        if of == b"/Artifact" and isinstance(value, bytes) and value in allowed:
            written.append(key + b" " + value)
    return b"<<" + b" ".join(written) + b">>"


def _resource(resources: PdfValue, name: bytes) -> PdfValue:
    listed = resources.get("/Properties") if isinstance(resources, Dictionary) else None
    if not isinstance(listed, Dictionary):
        return None
    wanted = spelled(name)
    return next((listed[key] for key in listed.keys() if spelled(key) == wanted), None)  # noqa: SIM118


def _tokens(found: PdfValue) -> dict[bytes, Token]:
    """Return the known properties of a resource as tokens, as if they were in the content stream."""
    kept: dict[bytes, Token] = {}
    for key in ("/MCID", *(one.decode() for one in _WORDS), "/Type", "/Subtype"):
        value = found.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            kept[key.encode()] = str(value).encode()
        elif isinstance(value, (String, Name)):
            kept[key.encode()] = value.unparse(resolved=True)
    return kept
