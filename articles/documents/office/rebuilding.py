"""Builds markup anew from what is known: a list of elements, attributes and kinds of values, and nothing else.

What the list does not know is cut, with all that is in it, and handed to the caller. Prefixes and
declarations of namespaces are ours, so that nothing hides there either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from . import values

Rule = Callable[[str], str | None]
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True)
class Names:
    """What is known of one kind of markup; names are written with the prefixes of spaces."""

    spaces: dict[str, str]  # prefix to namespace
    elements: frozenset[str]
    attributes: frozenset[str]  # "w:val"; "a:*val" for one without a prefix at any element of a:
    parents: dict[str, frozenset[str]] = field(default_factory=dict)  # of what may stand in some places only
    texts: frozenset[str] = frozenset()  # elements whose words a reader sees
    figures: frozenset[str] = frozenset()  # elements that hold a plain value
    vital: frozenset[str] = frozenset()  # attributes without which an element says nothing
    ignorable: str = ""  # prefixes that older programs may pass over


def known(**lists: str) -> frozenset[str]:
    """Return the names in lists, each with the prefix that the list is called by."""
    return frozenset(f"{prefix}:{name}" for prefix, names in lists.items() for name in names.split())


def under(text: str) -> dict[str, frozenset[str]]:
    """Return {child: its parents} of lines "child child < parent parent"."""
    found: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        children, _, parents = line.partition("<")
        for child in children.split():
            found[child] = found.get(child, frozenset()) | frozenset(parents.split())
    return found


class Builder:
    """Builds the parts of one document; rules say what becomes of values that are not plain.

    A rule is found by "element@attribute" or "@attribute", for the words of an element by its name.
    """

    def __init__(
        self, names: Names, rules: dict[str, Rule], cut: Callable[[str, etree._Element], None]
    ) -> None:
        self._names, self._rules, self._cut = names, rules, cut
        self._prefixes = {space: prefix for prefix, space in names.spaces.items()}
        self._known: dict[str, str] = {}

    def built(self, root: etree._Element, name: str) -> etree._Element | None:
        """Return a tree of what is known in another one, or None if its root has not the name that it should."""
        if self._name(root.tag) != name:
            return None
        made = self._made(root, None)
        if made is None:
            return None
        self._fill(root, made)
        etree.cleanup_namespaces(made)
        return made

    def _name(self, tag: str) -> str:
        """Return the name of an element or attribute with our prefix; "" for a namespace that is not known."""
        found = self._known.get(tag)
        if found is None:
            space, _, local = tag.rpartition("}")
            prefix = self._prefixes.get(space[1:]) if space else "-"
            found = self._known[tag] = f"{prefix}:{local}" if prefix else ""
        return found

    def _made(self, source: etree._Element, parent: etree._Element | None) -> etree._Element | None:
        """Return a new element with the attributes that are known, or None where one goes that it needs."""
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

    def _fill(self, source: etree._Element, made: etree._Element) -> None:
        """Put what is known inside of an element into the new one."""
        name = self._name(source.tag)
        self._speak(source, made, name)
        for child in source:
            if not isinstance(child.tag, str):
                continue
            inside = self._name(child.tag)
            allowed = self._names.parents.get(inside)
            if inside not in self._names.elements or (allowed is not None and name not in allowed):
                self._lose(inside, child, made, name)
                continue
            new = self._made(child, made)
            if new is None:
                self._lose(inside, child, made, name)
            else:
                self._fill(child, new)
                self._tail(child, new, name)

    def _speak(self, source: etree._Element, made: etree._Element, name: str) -> None:
        text = source.text or ""
        if not text:
            return
        rule = self._rules.get(name)
        if rule is not None:
            made.text = rule(text)
        elif name in self._names.texts or (name in self._names.figures and values.is_plain(text)):
            made.text = text

    def _tail(self, child: etree._Element, new: etree._Element, around: str) -> None:
        """Keep words behind an element where they belong to one that holds words and elements."""
        tail = child.tail or ""
        if tail and around in self._names.texts:
            new.tail = tail

    def _lose(self, name: str, child: etree._Element, made: etree._Element, around: str) -> None:
        """Let an element go, and keep the words behind it where they belong to what is around it."""
        self._cut(name, child)
        if child.tail and around in self._names.texts:
            if len(made):
                made[-1].tail = (made[-1].tail or "") + child.tail
            else:
                made.text = (made.text or "") + child.tail
