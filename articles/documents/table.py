"""Tables as text (CSV): nothing in them can hide, but what looks like a formula is named."""

import csv
import io
import re
from collections import Counter
from itertools import islice

from .report import Trouble

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
_NUMBER = re.compile(r"[+-]?[\d\s.,'’%€$£-]*(e[+-]?\d+)?", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cleaned(data, suffix, report):
    """Return a table as UTF-8; raises Trouble for what is none."""
    text = _decoded(data)
    if text.lstrip()[:1] in {"<", "{"} or text.startswith(("#!", "%!", "{\\rtf")):
        raise Trouble("unknown")
    rows = _rows(text, suffix)
    for number, row in enumerate(rows, 1):
        for cell in row:
            if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _NUMBER.fullmatch(cell):
                report.name("formulas", cell, row=number)
    report.read("\n".join(" ".join(row) for row in rows))
    return b"\xef\xbb\xbf" + text.encode()  # the mark tells spreadsheets that it is UTF-8


def _decoded(data):
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


def _rows(text, suffix):
    """Return the rows, parted by whatever gives most of the first ones the same number of columns."""
    csv.field_size_limit(1_000_000)
    delimiter = _delimiter(text)
    if delimiter is None and suffix != ".csv":
        raise Trouble("no_table")
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or ",") if row]
    except csv.Error as error:
        raise Trouble("damaged") from error


def _delimiter(text):
    best, share = None, 0.6
    for delimiter in (",", ";", "\t", "|"):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, 500) if row)
        except csv.Error:
            continue
        common, number = widths.most_common(1)[0] if widths else (0, 0)
        if common > 1 and number / widths.total() > share:
            best, share = delimiter, number / widths.total()
    return best
