"""The structure tree, which programs read aloud: keeps elements of known types with content on a page."""

from pikepdf import Array, Dictionary, Name

from . import grammar, pictures
from .annotations import flat
from .copying import Rule, Work, fill
from .marked import STANDARD
from .objects import PdfValue
from .values import description, language, names, number, numbers, text, whole

DEEPEST = 120  # levels of elements
MOST = 500_000  # elements
_WORDS: dict[str, Rule] = {
    "/Alt": description,
    "/ActualText": description,
    "/E": description,
    "/Lang": language,
}
_LAYOUT = names(
    "Block", "Inline", "Before", "Start", "End", "LrTb", "RlTb", "TbRl", "Center", "Justify", "After", "Middle",
    "Normal", "Auto", "None", "Underline", "Overline", "LineThrough", "Hidden", "Dotted", "Dashed", "Solid", "Double",
    "Groove", "Ridge", "Inset", "Outset", "Disc", "Circle", "Square", "Decimal", "UpperRoman", "LowerRoman",
    "UpperAlpha", "LowerAlpha", "Row", "Column", "Both", "Unordered", "Ordered", "Description",
)  # fmt: skip
_KEYS = {
    "Layout": ("Placement", "WritingMode", "SpaceBefore", "SpaceAfter", "StartIndent", "EndIndent", "TextIndent",
               "TextAlign", "BBox", "Width", "Height", "BlockAlign", "InlineAlign", "LineHeight", "BaselineShift",
               "TextDecorationType", "Color", "BackgroundColor", "BorderStyle", "BorderThickness", "Padding"),
    "List": ("ListNumbering",),
    "Table": ("RowSpan", "ColSpan", "Scope"),
}  # fmt: skip


