"""Dots: each value as a dot on the line of its row."""

from .axis import written
from .canvas import LINE, Canvas, letters, room_for
from .data import Data
from .rows import Rows
from .scale import around

HEIGHT = 16  # px, of a row
TICKS = 3


def draw(data: Data, canvas: Canvas, language: str) -> None:
    """Draw the dots of a chart and the axis below them."""
    rows = Rows(data.labels, HEIGHT)
    scale, ticks = around(data.known, TICKS)
    marks = [written(tick, ticks, data, language) for tick in ticks]
    room = room_for(max(marks, key=letters)) / 2 + 0.02
    start, end = rows.start + room, 1 - room

    def across(value: float) -> float:
        return start + (end - start) * scale.place(value)

    bottom = len(data.labels) * rows.step
    for tick, mark in zip(ticks, marks, strict=True):
        canvas.line(across(tick), across(tick), 0, bottom, "zero" if tick == 0 else "grid")
        canvas.number(across(tick), bottom + LINE, mark, name="tick")
    tops = rows.draw(canvas, 0)
    for row, top in enumerate(tops):
        known = [value for one in data.series if (value := one.values[row]) is not None]
        if len(known) > 1:
            canvas.line(across(min(known)), across(max(known)), top + HEIGHT / 2, top + HEIGHT / 2, "span")
        for number, series in enumerate(data.series):
            if (value := series.values[row]) is not None:
                canvas.dot(across(value), top + HEIGHT / 2, f"s{number + 1}")
    canvas.height = bottom + LINE + 6
