"""Tables of stored rich text: on a page in a box that scrolls, below their chart where they have one."""

import html as html_text
import re
from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .charts.drawing import Drawing, drawing_of
from .sanitiser import TAG, without_tags

CAPTION = re.compile(r"\s*<caption[^>]*>(.*?)</caption>", re.DOTALL)
START = re.compile(r'<table(?:[^">]|"[^"]*")*>')
OF_CHART = re.compile(r' data-(chart|columns|source)="([^"]*)"')


def for_page(html: str, language: str) -> str:
    """Return safe mark-up with each outermost table in a box, and as a chart where its editor chose one."""
    styled = False

    def shown(table: str) -> str:
        nonlocal styled
        marks, plain = _parted(table)
        drawn = _drawn(plain, marks, language)
        if drawn is None:
            return f"{_box(plain)}{plain}</div>{_source(marks)}"
        boxed = mark_safe(f"{_box(plain)}{plain}</div>")  # noqa: S308 - a part of safe mark-up
        context = {"drawn": drawn, "source": marks.get("source", ""), "boxed": boxed}
        context["is_first"], styled = not styled, True
        return render_to_string("richtext/_chart.html", context).strip()

    return _with_tables(html, shown)


def elsewhere(html: str) -> str:
    """Return safe mark-up for feeds and mails, where a chart is its table with the source below."""

    def shown(table: str) -> str:
        marks, plain = _parted(table)
        return plain + _source(marks)

    return _with_tables(html, shown) if " data-" in html else html


def _drawn(table: str, marks: dict[str, str], language: str) -> Drawing | None:
    if "chart" not in marks:
        return None
    columns = tuple(int(number) for number in marks.get("columns", "").split())
    return drawing_of(table, marks["chart"], columns, language)


def _parted(table: str) -> tuple[dict[str, str], str]:
    """Return what the start tag of a table says of its chart, and the table without it."""
    start = START.match(table)
    tag = start[0] if start else ""
    marks = {name: html_text.unescape(value) for name, value in OF_CHART.findall(tag)}
    return marks, OF_CHART.sub("", tag) + table[len(tag) :]


def _source(marks: dict[str, str]) -> str:
    if "source" not in marks:
        return ""
    return format_html('<p class="table-source">{}</p>', _("Source: %(source)s") % marks)


def _box(table: str) -> str:
    """Return the start tag of a region that the keyboard reaches, named by the caption of its table."""
    start = START.match(table)
    caption = CAPTION.match(table, start.end() if start else 0)
    words = " ".join(html_text.unescape(without_tags(caption[1])).split()) if caption else ""
    label = escape(words or _("Table"))
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">'


def _with_tables(html: str, shown: Callable[[str], str]) -> str:
    """Return mark-up with each outermost table as it is to be shown; those inside tables stay as they are."""
    pieces, position, start, depth = [], 0, 0, 0
    for match in TAG.finditer(html):
        if match[2] != "table":
            continue
        if not match[1]:
            start = match.start() if depth == 0 else start
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            pieces += [html[position:start], shown(html[start : match.end()])]
            position = match.end()
    pieces.append(html[position:])
    return "".join(pieces)
