"""Cleans CSV: converts it to UTF-8, and reports cells that a spreadsheet may run as formulas."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from .report import DocumentError, Report

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
_NUMBER = re.compile(r"[+-]?[\d\s.,'’%€$£-]*(e[+-]?\d+)?", re.I)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_STARTS = frozenset("=+-@＝＋－＠")
_UNSEEN = " \n\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"  # invisible characters
_FURTHER = re.compile(r"[,;\t|]\s?[=＝][\w(+-]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cleaned(data: bytes, suffix: str, report: Report) -> bytes:
    """Return a table as UTF-8; raises DocumentError for other content."""
    text = _decoded(data)
    if text.lstrip()[:1] in {"<", "{"} or text.startswith(("#!", "%!", "{\\rtf")):
        raise DocumentError("unknown")
    for number, row in enumerate(rows_in(text, suffix), 1):
        if not report.is_full:
            report.read(" ".join(row))
        for cell in row:
            if _looks_like_a_formula(cell):
                report.add("formulas", cell, row=number)
    return b"\xef\xbb\xbf" + text.encode()  # spreadsheets recognise UTF-8 by the byte order mark


def _looks_like_a_formula(cell: str) -> bool:
    """Return whether a spreadsheet may run a cell as a formula, whatever delimiter it splits the columns by."""
    seen = cell.lstrip(_UNSEEN)
    if seen[:1] in _STARTS and not _NUMBER.fullmatch(seen):
        return True
    return cell[:1] in {"\t", "\r"} or bool(_FURTHER.search(cell))


def _decoded(data: bytes) -> str:
    """Return the text in the first encoding that fits; raises DocumentError."""
    for encoding in ENCODINGS:
        if encoding == "utf-16" and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if _CONTROL.search(text):
            raise DocumentError("unknown")
        return text
    raise DocumentError("encoding")


def rows_in(text: str, suffix: str) -> Iterator[list[str]]:
    """Yield the non-empty rows; raises DocumentError for text that is no table."""
    csv.field_size_limit(1_000_000)
    delimiter = _delimiter(text)
    if delimiter is None and suffix != ".csv":
        raise DocumentError("no_table")
    try:
        yield from filter(None, csv.reader(_lines(text), delimiter=delimiter or ","))
    except csv.Error as error:
        raise DocumentError("damaged") from error


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text; io.StringIO would take four times its size in memory."""
    return (match[0] for match in _LINE.finditer(text))


def _delimiter(text: str) -> str | None:
    """Return the delimiter that gives most of the first 500 rows the same number of columns, or None."""
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
