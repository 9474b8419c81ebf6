"""Fields of a DOCX: page numbers, references and links get new code, the others are replaced by their results.

The old code of a field (conditions, records of reference managers, paths) is invisible to readers, so it is dropped.
"""

import itertools
import re

from lxml import etree

from articles.documents import markup
from articles.documents.office.namespaces import W
from articles.documents.office.stylenames import is_built_in
from articles.documents.report import Report

from .wordrules import Bookmarks

_NAMED = {
    "INCLUDEPICTURE": "linked_pictures", "INCLUDETEXT": "linked_content", "INCLUDE": "linked_content",
    "IMPORT": "linked_content", "LINK": "linked_content", "DATABASE": "linked_content",
    "DDE": "linked_content", "DDEAUTO": "linked_content", "RD": "linked_content",
    "MACROBUTTON": "controls", "MACRO": "controls", "EQ": "unknown_parts",
    "AUTHOR": "author_fields", "LASTSAVEDBY": "author_fields", "USERNAME": "author_fields",
    "USERINITIALS": "author_fields", "USERADDRESS": "author_fields", "FILENAME": "author_fields",
    "TEMPLATE": "author_fields", "DOCPROPERTY": "author_fields", "DOCVARIABLE": "author_fields",
    "INFO": "author_fields", "COMMENTS": "author_fields", "KEYWORDS": "author_fields",
}  # fmt: skip
_PAGES = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"}
_PLACES = {"REF", "PAGEREF", "NOTEREF"}
_NUMBERS = {"LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT"}
_FORMATS = {
    "arabic", "roman", "alphabetic", "mergeformat", "charformat", "ordinal", "cardtext", "ordtext", "arabicdash",
    "upper", "lower", "caps", "firstcap", "hex", "dollartext",
}  # fmt: skip
_TOKEN = re.compile(r'"[^"]*"|“[^”]*”|\\[^\s"]|[^\s"\\]+')
_LEVELS = re.compile(r"[1-9](-[1-9])?")


def _bare(token: str) -> str:
    return token.strip('"“”')


def _format(tokens: list[str]) -> str:
    """Return the switch with the number format, or an empty string."""
    for switch, word in itertools.pairwise(tokens):
        if switch == "\\*" and _bare(word).lower() in _FORMATS:
            return f" \\* {_bare(word)}"
    return ""


def _hyperlink(tokens: list[str], bookmarks: Bookmarks) -> str | None:
    """Return the new code of a link, or None for one that may not stay."""
    target, place, at = "", "", 0
    while at < len(tokens):
        if tokens[at] in {"\\l", "\\o", "\\t", "\\s"}:
            if tokens[at] == "\\l" and at + 1 < len(tokens):
                place = _bare(tokens[at + 1])
            at += 1
        elif not tokens[at].startswith("\\"):
            target = target or _bare(tokens[at])
        at += 1
    if target and not markup.leads_outside(target):
        return None
    code = f' "{target}"' if target else ""
    code += f' \\l "{bookmarks.name_of(place) if not target else place}"' if place and not target else ""
    return f"HYPERLINK{code}" if code else None


def code_of(given: str, bookmarks: Bookmarks) -> str | None:
    """Return the new code of a field, or None for one that is replaced by its result."""
    tokens = _TOKEN.findall(given)
    kind, tokens = (tokens[0].upper(), tokens[1:]) if tokens else ("", [])
    switches = [one for one in tokens if one in {"\\h", "\\p", "\\n", "\\r", "\\w", "\\f"}]
    first = _bare(tokens[0]) if tokens and not tokens[0].startswith("\\") else ""
    if kind in _PAGES:
        return f" {kind}{_format(tokens)} "
    if kind in _PLACES and first:
        return f" {kind} {' '.join([bookmarks.name_of(first), *switches])}{_format(tokens)} "
    if kind in _NUMBERS:
        return f" {kind} "
    if kind == "HYPERLINK":
        return _hyperlink(tokens, bookmarks)
    if kind == "STYLEREF" and (is_built_in(first) or first.isdecimal()):
        return f' STYLEREF "{first}"{"".join(f" {one}" for one in switches)} '
    if kind == "SYMBOL" and first.isdecimal():
        return f' SYMBOL {first} \\f "Symbol" '
    if kind == "TOC" and "\\o" in tokens:
        levels = [_bare(one) for one in tokens if _LEVELS.fullmatch(_bare(one))]
        return f' TOC \\o "{levels[0]}" \\h \\z \\u ' if levels else None
    return None


