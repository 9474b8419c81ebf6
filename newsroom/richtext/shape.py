"""Gives mark-up the shape of ours: headings from h2 on, lists of items, words in paragraphs, ids that lead."""

import html as html_text
import re
import unicodedata
from collections.abc import Iterable
from typing import TypeGuard

from .allowlist import BLOCKS, HEADINGS, INLINE, LISTS, TABLE_PARTS
from .names import RENAMED
from .tree import Element, Node

SHIFTED = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
TEXT_BLOCKS = {"p"} | HEADINGS  # they hold words, never other blocks
BARE = {"a", "span"}  # they say nothing without an attribute
PRUNED = BLOCKS - TABLE_PARTS - {"hr", "table"} | INLINE
TRIMMED = TEXT_BLOCKS | {"li", "td", "th", "caption", "figcaption", "blockquote"}
SPACE = re.compile(r"(?:\s|&nbsp;)*")


def reshape(root: Element) -> None:
    """Change the tree into one of ours, in place; every word stays, in its order."""
    _rename(root)
    root.children = _flow(root.children, loose=True)
    _trim(root)
    _settle_ids(root)
    _settle_links(root)
    _prune(root)


def _is_blank(node: Node) -> bool:
    return isinstance(node, str) and SPACE.fullmatch(node) is not None


def _is_block(node: Node) -> TypeGuard[Element]:
    return isinstance(node, Element) and node.name in BLOCKS


def _holds_blocks(node: Element) -> bool:
    return any(map(_is_block, node.children))  # what is inline holds none: see reader


def _rename(root: Element) -> None:
    elements = list(root.walk())
    shift = SHIFTED if any(element.name == "h1" for element in elements) else {}
    kept: set[Element] = set()
    for element in elements:
        if element.name == "pre" and element not in kept:  # one inside another is done with it
            kept.update(_keep_lines(element))
        element.name = shift.get(element.name) or RENAMED.get(element.name, element.name)


def _keep_lines(element: Element) -> list[Element]:
    """Write the line breaks of preformatted text as br; return the elements that this is done for."""
    parts = [element, *element.walk()]
    for part in parts:
        pieces: list[Node] = []
        for child in part.children:
            if not isinstance(child, str):
                pieces.append(child)
                continue
            for number, line in enumerate(child.splitlines()):
                pieces += [Element("br"), line] if number else [line]
            if child.endswith("\n"):
                pieces.append(Element("br"))
        part.children = pieces
    return parts


def _flow(nodes: Iterable[Node], *, loose: bool = False, headings: bool = True) -> list[Node]:
    """Return nodes as flow content: blocks, and words outside them.

    With loose, words outside any block become paragraphs; without headings, headings become paragraphs.
    """
    found: list[Node] = []
    run: list[Node] = []  # neighbours that stand in no block
    items: Element | None = None

    def close_run() -> None:
        if loose and not all(map(_is_blank, run)):
            found.append(Element("p", {}, run.copy()))
        else:
            found.extend(run)
        run.clear()

    for node in nodes:
        if not _is_block(node):
            run.append(node)
            items = items if _is_blank(node) else None
            continue
        close_run()
        if node.name == "li":  # an item without a list
            if items is None:
                items = Element("ul")
                found.append(items)
            items.children += _items([node])
            continue
        items = None
        found += _block(node, headings=headings)
    close_run()
    return found


def _block(node: Element, *, headings: bool) -> list[Node]:
    """Return a block in our shape, in pieces where it holds what it may not hold."""
    if node.name == "figcaption" or (node.name in HEADINGS and not headings):  # a caption without its figure
        node.name = "p"
    if node.name in TEXT_BLOCKS:
        return _apart(node, headings=headings)
    if node.name in LISTS:
        node.children = _items(node.children)
    elif node.name == "figure":
        return _figure(node)
    elif node.name == "table" and not any(part.name == "tr" for part in node.walk()):
        captions = [part for part in node.children if isinstance(part, Element) and part.name == "caption"]
        return [piece for caption in captions for piece in _flow(caption.children, loose=True)]
    elif node.name in {"table", "thead", "tbody", "tfoot", "tr"}:
        for part in node.children:
            if isinstance(part, Element):
                _block(part, headings=headings)
    elif node.name != "hr":
        node.children = _flow(node.children, headings=node.name not in {"th", "caption"})
    return [node]


def _apart(node: Element, *, headings: bool) -> list[Node]:
    """Return a paragraph or heading with the blocks that were inside it as its neighbours."""
    if not _holds_blocks(node):
        return [node]
    found: list[Node] = []
    run: list[Node] = []

    def close_run() -> None:
        if all(map(_is_blank, run)):
            found.extend(run)
        else:
            found.append(Element(node.name, dict(node.attributes), run.copy()))
            node.attributes.pop("id", None)
        run.clear()

    for child in node.children:
        if not _is_block(child):
            run.append(child)
            continue
        close_run()
        if child.name == "p" and node.name in HEADINGS:
            child.name = node.name
        found += _flow([child], headings=headings)
    close_run()
    return found


