"""Removes from an ODT what only a refreshed index, another field or an unused style would ever show."""

import re

from articles.documents import markup
from articles.documents.office.namespaces import NUMBER, OFFICE, STYLE, TEXT
from articles.documents.report import Report

_VALUE = f"{OFFICE}string-value"
_LIST_LEVELS = {f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style"}
_ASKED = re.compile(rb"""(data-|apply-|list-|:)style-name\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class StyleUses:
    """The names of the list styles and number formats that the parts of a document use."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._lists: set[str] = set()
        self._data: set[str] = set()
        for name, content in parts.items():
            for kind, *values in _ASKED.findall(content) if name.endswith(".xml") else ():
                found = self._data if kind in {b"data-", b"apply-"} else self._lists
                found.add((values[0] or values[1]).decode("utf-8", "replace"))

    def drop_others(self, root: markup.Element) -> None:
        """Drop unused number formats, and the text of unused list styles."""
        for one in list(root.iter(f"{NUMBER}*")):
            if one.get(f"{STYLE}name") is not None and one.get(f"{STYLE}name") not in self._data:
                markup.mark_gone(one)
        for listed in root.iter(f"{TEXT}list-style"):
            if listed.get(f"{STYLE}name") not in self._lists:
                for level in listed.iterchildren(*_LIST_LEVELS):
                    for key in list(level.attrib):
                        if re.search(r"num-(prefix|suffix|list-format)$", str(key)):
                            del level.attrib[key]


def remove_unshown(root: markup.Element, report: Report) -> None:
    """Remove what templates of indexes, values of fields and labels of notes hold beyond what is shown."""
    _settle_indexes(root)
    _settle_fields(root)
    for mark in root.iter(f"{TEXT}note-citation"):
        if _plain(mark.get(f"{TEXT}label", "")) != _plain("".join(mark.itertext())):
            mark.attrib.pop(f"{TEXT}label", None)
    for notice in root.iter(
        f"{TEXT}note-continuation-notice-forward", f"{TEXT}note-continuation-notice-backward"
    ):
        if words := "".join(notice.itertext()).strip():
            report.add("hidden_text", words)  # shown only where a note continues on the next page


def _settle_indexes(root: markup.Element) -> None:
    """Drop templates whose text is not in the index: it would appear when the index is refreshed."""
    for template in list(root.iter(f"{TEXT}index-title-template", f"{TEXT}index-entry-span")):
        sources = (one for one in template.iterancestors() if markup.local(one).endswith("-source"))
        source = next(sources, None)
        index = None if source is None else source.getparent()
        body = None if index is None else index.find(f"{TEXT}index-body")
        shown = "" if body is None else _plain("".join(body.itertext()))
        if _plain("".join(template.itertext())) not in shown:
            markup.mark_gone(template)


def _settle_fields(root: markup.Element) -> None:
    """Set the declared value of each user field to its visible text, and drop declarations without any."""
    shown: dict[str | None, str] = {}
    for field in root.iter(f"{TEXT}user-field-get", f"{TEXT}user-field-input"):
        words = "".join(field.itertext())
        if field.get(f"{TEXT}display") != "none" and words.strip():
            shown.setdefault(field.get(f"{TEXT}name"), words)
    for declared in list(root.iter(f"{TEXT}user-field-decl")):
        words = shown.get(declared.get(f"{TEXT}name"), "")
        if not words:
            markup.mark_gone(declared)
        elif _VALUE in declared.attrib:
            declared.set(_VALUE, words)


def _plain(words: str) -> str:
    return " ".join(words.split())
