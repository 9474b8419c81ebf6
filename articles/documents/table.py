"""Tables as text (CSV): nothing in them can hide, but what looks like a formula is named."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from .report import Report, Trouble

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
_NUMBER = re.compile(r"[+-]?[\d\s.,'’%€$£-]*(e[+-]?\d+)?", re.I)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_STARTS = frozenset("=+-@＝＋－＠")
_UNSEEN = " \n\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"  # nothing that one sees
_FURTHER = re.compile(r"[,;\t|]\s?[=＝][\w(+-]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cleaned(data: bytes, suffix: str, report: Report) -> bytes:
    """Return a table as UTF-8; raises Trouble for what is none."""
    text = _decoded(data)
    if text.lstrip()[:1] in {"<", "{"} or text.startswith(("#!", "%!", "{\\rtf")):
        raise Trouble("unknown")
    for number, row in enumerate(_rows(text, suffix), 1):
        if not report.is_full:
            report.read(" ".join(row))
        for cell in row:
            if _looks_like_a_formula(cell):
                report.name("formulas", cell, row=number)
    return b"\xef\xbb\xbf" + text.encode()  # the mark tells spreadsheets that it is UTF-8


def _looks_like_a_formula(cell: str) -> bool:
    """Return whether a spreadsheet may run a cell, also one that parts columns by another sign than we do."""
    seen = cell.lstrip(_UNSEEN)
    if seen[:1] in _STARTS and not _NUMBER.fullmatch(seen):
        return True
    return cell[:1] in {"\t", "\r"} or bool(_FURTHER.search(cell))


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        if encoding == "utf-16" and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if _CONTROL.search(text):
            raise Trouble("unknown")
        return text
    raise Trouble("encoding")


def _rows(text: str, suffix: str) -> Iterator[list[str]]:
    """Return the rows, parted by whatever gives most of the first ones the same number of columns."""
    csv.field_size_limit(1_000_000)
    delimiter = _delimiter(text)
    if delimiter is None and suffix != ".csv":
        raise Trouble("no_table")
    try:
        yield from filter(None, csv.reader(_lines(text), delimiter=delimiter or ","))
    except csv.Error as error:
        raise Trouble("damaged") from error


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text; a file in memory would hold it four times over."""
    return (match[0] for match in _LINE.finditer(text))


def _delimiter(text: str) -> str | None:
    best, share = None, 0.6
    for delimiter in (",", ";", "\t", "|"):
        reader = csv.reader(_lines(text), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, 500) if row)
        except csv.Error:
            continue
        common, number = widths.most_common(1)[0] if widths else (0, 0)
        if common > 1 and number / widths.total() > share:
            best, share = delimiter, number / widths.total()
    return best