def _items(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes as the content of a list: items alone. A list between two items moves into the first."""
    found: list[Node] = []
    run: list[Node] = []
    items: list[Element] = []

    def close_run() -> None:
        if all(map(_is_blank, run)):
            found.extend(run)
        else:
            items.append(Element("li", {}, _flow(run.copy())))
            found.append(items[-1])
        run.clear()

    for node in nodes:
        if isinstance(node, Element) and node.name == "li":
            close_run()
            node.children = _flow(node.children)
            items.append(node)
            found.append(node)
        elif isinstance(node, Element) and node.name in LISTS and (items or any(map(_is_element, run))):
            close_run()
            items[-1].children += _flow([node])
        else:
            run.append(node)
    close_run()
    return found


def _is_element(node: Node) -> TypeGuard[Element]:
    return isinstance(node, Element)


def _figure(node: Element) -> list[Node]:
    """Return a figure; one that names a picture of the library is empty, and what it held follows it."""
    if "data-picture" in node.attributes:
        picture = Element("figure", {"data-picture": node.attributes["data-picture"]})
        return [picture, *_flow(node.children, loose=True)]
    caption = next((c for c in node.children if isinstance(c, Element) and c.name == "figcaption"), None)
    found: list[Node] = []
    for child in node.children:
        if child is caption:
            child.children = _flow(child.children)
            found.append(child)
        else:
            found += _flow([child])
    node.children = found
    return [node]


def _trim(root: Element) -> None:
    """Drop the line breaks at the ends of blocks, which no reader sees."""
    for element in [root, *root.walk()]:
        if element.name in TRIMMED and any(map(_is_element, element.children)):
            kept = _without_breaks_at_end(element.children)
            element.children = _without_breaks_at_end(kept[::-1])[::-1]


def _without_breaks_at_end(nodes: list[Node]) -> list[Node]:
    end = len(nodes)
    while end and (_is_blank(nodes[end - 1]) or _is_break(nodes[end - 1])):
        end -= 1
    return nodes[:end] + [node for node in nodes[end:] if not _is_break(node)]


def _is_break(node: Node) -> bool:
    return isinstance(node, Element) and node.name == "br"


def _settle_ids(root: Element) -> None:
    """Keep each id once, and give headings ids of their own."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for element in root.walk():
        own = element.attributes.pop("id", "") or element.attributes.pop("name", "")
        element.attributes.pop("name", None)
        if own in taken:
            own = ""
        if not own and element.name in HEADINGS:
            own = _heading_id(element.text(), taken, numbers)
        if own:
            element.attributes["id"] = own
            taken.add(own)


def _heading_id(text: str, taken: set[str], numbers: dict[str, int]) -> str:
    """Return an id that is not taken; numbers holds the last number tried for each id, so that none is tried twice."""
    words = unicodedata.normalize("NFC", html_text.unescape(text[:400])).lower()
    kept = "".join(c if c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"} else " " for c in words)
    base = "s-" + ("-".join(kept.split())[:40].strip("-") or "section")
    found = base
    while found in taken:
        numbers[base] = numbers.get(base, 1) + 1
        found = f"{base}-{numbers[base]}"
    return found


def _settle_links(root: Element) -> None:
    """Drop links to ids that are not there, and give links to other sites rel="noopener"."""
    targets = {element.attributes.get("id") for element in root.walk()}
    for element in root.walk():
        href = element.attributes.get("href", "")
        if href.startswith("#") and html_text.unescape(href[1:]) not in targets:
            element.attributes.pop("href")
        element.attributes.pop("rel", None)
        if href.lower().startswith(("http:", "https:")):
            element.attributes["rel"] = "noopener"


def _prune(node: Element) -> None:
    """Drop elements that are empty or say nothing, from the inside out."""
    kept: list[Node] = []
    for child in node.children:
        if isinstance(child, str):
            kept.append(child)
            continue
        _prune(child)
        says_nothing = child.name in BARE and not child.attributes.keys() & {"href", "id", "lang", "dir"}
        if says_nothing:
            kept += child.children
        elif _is_empty(child):
            kept += child.children if child.name in INLINE else ["\n"]
        else:
            kept.append(child)
    node.children = kept


def _is_empty(element: Element) -> bool:
    if element.name not in PRUNED or "data-picture" in element.attributes:
        return False
    if element.name == "a" and "id" in element.attributes:
        return False
    return all(_is_blank(c) or (isinstance(c, Element) and c.name == "br") for c in element.children)
