"""A chart as SVG, with the words that tell what it shows to those who don't see it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from . import bars, dots, lines
from .canvas import Canvas, px
from .data import Data, data_of
from .grid import grid_of


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its title, the names of its series where they are several, and its SVG."""

    title: str
    keys: tuple[str, ...]
    svg: SafeString


def drawing_of(table: str, kind: str, columns: tuple[int, ...], language: str) -> Drawing | None:
    """Return the chart of a table in stored rich text, of a kind of allowlist.CHARTS; None where it can't be drawn."""
    grid = grid_of(table)
    data = data_of(grid, columns, language)
    if data is None:
        return None
    canvas = Canvas(is_rtl=language in settings.LANGUAGES_BIDI)
    if kind == "bar":
        bars.draw(data, canvas)
    elif kind == "line":
        lines.draw(data, canvas, language)
    else:
        dots.draw(data, canvas, language)
    named = tuple(one.name or str(number) for number, one in enumerate(data.series, 1))
    title = grid.caption or (named[0] if len(named) == 1 and data.series[0].name else _name_of(kind))
    return Drawing(title, named if len(named) > 1 else (), _svg(canvas, title, _description(data, kind)))


def _svg(canvas: Canvas, title: str, description: str) -> SafeString:
    direction = ' direction="rtl"' if canvas.is_rtl else ""
    return mark_safe(  # noqa: S308 - words are escaped here and on the canvas
        f'<svg role="img" width="100%" height="{px(canvas.height)}"{direction}><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(canvas.marks)}</svg>"
    )


def _name_of(kind: str) -> str:
    names = {"bar": _("Bar chart"), "line": _("Line chart"), "dot": _("Dot chart")}
    return names[kind]


def _description(data: Data, kind: str) -> str:
    """Return the kind of a chart, and the highest and lowest value of each series with its row."""
    told = []
    for series in data.series:
        known = [number for number, value in enumerate(series.values) if value is not None]
        high = max(known, key=lambda number: series.values[number] or 0)
        low = min(known, key=lambda number: series.values[number] or 0)
        name = f"{series.name}: " if series.name and len(data.series) > 1 else ""
        told.append(
            name
            + _("highest %(high)s (%(high_row)s), lowest %(low)s (%(low_row)s).")
            % {
                "high": series.written[high],
                "high_row": data.labels[high],
                "low": series.written[low],
                "low_row": data.labels[low],
            }
        )
    return " ".join([f"{_name_of(kind)}.", *told, _("The table below has all figures.")])
