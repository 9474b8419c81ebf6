"""XML of strangers: read without entities, DTD or network, and without comments and processing instructions."""

from lxml import etree

from .report import Trouble

Element = etree._Element
SCHEMES = {"http", "https", "mailto", "tel", "sms"}  # of links that may stay


def parsed(content):
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


def written(root):
    """Return the bytes of a tree."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element):
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def drop(element):
    """Remove an element with what is in it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_behind(element, parent, element.tail)
    parent.remove(element)


def unwrap(element):
    """Remove an element and leave what is in it in its place."""
    parent = element.getparent()
    _keep_behind(element, parent, element.text)
    behind, element.tail = element.tail, None
    for child in list(element):
        element.addprevious(child)
    _keep_behind(element, parent, behind)
    parent.remove(element)


def _keep_behind(element, parent, text):
    if not text:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def leads_outside(address):
    """Tell whether a link may stay: to a page, a mailbox or a place in the document itself."""
    return address.startswith("#") or address.split(":", 1)[0].lower() in SCHEMES
