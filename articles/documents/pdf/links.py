"""Links: keeps actions that go to a page or to the web; cuts and reports all others."""

import re
from urllib.parse import quote

from pikepdf import Array, Dictionary, Name, Stream, String

from .. import markup
from .copying import Work
from .names import spelled
from .objects import PdfValue
from .values import names, number, text

_KINDS = {
    "/JavaScript": "scripts", "/Rendition": "media", "/Movie": "media", "/Sound": "media", "/GoTo3DView": "media",
    "/RichMediaExecute": "media",
}  # fmt: skip
_VIEWS = {
    "/XYZ": 3, "/Fit": 0, "/FitH": 1, "/FitV": 1, "/FitR": 4, "/FitB": 0, "/FitBH": 1, "/FitBV": 1,
}  # fmt: skip
_LOCAL = re.compile(
    r"(file|smb|afp|nfs|unc|dav|webdav|ms-[a-z-]+|vnd\.[a-z.]+):|[\\/]|[a-z]:[\\/]|[^:]*$", re.IGNORECASE
)
_BLANK = re.compile(r"[\x00-\x20\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_PAGES = names("NextPage", "PrevPage", "FirstPage", "LastPage")
MOST = 100  # actions in a row
DEEPEST = 30  # levels of nested actions


def action(work: Work, value: PdfValue) -> PdfValue:
    """Keep an action that leads to a place in the document or to the web; report others, and those that follow."""
    if not isinstance(value, Dictionary):
        return None
    if "/Next" in value:
        cut(work, value["/Next"])
    kind = text(value.get("/S"))
    if kind == "/GoTo":
        place = destination(work, value.get("/D"))
        return None if place is None else Dictionary(S=Name.GoTo, D=place)
    if kind == "/Named":
        where = _PAGES(work, value.get("/N"))
        if where is not None:
            return Dictionary(S=Name.Named, N=where)
    if kind == "/URI":
        found = _address(work, value.get("/URI"))
        return None if found is None else Dictionary(S=Name.URI, URI=String(found))
    _report(work, kind)
    return None


def cut(work: Work, value: PdfValue, depth: int = 0) -> None:
    """Report actions that are not copied: one, an array, or a dictionary by event."""
    if isinstance(value, Array) and depth < DEEPEST:
        for one in list(value)[:MOST]:
            cut(work, one, depth + 1)
    elif isinstance(value, Dictionary) and depth < DEEPEST:
        if "/S" in value:
            _report(work, text(value["/S"]))
            cut(work, value.get("/Next"), depth + 1)
        else:
            for key in list(value.keys())[:MOST]:
                cut(work, value[key], depth + 1)
    elif isinstance(value, (String, Stream)):
        work.report.add("scripts")


def _report(work: Work, kind: str) -> None:
    work.report.add(_KINDS.get(kind, "actions"))


def _address(work: Work, value: PdfValue) -> str | None:
    """Return a URL with an allowed scheme, or None and report another one."""
    given = _BLANK.sub("", text(value)) if isinstance(value, String) else ""
    if given.lower().startswith("www."):
        given = "http://" + given
    scheme, _, rest = given.partition(":")
    if rest and scheme.lower() in markup.SCHEMES:
        rest = (
            markup.without_credentials(f"{scheme}:{rest}", work.report).partition(":")[2].replace("\\", "/")
        )
        if not (scheme.lower().startswith("http") and not rest.strip("/")):
            return f"{scheme}:{quote(rest, safe='%/:?#[]@!$&()*+,;=~-._' + chr(39))}"
    work.report.add("local_links" if _LOCAL.match(given) else "actions")
    return None


def destination(work: Work, value: PdfValue) -> PdfValue:
    """Keep a destination, direct or by name: a page and how it is shown."""
    if isinstance(value, (Name, String)):
        value = work.places.get(spelled(value) if isinstance(value, Name) else bytes(value))
    if isinstance(value, Dictionary):
        value = value.get("/D")
    if not isinstance(value, Array) or len(value) == 0:
        return None
    parts = list(value)
    page = work.pages.get(parts[0].objgen) if isinstance(parts[0], Dictionary) else None
    if page is None and isinstance(parts[0], int) and 0 <= parts[0] < len(work.made.pages):
        page = work.made.pages[parts[0]].obj
    if page is None:
        return None
    view = text(parts[1]) if len(parts) > 1 and isinstance(parts[1], Name) else "/Fit"
    view = view if view in _VIEWS else "/Fit"
    given = [number(work, one) for one in parts[2 : 2 + _VIEWS[view]]]
    return Array([page, Name(view), *given, *[None] * (_VIEWS[view] - len(given))])


def named_places(root: PdfValue) -> dict[bytes, PdfValue]:
    """Return the named destinations of a document."""
    found: dict[bytes, PdfValue] = {}
    old = root.get("/Dests")
    if isinstance(old, Dictionary):
        found.update({spelled(key): old[key] for key in old.keys()})  # noqa: SIM118
    tree = root.get("/Names")
    waiting = [tree.get("/Dests")] if isinstance(tree, Dictionary) else []
    seen: set[PdfValue] = set()
    while waiting and len(seen) < 100_000:
        node = waiting.pop()
        if not isinstance(node, Dictionary) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen if node.is_indirect else len(seen))
        pairs = list(node.get("/Names", []))
        found.update(
            {
                bytes(key): one
                for key, one in zip(pairs[::2], pairs[1::2], strict=False)
                if isinstance(key, String)
            }
        )
        waiting += list(node.get("/Kids", []))
    return found
