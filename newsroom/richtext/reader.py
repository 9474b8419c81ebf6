"""Reads any mark-up as a browser would, into a tree whose depth has a bound, in time that grows with its length.

Browsers walk up everything that is open at each tag, and write what a writer left open again in each block:
a text can be made for which that takes hours. Here blocks alone stand in a stack, no deeper than DEEPEST, and
what is inline is a list, no longer than MOST_OPEN, that each run of words is wrapped in.
"""

from collections.abc import Set

from .allowlist import BLOCKS, permitted
from .asides import is_put_aside
from .looks import PLAIN, Look, look_of
from .names import (
    ALL_HEADINGS,
    APART,
    BLOCK_TAGS,
    CELLS,
    CLOSES_P,
    FOREIGN,
    FORMATTING,
    IN_TABLE,
    ITEMS,
    LEAVES_FOREIGN,
    LINES_COUNT,
    PAGE,
    PASSED_BY_ITEMS,
    PLAIN_INLINE,
    RENAMED,
    SECTIONS,
    TABLE_TAGS,
    UNSEEN,
    VOID,
    WALLS,
)
from .place import Box, Place
from .tokens import Token, Tokens, attribute_value
from .tree import Element, escaped

DEEPEST = 60  # blocks within each other


class Reader(Place):
    """Builds a tree from tokens; its elements have the names that the mark-up gives them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tokens = Tokens(html)

    def read(self) -> Element:
        """Return the tree of the mark-up."""
        for token in self.tokens:
            if token.kind == "text":
                self.words(token.text)
                continue
            self.drops_newline = False
            if token.kind == "start":
                self._start(token)
            else:
                self._end(token.text)
            self.tokens.is_foreign = self.is_foreign()
        for one in list(self.inline):
            self.leave_target(one)
        self.root.unwrap_nameless()
        return self.root

    def _start(self, token: Token) -> None:
        name = token.text
        if self.tokens.is_foreign:
            if name not in LEAVES_FOREIGN:
                if not token.is_closed:
                    self.open_inline(name, {}, hidden=name in UNSEEN, foreign=True)
                return
            self.inline = [
                one for one in self.inline if not (one.is_foreign and one.level == len(self.stack))
            ]
        if name in TABLE_TAGS:
            self._start_in_table(name, token)
        elif name in BLOCK_TAGS:
            self._start_block(name, token)
        elif name in FOREIGN:
            if not token.is_closed:
                self.open_inline(name, {}, foreign=True)
        elif name == "br":
            self.place(self.element("br", {}))
        elif name == "hr":
            self._close_p()
            self._append(self.element("hr", {}))
        elif name in FORMATTING or name in PLAIN_INLINE:
            if name == "a":
                self.close_inline("a")
            look = _look(token)
            hidden = look.hides or is_put_aside(name, token.attributes)
            self.open_inline(name, _attributes(token), hidden=hidden, look=look)
        elif name in PAGE:
            self.look_of_page(_look(token))
        elif name not in VOID:
            self._start_other(name, token)
        self.drops_newline = name in {"pre", "listing", "textarea"}

    def _start_other(self, name: str, token: Token) -> None:
        look = _look(token)
        hidden = name in UNSEEN or look.hides or is_put_aside(name, token.attributes)
        if hidden or look is not PLAIN:
            self.open_inline(name, {}, hidden=hidden, look=look)

    def _start_block(self, name: str, token: Token) -> None:
        if name == "table" and self._table_box() and self.stack[self._table_box()].name in IN_TABLE:
            self._end("table")
        if name in ITEMS:
            self._close_item(name)
        if name in CLOSES_P:
            self._close_p()
        if self.stack[-1].name == name == "option" or {self.stack[-1].name, name} <= ALL_HEADINGS:
            self._close_from(len(self.stack) - 1)
        if len(self.stack) > DEEPEST:
            self.is_too_deep = True
            self.place(Element("br"))
            return
        self._push(name, token)

    def _push(self, name: str, token: Token | None = None) -> None:
        named = LINES_COUNT.get(name, name)
        known = RENAMED.get(named, named) in BLOCKS
        element = self.element(named if known else "", _attributes(token) if token and known else {})
        look = _look(token) if token is not None else PLAIN
        hidden = name in UNSEEN or look.hides or (token is not None and is_put_aside(name, token.attributes))
        hidden = hidden or (name == "figure" and self.is_out_of_sight())
        box = Box(name, element, is_hidden=hidden, look=look, opened=self.next_opened(look))
        if name == "table":
            box.before = Element("")
            self._append(box.before)
        if not hidden and not self.is_cut():
            (self.stack[-1].element if name in TABLE_TAGS else self.parent()).children.append(element)
        if name in CELLS or name in APART:
            box.outside = self.inline
            self.inline = [one for one in self.inline if not one.is_adrift]
            box.floor = len(self.inline)
        self.stack.append(box)
        self.chain_parent = None
        if look.strikes:
            self.open_inline("line-through", {})

    def _append(self, element: Element) -> None:
        if not self.is_hidden():
            self.parent().children.append(element)
        self.chain_parent = None

    def _start_in_table(self, name: str, token: Token) -> None:
        place = self._table_box()
        if place and self.stack[place].name in CELLS:
            self._close_from(place)
            place = self._table_box()
        if not place:
            return
        inside = self.stack[place].name
        table = next(n for n in range(place, 0, -1) if self.stack[n].name == "table")
        if name in SECTIONS or name in {"caption", "col", "colgroup"}:
            self._close_from(table + 1)
        elif name == "tr":
            self._close_from(place + 1 if inside in SECTIONS else place if inside == "tr" else table + 1)
        else:
            self._close_from(place + 1)
        if name in {"col", "colgroup"}:
            return
        if name in {"tr", "td", "th"} and self.stack[-1].name == "table":
            self._push("tbody")
        if name in {"td", "th"} and self.stack[-1].name != "tr":
            self._push("tr")
        self._push(name, token)

    def _table_box(self) -> int:
        """Return the place of the innermost table, or part of one, that the reading is in; 0 for none."""
        for place in range(len(self.stack) - 1, 0, -1):
            if self.stack[place].name == "template":
                return 0
            if self.stack[place].name in IN_TABLE or self.stack[place].name in CELLS:
                return place
        return 0

    def _end(self, name: str) -> None:
        if name in PAGE or name in VOID or name == "hr":
            return
        if name == "br":
            self.place(self.element("br", {}))
        elif name in TABLE_TAGS or name == "table":
            self._close({name}, {"table", "template"})
        elif name in ALL_HEADINGS:
            self._close(ALL_HEADINGS, WALLS)
        elif name in BLOCK_TAGS:
            if not self._close({name}, WALLS | {"ul", "ol"} if name == "li" else WALLS) and name == "p":
                self._append(self.element("p", {}))
        else:
            self.close_inline(name)

    def _close(self, names: Set[str], walls: Set[str]) -> bool:
        for place in range(len(self.stack) - 1, 0, -1):
            if self.stack[place].name in names:
                self._close_from(place)
                return True
            if self.stack[place].name in walls:
                break
        return False

    def _close_p(self) -> None:
        self._close({"p"}, WALLS)

    def _close_item(self, name: str) -> None:
        for place in range(len(self.stack) - 1, 0, -1):
            if self.stack[place].name in ITEMS[name]:
                self._close_from(place)
                return
            if self.stack[place].name not in PASSED_BY_ITEMS:
                return

    def _close_from(self, place: int) -> None:
        """Close the block at a place of the stack and everything in it."""
        while len(self.stack) > place:
            box = self.stack.pop()
            if box.outside is not None:
                self.inline = box.outside
        kept = []
        for one in self.inline:
            if one.level > len(self.stack):
                if one.name not in FORMATTING:
                    continue
                one.level, one.is_adrift = len(self.stack), True
            kept.append(one)
        self.inline = kept
        self.chain_parent = None


def _look(token: Token) -> Look:
    """Return what the style of an element does to its words, its references read as a browser reads them."""
    if not token.attributes:
        return PLAIN
    return look_of({name: attribute_value(value) for name, value in token.attributes.items()})


def _attributes(token: Token) -> dict[str, str]:
    ours = RENAMED.get(token.text, token.text)
    found = {}
    for name, written in token.attributes.items():
        value = permitted(ours, name, attribute_value(written))
        if value is not None:
            found[name] = escaped(value).replace('"', "&quot;")
    return found
