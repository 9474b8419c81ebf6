"""Rebuilds XML from an allow-list of elements, attributes and values.

An element that is not on the list is cut with its content, and passed to a callback. The new tree has its own
namespace prefixes and declarations, so that nothing can hide there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from .. import markup
from . import values

ValueRule = Callable[[str], str | None]
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True)
class Vocabulary:
    """The allow-lists for one type of markup; names have the prefixes of spaces."""

    spaces: dict[str, str]  # prefix to namespace
    elements: frozenset[str]
    attributes: frozenset[str]  # "w:val"; "a:*val" for one without a prefix at any element of a:
    parents: dict[str, frozenset[str]] = field(default_factory=dict)  # child to the only parents it may have
    texts: frozenset[str] = frozenset()  # elements with text for readers
    figures: frozenset[str] = frozenset()  # elements whose text is a plain value
    vital: frozenset[str] = frozenset()  # attributes without which the element is cut
    single: frozenset[str] = frozenset()  # elements that may occur once per parent


def known(**lists: str) -> frozenset[str]:
    """Return the names in the lists, each with the keyword of its list as the prefix."""
    return frozenset(f"{prefix}:{name}" for prefix, names in lists.items() for name in names.split())


def under(text: str) -> dict[str, frozenset[str]]:
    """Return {child: its allowed parents} from lines "child child < parent parent"."""
    found: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        children, _, parents = line.partition("<")
        for child in children.split():
            found[child] = found.get(child, frozenset()) | frozenset(parents.split())
    return found


class Builder:
    """Rebuilds the parts of one document.

    Rules return the new value, or None, for values that are not plain. Their keys are "element@attribute" or
    "@attribute" for attributes, and the element for its text. cut() gets each element that is left out.
    """

    def __init__(
        self, names: Vocabulary, rules: dict[str, ValueRule], cut: Callable[[str, markup.Element], None]
    ) -> None:
        self._names, self._rules, self._cut = names, rules, cut
        self._prefixes = {space: prefix for prefix, space in names.spaces.items()}
        self._known: dict[str, str] = {}

    def built(self, root: markup.Element, name: str) -> markup.Element | None:
        """Return the rebuilt tree, or None where the root has another name; empties the given tree."""
        if not name or self._name(root.tag) != name:
            return None
        made = self._made(root, None)
        if made is None:
            return None
        self._fill(root, made)
        etree.cleanup_namespaces(made)
        return made

    def _name(self, tag: str) -> str:
        """Return the name of an element or attribute with our prefix, or "" for an unknown namespace."""
        found = self._known.get(tag)
        if found is None:
            space, _, local = tag.rpartition("}")
            prefix = self._prefixes.get(space[1:]) if space else "-"
            found = self._known[tag] = f"{prefix}:{local}" if prefix else ""
        return found

    def _made(self, source: markup.Element, parent: markup.Element | None) -> markup.Element | None:
        """Return a new element with the known attributes, or None where a vital one is not allowed."""
        name = self._name(source.tag)
        kept: dict[str, str] = {}
        for key, value in source.attrib.items():
            one = self._value(name, str(key), str(value))
            if one is not None:
                kept[str(key)] = one
            elif self._is_vital(name, str(key)):
                return None
        if parent is None:
            spaces = {
                prefix: space for prefix, space in self._names.spaces.items() if prefix not in {"-", "xml"}
            }
            return etree.Element(source.tag, kept, nsmap=spaces)
        return etree.SubElement(parent, source.tag, kept)

    def _value(self, element: str, key: str, value: str) -> str | None:
        name = self._name(key)
        bare = f"{element.partition(':')[0]}:*{key}" if name.startswith("-:") else name
        label = key if name.startswith("-:") else name
        rule = self._rules.get(f"{element}@{label}") or self._rules.get(f"@{label}")
        if rule is not None:
            return rule(value)
        if bare not in self._names.attributes:
            return None
        return values.plain(value)

    def _is_vital(self, element: str, key: str) -> bool:
        name = self._name(key)
        label = key if name.startswith("-:") else name
        return f"{element}@{label}" in self._names.vital or f"@{label}" in self._names.vital

    def _fill(self, source: markup.Element, made: markup.Element) -> None:
        """Rebuild the content of an element in the new one, and empty the old one to save memory."""
        name = self._name(source.tag)
        writer = _Writer(made, holds_words=name in self._names.texts)
        writer.write(self._words(source.text or "", name))
        self._put(source, made, name, writer)
        writer.end()
        source.clear(keep_tail=True)

    def _put(self, source: markup.Element, made: markup.Element, name: str, writer: "_Writer") -> None:
        """Rebuild the children of an element, and the text behind them, in the new element."""
        for child in source:
            if child.tag == markup.OPEN:
                writer.write(child.text or "")
                self._put(child, made, name, writer)
            elif isinstance(child.tag, str) and child.tag != markup.GONE:
                self._child(child, made, name, writer)
            writer.write(child.tail or "")

    def _child(self, child: markup.Element, made: markup.Element, name: str, writer: "_Writer") -> None:
        inside = self._name(child.tag)
        allowed = self._names.parents.get(inside)
        new = None
        is_again = inside in self._names.single and inside in writer.seen
        if inside in self._names.elements and (allowed is None or name in allowed) and not is_again:
            writer.seen.add(inside)
            writer.end()
            new = self._made(child, made)
        if new is None:
            self._cut(inside, child)
        else:
            writer.last = new
            self._fill(child, new)

    def _words(self, text: str, name: str) -> str:
        """Return what may stay of the text at the beginning of an element."""
        rule = self._rules.get(name)
        if rule is not None:
            return (rule(text) or "") if text else ""
        stays = name in self._names.texts or (name in self._names.figures and values.is_plain(text))
        return text if stays else ""


class _Writer:
    """Collects text for an element, and writes it into the element or behind its last child."""

    def __init__(self, made: markup.Element, *, holds_words: bool) -> None:
        self._made, self._holds_words = made, holds_words
        self._words: list[str] = []
        self._is_first = True
        self.seen: set[str] = set()  # names of the children
        self.last: markup.Element | None = None

    def write(self, words: str) -> None:
        """Collect text; text behind a child counts only in elements with text for readers."""
        if words and (self._is_first or self._holds_words):
            self._words.append(words)
        self._is_first = False

    def end(self) -> None:
        """Write what was collected."""
        words = "".join(self._words)
        self._words.clear()
        if not words:
            return
        if self.last is None:
            self._made.text = words
        else:
            self.last.tail = words
