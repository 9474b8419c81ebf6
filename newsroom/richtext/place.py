"""Where a reading of mark-up is: which blocks are open, and what is inline, that each run of words stands in."""

from dataclasses import dataclass

from .allowlist import INLINE
from .looks import PLAIN, Look
from .names import ADDS_NOTHING_TWICE, FORMATTING, HTML_WITHIN_FOREIGN, IN_TABLE, RENAMED
from .tree import Element, escaped

MOST_INLINE = 12  # inline elements within each other
MOST_OPEN = 60  # inline elements that are open, whether they show or not


@dataclass(slots=True, eq=False)
class Inline:
    """An inline element that is open, and how many blocks were open when it was."""

    name: str
    attributes: dict[str, str]
    level: int
    shows: bool = False  # it becomes an element
    is_hidden: bool = False
    is_foreign: bool = False
    is_adrift: bool = False  # the block that it was opened in is closed
    of: "Inline | None" = None  # the element whose style this is
    look: Look = PLAIN
    opened: int = 0  # how many elements with a look were open before

    @property
    def is_target(self) -> bool:
        """Return whether a link may lead here, though no words stand in it."""
        return self.shows and bool(self.attributes.keys() & {"id", "name"})


@dataclass(slots=True, eq=False)
class Box:
    """A block that is open."""

    name: str
    element: Element
    is_hidden: bool = False
    before: Element | None = None  # of a table: what stands in it outside its cells is shown before it
    outside: list[Inline] | None = None  # of a cell: what was open around it
    floor: int = 0  # of a cell: how many of those reach into it
    look: Look = PLAIN
    opened: int = 0


class Place:
    """The place of a reading within the tree that it builds."""

    def __init__(self) -> None:
        self.root = Element("")
        self.elements = 0
        self.is_too_deep = False
        self.stack = [Box("", self.root)]
        self.inline: list[Inline] = []
        self.chain: list[tuple[Inline, Element]] = []  # what the last words were wrapped in
        self.chain_parent: Element | None = None
        self.drops_newline = False
        self.looks = 0  # how many elements with a look were opened

    def words(self, words: str) -> None:
        """Put words where the reading is."""
        if self.drops_newline:
            words, self.drops_newline = words.removeprefix("\n"), False
        if words and (self.stack[-1].name not in IN_TABLE or words.strip(" \t\n\f\r")):
            self.place(escaped(words))

    def place(self, node: str | Element) -> None:
        """Put words or a line break where the reading is, within what is open."""
        if self.is_hidden():
            return
        parent = self.parent()
        shown = self._shown()
        if self.chain_parent is not parent:
            self.chain, self.chain_parent = [], parent
        common = 0
        while common < min(len(self.chain), len(shown)) and self.chain[common][0] is shown[common]:
            common += 1
        del self.chain[common:]
        for one in shown[common:]:
            element = self.element(one.name, one.attributes)
            one.attributes = {k: v for k, v in one.attributes.items() if k not in {"id", "name"}}
            (self.chain[-1][1] if self.chain else parent).children.append(element)
            self.chain.append((one, element))
        (self.chain[-1][1] if self.chain else parent).children.append(node)

    def is_hidden(self) -> bool:
        """Return whether nothing that stands here is part of the text."""
        return self.is_cut() or self.is_out_of_sight()

    def is_cut(self) -> bool:
        """Return whether nothing here is part of the text, nor anything that is opened within."""
        return any(box.is_hidden for box in self.stack) or any(one.is_hidden for one in self.inline)

    def is_out_of_sight(self) -> bool:
        """Return whether nobody saw words here, unless an element within shows them again."""
        if not self.looks:
            return False
        opened: list[Box | Inline] = [*self.stack, *self.inline]
        found: dict[str, bool] = {}
        for one in sorted((one for one in opened if one.look.passed_on), key=lambda one: one.opened):
            found |= one.look.passed_on
        is_on_paper = found.get("white") and not found.get("backed")
        return bool(found.get("visibility") or found.get("size") or found.get("clear") or is_on_paper)

    def next_opened(self, look: Look) -> int:
        """Return the number of an element that is opened with a look."""
        self.looks += bool(look.passed_on)
        return self.looks

    def look_of_page(self, look: Look) -> None:
        """Take in what the page does to all words."""
        passed_on = {name: value for name, value in look.passed_on.items() if name in {"backed", "white"}}
        self.stack[0].look = Look(passed_on=self.stack[0].look.passed_on | passed_on)
        self.next_opened(self.stack[0].look)

    def _shown(self) -> list[Inline]:
        links = [one for one in self.inline if one.name == "a"]
        return [one for one in self.inline if one.shows and (one.name != "a" or one is links[-1])]

    def element(self, name: str, attributes: dict[str, str]) -> Element:
        """Return a new element of the tree."""
        self.elements += 1
        return Element(name, dict(attributes))

    def parent(self) -> Element:
        """Return what words and blocks go into here."""
        if self.stack[-1].name in IN_TABLE:
            table = next(box for box in reversed(self.stack) if box.name == "table")
            return table.before or table.element
        return self.stack[-1].element

    def open_inline(
        self,
        name: str,
        attributes: dict[str, str],
        *,
        hidden: bool = False,
        foreign: bool = False,
        look: Look = PLAIN,
    ) -> None:
        """Let the words that follow stand in an inline element."""
        if len(self.inline) >= MOST_OPEN:
            self.is_too_deep = True
            return
        ours = RENAMED.get(name, name)
        one = Inline(name, attributes, len(self.stack), is_hidden=hidden, is_foreign=foreign)
        one.look, one.opened = look, self.next_opened(look)
        if ours in INLINE and not foreign:
            shown = self._shown()
            same = ours in ADDS_NOTHING_TWICE and any(
                RENAMED.get(other.name, other.name) == ours and other.attributes == attributes
                for other in shown
            )
            one.shows = not same and len(shown) < MOST_INLINE
            self.is_too_deep = self.is_too_deep or len(shown) >= MOST_INLINE
        self.inline.append(one)
        if look.strikes and len(self.inline) < MOST_OPEN:
            same = any(RENAMED.get(other.name, other.name) == "s" for other in self._shown())
            self.inline.append(Inline("line-through", {}, one.level, shows=not same, of=one))

    def close_inline(self, name: str) -> None:
        """Let the words that follow stand outside the innermost inline element of this name."""
        for place in range(len(self.inline) - 1, self._floor() - 1, -1):
            one = self.inline[place]
            if one.name == name and (name in FORMATTING or one.level == len(self.stack)):
                self.leave_target(one)
                above = [other for other in self.inline[place + 1 :] if other.of is not one]
                if name not in FORMATTING:
                    above = [other for other in above if other.name in FORMATTING]
                self.inline[place:] = above
                return

    def leave_target(self, one: Inline) -> None:
        """Keep the target of a link in which no words stand."""
        if one.name == "a" and one.is_target:
            self.place("")

    def _floor(self) -> int:
        return next((box.floor for box in reversed(self.stack) if box.outside is not None), 0)

    def is_foreign(self) -> bool:
        """Return whether the reading is in a drawing or a formula, where mark-up has other rules."""
        own = [one for one in self.inline if one.is_foreign and one.level == len(self.stack)]
        return bool(own) and own[-1].name not in HTML_WITHIN_FOREIGN