class FieldRewriter:
    """Rewrites the fields of one part."""

    def __init__(self, root: markup.Element, report: Report, bookmarks: Bookmarks) -> None:
        self._root, self._report, self._bookmarks = root, report, bookmarks

    def rewrite(self) -> None:
        """Give the fields new code, or replace them by their results."""
        for element in list(self._root.iter(f"{W}fldSimple")):
            code = element.get(f"{W}instr", "")
            new = self._new_code(code, "".join(text.text or "" for text in element.iter(f"{W}t")))
            if new is None:
                markup.unwrap(element)
            else:
                element.set(f"{W}instr", new)
        self._walk(self._pairs())

    def _pairs(self) -> set[markup.Element]:
        """Return the marks (begin, separate, end) of the fields that have a beginning and an end."""
        whole: set[markup.Element] = set()
        opened: list[list[markup.Element]] = []
        for mark in self._root.iter(f"{W}fldChar"):
            step = mark.get(f"{W}fldCharType")
            if step == "begin":
                opened.append([mark])
            elif opened:
                opened[-1].append(mark)
                if step == "end":
                    whole.update(opened.pop())
        return whole

    def _walk(self, whole: set[markup.Element]) -> None:
        """Rewrite complex fields, which may be nested; whole holds the marks of the complete ones."""
        opened: list[list[markup.Element]] = []
        in_code: list[bool] = []
        shown: list[list[str]] = []  # the results of the opened fields
        coded = 0  # number of fields whose code this place belongs to
        for element in list(self._root.iter("{*}*")):
            if element.tag == f"{W}fldChar":
                if element not in whole:
                    markup.drop(element)
                    continue
                step = element.get(f"{W}fldCharType")
                if step == "begin":
                    opened.append([element])
                    in_code.append(True)
                    shown.append([])
                    coded += 1
                    continue
                opened[-1].append(element)
                coded -= in_code[-1]
                in_code[-1] = False
                if step == "end":
                    in_code.pop()
                    self._close(opened.pop(), "".join(shown.pop()), inside=coded > 0)
            elif element.tag == f"{W}instrText":
                if opened and in_code[-1]:
                    opened[-1].append(element)
                else:
                    markup.drop(element)  # code outside of a field, which is invisible
            elif coded and element.tag != f"{W}rPr" and _is_in_run(element):
                markup.drop(element)
            elif shown and element.tag == f"{W}t":
                shown[-1].append(element.text or "")

    def _close(self, pieces: list[markup.Element], shown: str, *, inside: bool) -> None:
        """Rewrite a field by its marks, code and result; inside tells whether it is part of the code of another."""
        codes = [one for one in pieces if one.tag == f"{W}instrText"]
        new = None
        if not inside:
            code = "".join(one.text or "" for one in codes)
            new = self._new_code(code, shown)
            if new is None:
                _show(pieces[0], code)
        if new is not None and codes:
            codes[0].text = new
            for one in codes[1:]:
                markup.drop(one)
            return
        for piece in pieces:
            markup.drop(piece)

    def _new_code(self, code: str, shown: str) -> str | None:
        """Return the new code of a field, or None, and report fields that are replaced, with what names a person."""
        new = code_of(code, self._bookmarks)
        new = None if new is None else markup.without_credentials(new, self._report)
        words = code.split()
        kind = words[0].upper() if words else ""
        if new is None and (
            named := "local_links" if kind == "HYPERLINK" and len(words) > 1 else _NAMED.get(kind)
        ):
            self._report.add(named, shown if named == "author_fields" else "")
        return new


def _is_in_run(element: markup.Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == f"{W}r"


def _show(begin: markup.Element, code: str) -> None:
    """Insert the state of a legacy form field before its mark: a check box, or the chosen entry of a list."""
    kind = code.split()[:1]
    words = ""
    if kind == ["FORMCHECKBOX"]:
        box = begin.find(f"{W}ffData/{W}checkBox")
        on = None if box is None else box.find(f"{W}checked")
        on = box.find(f"{W}default") if box is not None and on is None else on
        words = "☒" if on is not None and on.get(f"{W}val", "1") in {"1", "true", "on"} else "☐"
    elif kind == ["FORMDROPDOWN"]:
        listed = begin.find(f"{W}ffData/{W}ddList")
        entries = (
            [] if listed is None else [one.get(f"{W}val", "") for one in listed.iterfind(f"{W}listEntry")]
        )
        chosen = None if listed is None else listed.find(f"{W}result")
        number = "0" if chosen is None else chosen.get(f"{W}val", "0")
        words = entries[int(number)] if number.isdecimal() and int(number) < len(entries) else ""
    if words:
        shown = etree.Element(f"{W}t")
        shown.text = words
        begin.addprevious(shown)
