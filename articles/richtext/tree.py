"""A small tree of the mark-up that nh3 wrote, to reshape it and to write it again.

nh3 closes every element, quotes every attribute with double quotes and escapes < and > in text, so
that a regular expression finds every tag. Texts stay as they are, escaped.
"""

import re
from dataclasses import dataclass, field

from .allowlist import VOID

TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:"[^"]*"|[^">])*)>')
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
DEEPEST = 60  # elements within each other


class TooDeep(ValueError):
    """Mark-up nested deeper than any text needs."""


@dataclass(slots=True, eq=False)
class Element:
    """An element; its children are elements and escaped texts."""

    name: str
    attributes: dict = field(default_factory=dict)
    children: list = field(default_factory=list)

    def walk(self):
        """Yield the elements below in the order of the text."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def text(self):
        """Return the escaped words inside."""
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


def parse(html, transparent=frozenset()):
    """Return the tree of mark-up that nh3 wrote, without the transparent tags, or raise TooDeep."""
    root = Element("")
    path, position = [root], 0
    for match in TAG.finditer(html):
        if match.start() > position:
            path[-1].children.append(html[position : match.start()])
        position = match.end()
        closing, name, rest = match.groups()
        if name in transparent:
            continue
        if closing:
            while len(path) > 1 and path.pop().name != name:
                pass
            continue
        element = Element(name, dict(ATTRIBUTE.findall(rest)))
        path[-1].children.append(element)
        if name not in VOID:
            path.append(element)
            if len(path) > DEEPEST:
                raise TooDeep
    if html[position:]:
        path[-1].children.append(html[position:])
    return root


def write(node):
    """Return the mark-up of a tree, of an element or of an escaped text."""
    if isinstance(node, str):
        return node
    inside = "".join(map(write, node.children))
    if not node.name:
        return inside
    attributes = "".join(f' {name}="{value}"' for name, value in sorted(node.attributes.items()))
    return f"<{node.name}{attributes}>" + ("" if node.name in VOID else f"{inside}</{node.name}>")
