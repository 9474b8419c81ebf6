"""A small tree of mark-up, to reshape it and to write it again; texts stand in it escaped."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .allowlist import VOID

type Node = Element | str  # a text is escaped


@dataclass(slots=True, eq=False)
class Element:
    """An element; its children are elements and escaped texts."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        """Yield the elements below in the order of the text."""
        waiting = [iter(self.children)]
        while waiting:
            for child in waiting[-1]:
                if isinstance(child, Element):
                    yield child
                    waiting.append(iter(child.children))
                    break
            else:
                waiting.pop()

    def text(self) -> str:
        """Return the escaped words inside."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def unwrap_nameless(self) -> None:
        """Put what stands in elements without a name below this one in their place."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Element):
                child.unwrap_nameless()
            if isinstance(child, Element) and not child.name:
                found += child.children
            else:
                found.append(child)
        self.children = found


def escaped(text: str) -> str:
    """Return text as mark-up writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def write(node: Node) -> str:
    """Return the mark-up of a tree, of an element or of an escaped text."""
    if isinstance(node, str):
        return node
    inside = "".join(map(write, node.children))
    if not node.name:
        return inside
    attributes = "".join(f' {name}="{value}"' for name, value in sorted(node.attributes.items()))
    return f"<{node.name}{attributes}>" + ("" if node.name in VOID else f"{inside}</{node.name}>")
