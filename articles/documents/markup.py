"""Parses untrusted XML without entities, DTD, network, comments and processing instructions, and edits its tree."""

import re

from lxml import etree

from .report import DocumentError, Report

type Element = etree._Element
# Tags that mark elements for office/rebuilding.py: one that is dropped, and one whose content stays in its place.
GONE, OPEN = "{gone}gone", "{open}open"
# User name and password before a host; browsers accept any number of slashes and backslashes after "http:".
_SIGNED_IN = re.compile(r"(https?:[\s/\\]*+|\b[a-z][a-z0-9+.-]{0,40}+://)[^/\\?#\"]{0,2000}@", re.I)
SCHEMES = {"http", "https", "mailto", "tel", "sms"}  # of links that are kept


def parsed(content: bytes) -> Element:
    """Return the root element; raises DocumentError for markup that declares a document type."""
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
        raise DocumentError("entities")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError("damaged") from error
    if root.getroottree().docinfo.doctype:  # in an encoding in which the search above does not find it
        raise DocumentError("entities")
    return root


def written(root: Element) -> bytes:
    """Return the bytes of a tree."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def drop(element: Element) -> None:
    """Remove an element and its content; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_behind(element, parent, element.tail)
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Replace an element by its content."""
    parent = element.getparent()
    _keep_behind(element, parent, element.text)
    behind, element.tail = element.tail, None
    for child in list(element):
        element.addprevious(child)
    _keep_behind(element, parent, behind)
    parent.remove(element)


def _keep_behind(element: Element, parent: Element, text: str | None) -> None:
    """Move text to the place before an element that is removed; white space only where there is none yet."""
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
    """Mark an element as dropped; rebuilding keeps the text behind it."""
    element.clear(keep_tail=True)
    element.tag = GONE


def mark_open(element: Element) -> None:
    """Mark an element as one that rebuilding replaces by its content."""
    element.attrib.clear()
    element.tag = OPEN


def leads_outside(address: str) -> bool:
    """Return whether a link may stay: one to a page, a mailbox, a phone or a place in the document itself."""
    scheme, colon, _rest = address.partition(":")
    return address.startswith("#") or (bool(colon) and scheme.lower() in SCHEMES)


def holds_credentials(text: str) -> bool:
    """Return whether a text holds a URL with a user name and perhaps a password."""
    return bool(_SIGNED_IN.search(text))


def without_credentials(address: str, report: Report) -> str:
    """Return a URL without its user name and password, and report that it had them."""
    if not holds_credentials(address):
        return address
    report.add("credentials")
    return _SIGNED_IN.sub(r"\1", address)