class StructureBuilder:
    """Builds the tree, and the parent tree that leads from marked content to its element."""

    def __init__(self, work: Work, root: PdfValue) -> None:
        self.work, self.seen = work, set[object]()
        roles = root.get("/RoleMap")
        self.roles = roles if isinstance(roles, Dictionary) else Dictionary()
        self.by_mark: dict[PdfValue, tuple[PdfValue, dict[int, PdfValue]]] = {}
        self.by_object: list[tuple[PdfValue, PdfValue]] = []

    def built(self, root: PdfValue) -> PdfValue:
        """Return the clean tree, or None where none of its content is on a page."""
        new = self.work.made.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        kids = self._kids(root.get("/K"), new, None, 0)
        if not kids:
            return None
        new.K = Array(kids)
        self._lead_back(new)
        return new

    def _kids(self, value: PdfValue, parent: PdfValue, page: PdfValue, depth: int) -> list[PdfValue]:
        if depth > DEEPEST:
            return []
        given = list(value) if isinstance(value, Array) else [value]
        kept = [self._kid(one, parent, page, depth) for one in given]
        return [one for one in kept if one is not None]

    def _kid(self, one: PdfValue, parent: PdfValue, page: PdfValue, depth: int) -> PdfValue:
        if isinstance(one, int) and not isinstance(one, bool):
            return self._mark(one, parent, page)
        if not isinstance(one, Dictionary):
            return None
        if "/MCID" in one:
            return self._reference(one, parent, page)
        if "/Obj" in one:
            return self._object(one, parent)
        return self._element(one, parent, page, depth)

    def _mark(self, number: int, parent: PdfValue, place: PdfValue, *, again: PdfValue = None) -> PdfValue:
        if place is None or number not in self.work.marked.get(place.objgen, ()):
            return None
        self.by_mark.setdefault(place.objgen, (place, {}))[1][number] = parent
        return number if again is None else again

    def _reference(self, one: PdfValue, parent: PdfValue, page: PdfValue) -> PdfValue:
        page = self._page(one) or page
        if not isinstance(one["/MCID"], int):
            return None
        new = Dictionary(Type=Name.MCR, MCID=one["/MCID"])
        if page is not None:
            new.Pg = page
        if "/Stm" not in one:
            return self._mark(one["/MCID"], parent, page, again=new)
        stream = self.work.copied(one["/Stm"], grammar.form)
        if stream is not None:
            new.Stm = stream
        return self._mark(one["/MCID"], parent, stream, again=new)

    def _object(self, one: PdfValue, parent: PdfValue) -> PdfValue:
        given = one["/Obj"]
        if not hasattr(given, "objgen"):
            return None
        thing = self.work.notes.get(given.objgen)
        for rule in (grammar.form, pictures.picture):
            thing = thing if thing is not None else self.work.copied(given, rule)
        if thing is None:
            return None
        self.by_object.append((thing, parent))
        new = Dictionary(Type=Name.OBJR, Obj=thing)
        if (page := self._page(one)) is not None:
            new.Pg = page
        return new

    def _page(self, one: PdfValue) -> PdfValue:
        page = one.get("/Pg")
        return self.work.pages.get(page.objgen) if isinstance(page, Dictionary) else None

    def _element(self, one: PdfValue, parent: PdfValue, page: PdfValue, depth: int) -> PdfValue:
        if (one.is_indirect and one.objgen in self.seen) or len(self.seen) > MOST:
            return None
        self.seen.add(one.objgen if one.is_indirect else len(self.seen))
        page = self._page(one) or page
        new = self.work.made.make_indirect(Dictionary(S=Name("/" + self._kind(one.get("/S"))), P=parent))
        kids = self._kids(one.get("/K"), new, page, depth + 1)
        if not kids:
            return None
        fill(self.work, new, one, _WORDS)
        self.work.spoken += [str(new[key]) for key in ("/ActualText", "/E") if key in new]
        if page is not None:
            new.Pg = page
        new.K = kids[0] if len(kids) == 1 else Array(kids)
        kept = [_attributes(self.work, part) for part in _listed(one.get("/A"))]
        kept = [part for part in kept if part is not None]
        if kept:
            new.A = Array(kept)
        return new

    def _kind(self, name: PdfValue) -> str:
        for _step in range(8):
            spelling = text(name)[1:] if isinstance(name, Name) else ""
            if spelling in STANDARD:
                return spelling
            name = self.roles.get(f"/{spelling}") if spelling else None
        return "NonStruct"

    def _lead_back(self, root: PdfValue) -> None:
        pairs: list[PdfValue] = []
        for place, elements in self.by_mark.values():
            place.StructParents = len(pairs) // 2
            row = (
                [elements.get(number) for number in range(max(elements) + 1)] if max(elements) < MOST else []
            )
            pairs += [place.StructParents, self.work.made.make_indirect(Array(row))]
        for thing, parent in self.by_object:
            thing.StructParent = len(pairs) // 2
            pairs += [thing.StructParent, parent]
        root.ParentTree = self.work.made.make_indirect(Dictionary(Nums=Array(pairs)))
        root.ParentTreeNextKey = len(pairs) // 2


def _listed(value: PdfValue) -> list[PdfValue]:
    return list(value) if isinstance(value, Array) else [value]


def _attributes(work: Work, value: PdfValue) -> PdfValue:
    """Keep the attributes of an element with a known owner."""
    owner = text(value.get("/O"))[1:] if isinstance(value, Dictionary) else ""
    if owner not in _KEYS:
        return None
    new = flat({f"/{key}": _attribute for key in _KEYS[owner]})(work, value)
    new.O = Name(f"/{owner}")
    return new if len(new) > 1 else None


def _attribute(work: Work, value: PdfValue) -> PdfValue:
    for rule in (whole, number, _LAYOUT, numbers):
        clean = rule(work, value)
        if clean is not None:
            return clean
    return None


def structure(work: Work, value: PdfValue) -> PdfValue:
    """Keep the structure of a document; call it after all pages were copied."""
    return StructureBuilder(work, value).built(value) if isinstance(value, Dictionary) else None
