"""Formulas of an XLSX: those with known functions and cells of the workbook stay, others keep their value only."""

import re
from functools import cache
from pathlib import Path

from articles.documents import markup
from articles.documents.office import values

_STRING = re.compile(r'"(?:[^"]|"")*+"')
_QUOTED = re.compile(r"('(?:[^']|'')*+')(!?)")  # a sheet, perhaps with workbook and folder
_OF_A_FILE = re.compile(r"[\[\\/]|\.(?:xl\w{1,3}|ods)'", re.I)  # characters that no name of a sheet has
# [1]Sheet!, [b.xlsx]Sheet!, b.xlsx! and program|topic!, but not Table[2020].
_OTHER_BOOK = re.compile(r"\[[^\[\]]*+\][\w.:]*+!|\.(?:xl\w{1,3}|ods)!|\|", re.I)
_COLUMN = re.compile(r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\]")  # a column of a table: [Price (EUR)]
_NO_CODE = re.compile(rf"{_STRING.pattern}|'(?:[^']|'')*+'|{_COLUMN.pattern}")
_CALLED = re.compile(r"(?<![\w\\.?])([\w\\.?]++)(\s*+)\(")
_CELL = re.compile(r"[A-Za-z]{1,3}\d{1,7}")  # before a space and a bracket it is an intersection: A1 (B2)
_PREFIX = re.compile(r"(_xlfn\.|_xlws\.|com\.microsoft\.|org\.libreoffice\.|org\.openoffice\.)*")
_PARAMETER = "_xlpm."  # prefix of the parameters of LAMBDA, which may be functions
_REFERRING = re.compile(r"\bINDIRECT\s*\(", re.I)
_FILE = re.compile(r"://|\.(xl\w{1,3}|od[st])\b", re.I)
_LINK_OR_STRING = re.compile(rf"{_STRING.pattern}|\bHYPERLINK\s*\(\s*", re.I)
_LEADING = re.compile(r'"\s*(https?://|mailto:|tel:|sms:|#)', re.I)
LONGEST = 16_000  # characters, twice what Excel takes


@cache
def _functions() -> frozenset[str]:
    """Return the names of the functions that only calculate."""
    return frozenset(Path(__file__).with_name("functions.txt").read_text().split())


def fault(formula: str) -> str | None:
    """Return the kind of finding for a formula that may not stay, or None for one that may."""
    if names_a_place(formula):
        return "local_links"
    if len(formula) > LONGEST or names_another_book(formula):
        return "linked_content"
    if any(markup.holds_credentials(one) for one in _STRING.findall(formula)):
        return "credentials"
    return None if _calculates(formula) and _links_to_the_web(formula) else "remote_functions"


def names_another_book(formula: str) -> bool:
    """Return whether a formula refers to another workbook or to a program."""
    code = _STRING.sub('""', formula)
    if any(bang and _OF_A_FILE.search(name) for name, bang in _QUOTED.findall(code)):
        return True
    if _REFERRING.search(code) and any(map(_FILE.search, _STRING.findall(formula))):
        return True
    return bool(_OTHER_BOOK.search(_QUOTED.sub(r"''\2", code)))


def names_a_place(formula: str) -> bool:
    """Return whether a formula holds a path on a computer or in a local network."""
    if "\\\\" in formula or "file:" in formula.lower():
        return True
    return any(values.is_path(one) and "://" not in one for one in _STRING.findall(formula))


def location(text: str) -> str | None:
    """Return a location in the workbook itself, or None for other text."""
    return None if fault(text) or "\\" in text or "://" in text else text


def _calculates(formula: str) -> bool:
    """Return whether a formula uses known functions only."""
    return all(
        name.startswith(_PARAMETER)
        or _PREFIX.sub("", name.lower(), count=1) in _functions()
        or bool(blank and _CELL.fullmatch(name))
        for name, blank in _CALLED.findall(_NO_CODE.sub("''", formula))
    )


def _links_to_the_web(formula: str) -> bool:
    """Return whether all links of a formula begin with an allowed scheme."""
    for found in _LINK_OR_STRING.finditer(formula):
        if found[0][0] == '"':
            continue
        target = _STRING.match(formula, found.end())
        if target is None or not _LEADING.match(target[0]):
            return False
    return True
