"""Bookmarks and page labels: keeps titles, targets and order of the one, styles of the other."""

from pikepdf import Array, Dictionary, Name, String

from . import links
from .copying import Rule, Work, fill
from .objects import PdfValue
from .values import names, number, numbers, whole, words

MOST = 50_000
_ITEM: dict[str, Rule] = {
    "/Title": words,
    "/C": numbers,
    "/F": whole,
    "/A": links.action,
    "/Dest": links.destination,
}
_STYLE = names("D", "R", "r", "A", "a")
LONGEST = 5  # characters of a prefix of page numbers; a longer one may be the name of a file


def outline(work: Work, value: PdfValue) -> PdfValue:
    """Keep the bookmarks that can be reached from the first one."""
    if not isinstance(value, Dictionary):
        return None
    new = work.made.make_indirect(Dictionary(Type=Name.Outlines))
    waiting, seen = [(value, new)], {value.objgen}
    while waiting:
        old, parent = waiting.pop()
        before, count = None, 0
        one = old.get("/First")
        while isinstance(one, Dictionary) and one.objgen not in seen and len(seen) < MOST:
            seen.add(one.objgen)
            item = _item(work, one, parent, before)
            if before is None:
                parent.First = item
            parent.Last = item
            count += 1
            waiting.append((one, item))
            one, before = one.get("/Next"), item
        if count:
            given = old.get("/Count")
            is_closed = isinstance(given, int) and given < 0
            parent.Count = -count if is_closed else count
    return new if "/First" in new else None


def _item(work: Work, one: PdfValue, parent: PdfValue, before: PdfValue) -> PdfValue:
    item = work.made.make_indirect(Dictionary(Title=String(""), Parent=parent))
    fill(work, item, one, _ITEM)
    if "/A" in item and "/Dest" in item:
        del item["/Dest"]
    if before is not None:
        item.Prev, before.Next = before, item
    return item


def labels(work: Work, value: PdfValue) -> PdfValue:
    """Keep the page labels."""
    found: dict[int, PdfValue] = {}
    waiting, seen = [value], 0
    while waiting and seen < MOST:
        node, seen = waiting.pop(), seen + 1
        if not isinstance(node, Dictionary):
            continue
        pairs = list(node.get("/Nums", []))
        for number_of, label in zip(pairs[::2], pairs[1::2], strict=False):
            if isinstance(number_of, int) and isinstance(label, Dictionary):
                found[number_of] = _label(work, label)
        waiting += list(node.get("/Kids", []))
    flat = [part for key in sorted(found) for part in (key, found[key])]
    return Dictionary(Nums=Array(flat)) if flat else None


def _label(work: Work, label: PdfValue) -> PdfValue:
    new = Dictionary()
    fill(work, new, label, {"/S": _STYLE, "/St": number, "/P": words})
    if len(str(new.get("/P", ""))) > LONGEST:
        del new["/P"]
    return new
