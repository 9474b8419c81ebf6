"""Pages: copies their known keys, own and inherited ones, their content and their annotations."""

from pikepdf import Array, Dictionary, Name, Page, Stream

from ..report import DocumentError
from . import annotations, contents, filters, grammar, resources
from .copying import Rule, Work, fill
from .objects import PdfValue
from .values import box, names, number, whole

_KEYS: dict[str, Rule] = {
    "/BleedBox": box, "/TrimBox": box, "/ArtBox": box, "/Group": grammar.GROUP, "/UserUnit": number,
    "/Tabs": names("R", "C", "S"),
}  # fmt: skip
_INHERITED: dict[str, Rule] = {
    "/MediaBox": box, "/CropBox": box, "/Rotate": whole, "/Resources": resources.resources,
}  # fmt: skip
DEEPEST = 100  # levels of the page tree


def begin(work: Work) -> None:
    """Make an empty page for each given one, so that links have a target."""
    for given in work.given.pages:
        new = work.made.make_indirect(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 612, 792])))
        work.pages[given.obj.objgen] = new
        work.made.pages.append(Page(new))


def copy(work: Work) -> None:
    """Fill the pages."""
    for number_of, (given, new) in enumerate(zip(work.given.pages, work.made.pages, strict=True), 1):
        work.page = number_of
        _page(work, given.obj, new.obj)
        work.finish()


def _page(work: Work, given: PdfValue, new: PdfValue) -> None:
    work.pages[given.objgen] = new
    fill(work, new, given, _KEYS)
    found = {key: _inherited(given, key) for key in _INHERITED}
    for key, rule in _INHERITED.items():
        clean = None if found[key] is None else rule(work, found[key])
        if clean is not None:
            new[key] = clean
    data, marked = contents.cleaned(
        work, _drawing(work, given.get("/Contents")), found["/Resources"], new.get("/Resources")
    )
    if marked:
        work.marked[new.objgen] = marked
    new.Contents = work.made.make_stream(data)
    annotations.on_page(work, given.get("/Annots"), new)
    if "/AA" in given:
        annotations.links.cut(work, given["/AA"])
    if "/AF" in given:
        work.report.add("attachments")


def _inherited(page: PdfValue, key: str) -> PdfValue:
    for _step in range(DEEPEST):
        if not isinstance(page, Dictionary):
            return None
        if key in page:
            return page[key]
        page = page.get("/Parent")
    return None


def _drawing(work: Work, value: PdfValue) -> bytes:
    """Return the content of a page, from one stream or an array of them; raises DocumentError for a bomb."""
    made: list[bytes] = []
    left = filters.LARGEST
    for stream in list(value) if isinstance(value, Array) else [value]:
        if not isinstance(stream, Stream):
            continue
        try:
            made.append(filters.content(stream, left))
        except ValueError:
            work.add_finding("unknown_parts")
            continue
        left -= len(made[-1])
        if left <= 0:
            raise DocumentError("bomb")
    return b"\n".join(made)
