"""XML of strangers: read without entities, DTD or network, and without comments and processing instructions."""

import re

from lxml import etree

from .report import Report, Trouble

Element = etree._Element
GONE, OPEN = "{gone}gone", "{open}open"  # tags of elements that go, and of those whose content stays
# Who signs in, before a host: browsers take any slashes, or none, for those behind http.
_SIGNED_IN = re.compile(r"(https?:[\s/\\]*|\b[a-z][a-z0-9+.-]*://)[^/\\?#\"]*@", re.I)
SCHEMES = {"http", "https", "mailto", "tel", "sms"}  # of links that may stay


def parsed(content: bytes) -> Element:
    """Return the root element; raises Trouble for markup that declares a document type."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise Trouble("entities")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Trouble("damaged") from error
    if root.getroottree().docinfo.doctype:  # in an encoding that hid it from the look above
        raise Trouble("entities")
    return root


def written(root: Element) -> bytes:
    """Return the bytes of a tree."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def drop(element: Element) -> None:
    """Remove an element with what is in it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_behind(element, parent, element.tail)
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Remove an element and leave what is in it in its place."""
    parent = element.getparent()
    _keep_behind(element, parent, element.text)
    behind, element.tail = element.tail, None
    for child in list(element):
        element.addprevious(child)
    _keep_behind(element, parent, behind)
    parent.remove(element)


def _keep_behind(element: Element, parent: Element, text: str | None) -> None:
    """Keep the words behind or in an element that goes; of blanks no more than are there already."""
    if not text:
        return
    before = element.getprevious()
    there = parent.text if before is None else before.tail
    if there and not text.strip() and there[-1].isspace():
        return
    if before is not None:
        before.tail = (there or "") + text
    else:
        parent.text = (there or "") + text


def mark_gone(element: Element) -> None:
    """Mark an element as one that goes; whoever builds the tree anew keeps the words behind it."""
    element.clear(keep_tail=True)
    element.tag = GONE


def mark_open(element: Element) -> None:
    """Mark an element as one whose content stays in its place when the tree is built anew."""
    element.attrib.clear()
    element.tag = OPEN


def leads_outside(address: str) -> bool:
    """Tell whether a link may stay: to a page, a mailbox or a place in the document itself."""
    scheme, colon, _rest = address.partition(":")
    return address.startswith("#") or (bool(colon) and scheme.lower() in SCHEMES)


def holds_credentials(text: str) -> bool:
    """Return whether a text holds an address with the name, and perhaps the password, of who signs in there."""
    return bool(_SIGNED_IN.search(text))


def without_credentials(address: str, report: Report) -> str:
    """Return an address without the name and password of who signs in there, and tell of them."""
    if not holds_credentials(address):
        return address
    report.name("credentials")
    return _SIGNED_IN.sub(r"\1", address)
