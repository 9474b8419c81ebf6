"""Lines: the values of each series in the order of the rows, broken where one is missing."""

import itertools
from collections.abc import Iterator, Sequence

from .axis import written
from .canvas import LINE, WIDTH, Canvas, letters, room_for, shortened
from .data import Data, Series
from .scale import Scale, around

TOP, HEIGHT = 20, 220  # px
TICKS = 4
MOST_DOTS = 40  # rows whose values are dots on the line
LONGEST_LABEL = 12  # letters

type Point = tuple[float, float]


def draw(data: Data, canvas: Canvas, language: str) -> None:
    """Draw the lines of a chart and its axes."""
    scale, ticks = around(data.known, TICKS)
    marks = [written(tick, ticks, data, language) for tick in ticks]
    start = min(0.4, room_for(max(marks, key=letters)) + 0.03)
    places = [start + (0.98 - start) * place for place in _places(data.labels)]

    def height(value: float) -> float:
        return TOP + HEIGHT * (1 - scale.place(value))

    for tick, mark in zip(ticks, marks, strict=True):
        canvas.line(0, 1, height(tick), height(tick), "zero" if tick == 0 else "grid")
        canvas.number(0, height(tick) - 5, mark, side=1, name="tick")
    _write_labels(data.labels, places, canvas)
    canvas.height = TOP + HEIGHT + LINE + 8
    _draw_series(data, places, scale, canvas)


def _draw_series(data: Data, places: Sequence[float], scale: Scale, canvas: Canvas) -> None:
    canvas.marks.append(canvas.stretch(canvas.height))
    for number, series in enumerate(data.series):
        for run in _runs(series, places, scale):
            if len(run) > 1:
                canvas.path(run, f"s{number + 1}")
    canvas.marks.append("</svg>")
    for number, series in enumerate(data.series):
        for run in _runs(series, places, scale):
            if len(run) == 1 or len(data.labels) <= MOST_DOTS:
                for place, y in run:
                    canvas.dot(place, y, f"s{number + 1}")


def _runs(series: Series, places: Sequence[float], scale: Scale) -> Iterator[list[Point]]:
    """Yield the points of a series that stand together without a gap."""
    run: list[Point] = []
    for value, place in zip(series.values, places, strict=True):
        if value is not None:
            run.append((place, TOP + HEIGHT * (1 - scale.place(value))))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _places(labels: Sequence[str]) -> list[float]:
    """Return where each row stands, from 0 to 1: years as far apart as they are, all else evenly."""
    if len(labels) == 1:
        return [0.5]
    years = [int(label) if len(label) == 4 and label.isdecimal() else 0 for label in labels]
    if all(one and one < two for one, two in itertools.pairwise(years)):
        return [(year - years[0]) / (years[-1] - years[0]) for year in years]
    return [number / (len(labels) - 1) for number in range(len(labels))]


def _write_labels(labels: Sequence[str], places: Sequence[float], canvas: Canvas) -> None:
    """Write the first label, the last, and those between that fit."""
    y = TOP + HEIGHT + LINE
    last = len(labels) - 1
    words = [shortened(label, LONGEST_LABEL) for label in labels]
    wide = [room_for(one) + 12 / WIDTH for one in words]
    if not last:
        canvas.words(places[0], y, words[0], "tick", anchor="middle")
        return
    canvas.words(places[0], y, words[0], "tick")
    canvas.words(places[last], y, words[last], "tick", anchor="end")
    taken, end = places[0] + wide[0], places[last] - wide[last]
    for number in range(1, last):
        left, right = places[number] - wide[number] / 2, places[number] + wide[number] / 2
        if left >= taken and right <= end:
            canvas.words(places[number], y, words[number], "tick", anchor="middle")
            taken = right
