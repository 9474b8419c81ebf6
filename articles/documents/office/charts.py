"""Charts: replaces references to tables by the values that are shown, so that hidden tables and files can go."""

from collections.abc import Callable

from lxml import etree

from .. import markup
from .drawingnames import SPACES

_C, _A = f"{{{SPACES['c']}}}", f"{{{SPACES['a']}}}"


def embed_values(root: markup.Element, stays: Callable[[str], bool]) -> None:
    """Replace each reference whose formula stays() rejects by the values that the chart shows."""
    for reference in list(root.iter(f"{_C}numRef", f"{_C}strRef", f"{_C}multiLvlStrRef")):
        parent = reference.getparent()
        if parent is None or stays(reference.findtext(f"{_C}f") or ""):
            continue
        if parent.tag == f"{_C}tx":
            _put_words(reference, parent)
        else:
            _put_values(reference)


def _put_words(reference: markup.Element, parent: markup.Element) -> None:
    """Replace a reference by the text of a title or of the name of a series."""
    words = " ".join(one.text or "" for one in reference.iter(f"{_C}v"))
    markup.drop(reference)
    around = parent.getparent()
    if around is not None and around.tag == f"{_C}ser":
        etree.SubElement(parent, f"{_C}v").text = words
        return
    rich = etree.SubElement(parent, f"{_C}rich")
    etree.SubElement(rich, f"{_A}bodyPr")
    paragraph = etree.SubElement(rich, f"{_A}p")
    etree.SubElement(etree.SubElement(paragraph, f"{_A}r"), f"{_A}t").text = words


def _put_values(reference: markup.Element) -> None:
    """Replace a reference by the values that the chart has cached."""
    is_number = reference.tag == f"{_C}numRef"
    literal = etree.Element(f"{_C}{'numLit' if is_number else 'strLit'}")
    cache = next(reference.iterfind(f"{_C}*[{_C}pt]"), None)
    if reference.tag == f"{_C}multiLvlStrRef":
        cache = next(reference.iter(f"{_C}lvl"), None)
    elif cache is None:
        cache = next(iter(reference.iterchildren(f"{_C}numCache", f"{_C}strCache")), None)
    kept = [] if cache is None else list(cache.iterchildren(f"{_C}formatCode", f"{_C}ptCount", f"{_C}pt"))
    if not any(one.tag == f"{_C}ptCount" for one in kept):
        etree.SubElement(literal, f"{_C}ptCount", val=str(sum(one.tag == f"{_C}pt" for one in kept)))
    literal.extend(kept)
    reference.addprevious(literal)
    markup.drop(reference)
