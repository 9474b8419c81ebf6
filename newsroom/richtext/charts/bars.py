"""Bars: one for each value, from zero, with the value at its end."""

from .canvas import Canvas, letters, room_for, shortened
from .data import Data
from .rows import Rows
from .scale import from_zero

THICK, THIN = 20, 13  # px, of the bar of one series, and of each of several
LONGEST_VALUE = 14  # letters
MISSING = "–"


def draw(data: Data, canvas: Canvas) -> None:
    """Draw the bars of a chart."""
    thickness = THICK if len(data.series) == 1 else THIN
    rows = Rows(data.labels, thickness * len(data.series))
    scale = from_zero(data.known)
    longest = max(
        (shortened(text, LONGEST_VALUE) for one in data.series for text in one.written), key=letters
    )
    room = room_for(longest) + 0.03
    start, end = rows.start + (room if scale.low < 0 else 0), 1 - room

    def across(value: float) -> float:
        return start + (end - start) * scale.place(value)

    tops = rows.draw(canvas, 0)
    zero = across(0)
    for number, series in enumerate(data.series):
        for top, value, written in zip(tops, series.values, series.written, strict=True):
            y = top + number * thickness
            words = shortened(written, LONGEST_VALUE)
            if value is None:
                canvas.number(zero, y + thickness / 2 + 5, words or MISSING, side=1, name="missing")
                continue
            canvas.bar(zero, across(value), y, thickness - 1, f"s{number + 1}")
            side = -1 if value < 0 else 1
            canvas.number(across(value), y + thickness / 2 + 5, words, side=side)
    for top, bottom in [(y, y + rows.height) for y in tops] if rows.are_above else [(0, canvas.height)]:
        canvas.line(zero, zero, top, bottom, "zero")
