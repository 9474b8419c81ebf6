"""Maps as SVG path data, drawn from shapes.json (Natural Earth, public domain; made by fixtures/make_shapes.py)."""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

SHAPES = Path(__file__).with_name("shapes.json")
STEPS = 10  # a degree: the unit of coordinates in the file
ROUND = 360  # degrees
WIDTH = 800  # SVG units
MARGIN = 12  # SVG units outside of the picture, where outlines are cut, so that no cut edge shows
DOT = 9  # SVG units: a country smaller than this radius gets a dot that a finger can hit
LETTER, LINE = 10.8, 22  # SVG units: width of a letter and height of a line of a name
LEAST = 6  # degrees that a map shows at least: an island needs sea around it
FAR = 12  # degrees: islands farther from the main part of a country don't widen its map

type Point = tuple[float, float]  # longitude and latitude in degrees, or x and y in SVG units
type Ring = list[Point]  # a closed outline
type Box = tuple[float, float, float, float]  # west, south, east, north; or left, top, right, bottom


@dataclass(frozen=True)
class Drawn:
    """A country on a map: its outline as path data, a dot where it is tiny, and the place of its name."""

    code: str
    path: str
    dot: tuple[int, int] | None = None
    label: tuple[int, int] | None = None


@dataclass(frozen=True)
class Map:
    """A drawing: its size in SVG units, the land around as path data, and the countries that it is about."""

    width: int
    height: int
    land: str
    countries: tuple[Drawn, ...]


class _Shapes(TypedDict):
    """What shapes.json holds: borders as steps from point to point, shared by neighbours."""

    arcs: list[list[int]]
    countries: dict[str, list[list[int]]]  # ISO code to rings of arc numbers; ~number is the arc backwards
    names: dict[str, list[int]]  # ISO code to where the name is written


@cache
def _file() -> _Shapes:
    shapes: _Shapes = json.loads(SHAPES.read_text(encoding="utf-8"))
    return shapes


@cache
def outlines() -> dict[str, list[Ring]]:
    """Return the rings of each country in degrees, the largest first, by ISO code."""
    data = _file()
    arcs: list[Ring] = []
    for steps in data["arcs"]:
        x = y = 0
        points: Ring = []
        for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + step_x, y + step_y
            points.append((x / STEPS, y / STEPS))
        arcs.append(points)

    def ring(numbers: list[int]) -> Ring:
        points: Ring = []
        for number in numbers:
            points += (arcs[number] if number >= 0 else arcs[~number][::-1])[1 if points else 0 :]
        return _unrolled(points)

    return {
        code: sorted((ring(numbers) for numbers in rings), key=_area, reverse=True)
        for code, rings in data["countries"].items()
    }


def _unrolled(points: Ring) -> Ring:
    """Return the points with longitudes that go on beyond 180 degrees instead of jumping to the other side."""
    turns, found = 0, points[:1]
    for (before, _y), (x, y) in pairwise(points):
        if abs(x - before) > ROUND / 2:
            turns += 1 if x < before else -1
        found.append((x + turns * ROUND, y))
    return found


def _area(ring: Ring) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs)) / 2


def _box(points: Ring) -> Box:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _centre(ring: Ring) -> Point:
    west, south, east, north = _box(ring)
    return (west + east) / 2, (south + north) / 2


def _turned(ring: Ring, meridian: float) -> Ring:
    """Return the ring, moved by whole turns of the globe to be nearest to the meridian."""
    turns = round((meridian - _centre(ring)[0]) / ROUND)
    return [(x + turns * ROUND, y) for x, y in ring]


def _meridian(codes: Iterable[str]) -> float:
    """Return the longitude in the middle of the countries, opposite to the widest gap between them."""
    places = sorted(_centre(outlines()[code][0])[0] for code in codes)
    gaps = [
        (after - before, before)
        for before, after in zip(places, [*places[1:], places[0] + ROUND], strict=True)
    ]
    width, west_of_it = max(gaps)
    middle = west_of_it + width / 2 + ROUND / 2
    return (middle + ROUND / 2) % ROUND - ROUND / 2


def _window(codes: Iterable[str], meridian: float) -> Box:
    """Return the box of the countries in degrees, without islands far from their main parts."""
    points: Ring = []
    for code in codes:
        rings = [_turned(ring, meridian) for ring in outlines()[code]]
        west, south, east, north = _box(rings[0])
        for ring in rings:
            x, y = _centre(ring)
            if west - FAR < x < east + FAR and south - FAR < y < north + FAR:
                points += ring
    west, south, east, north = _box(points)
    spare_x, spare_y = max(0, LEAST - (east - west)) / 2, max(0, LEAST - (north - south)) / 2
    return west - spare_x, south - spare_y, east + spare_x, north + spare_y


class _Frame:
    """Turns degrees into SVG units of a drawing: as wide as WIDTH, as high as its window needs."""

    def __init__(self, window: Box, around: float, flattest: float, tallest: float) -> None:
        """Take a box in degrees, the share of it to add on each side, and the limits of height by width."""
        west, south, east, north = window
        self.squeeze = math.cos(math.radians((south + north) / 2))
        wide, high = (east - west) * self.squeeze * (1 + 2 * around), (north - south) * (1 + 2 * around)
        wide, high = max(wide, high / tallest), max(high, wide * flattest)
        self.zoom = WIDTH / wide
        self.height = round(high * self.zoom)
        self.middle = (west + east) / 2, (south + north) / 2

    def place(self, point: Point) -> Point:
        x, y = point
        return (
            WIDTH / 2 + (x - self.middle[0]) * self.squeeze * self.zoom,
            self.height / 2 - (y - self.middle[1]) * self.zoom,
        )

    def shows(self, box: Box, meridian: float) -> bool:
        """Return whether a box in degrees reaches into the picture."""
        west, south, east, north = box
        turns = round((meridian - (west + east) / 2) / ROUND)
        left, top = self.place((west + turns * ROUND, north))
        right, bottom = self.place((east + turns * ROUND, south))
        return left < WIDTH and right > 0 and top < self.height and bottom > 0

    def drawn(self, ring: Ring) -> Ring:
        """Return the ring in SVG units, cut at the edges of the picture."""
        points = [self.place(point) for point in ring]
        edges = [(0, -MARGIN, 1), (0, WIDTH + MARGIN, -1), (1, -MARGIN, 1), (1, self.height + MARGIN, -1)]
        for axis, limit, side in edges:
            points = _cut(points, axis, limit, side)
        return points


def _cut(points: Ring, axis: int, limit: float, side: int) -> Ring:
    """Return the part of a ring that lies on one side of a line (Sutherland and Hodgman)."""
    kept: Ring = []
    for before, here in zip([points[-1], *points[:-1]] if points else [], points, strict=True):
        was_in, is_in = ((p[axis] - limit) * side >= 0 for p in (before, here))
        if was_in != is_in:
            share = (limit - before[axis]) / (here[axis] - before[axis])
            kept.append(
                (before[0] + (here[0] - before[0]) * share, before[1] + (here[1] - before[1]) * share)
            )
        if is_in:
            kept.append(here)
    return kept


def _path(rings: Iterable[Ring]) -> str:
    """Return SVG path data of rings in SVG units, rounded to whole ones."""
    parts = []
    for ring in rings:
        points: list[tuple[int, int]] = []
        for x, y in ring:
            if not points or points[-1] != (round(x), round(y)):
                points.append((round(x), round(y)))
        if len(points) < 3:
            continue
        steps = [(x - u, y - v) for (u, v), (x, y) in pairwise(points)]
        parts.append(
            f"M{points[0][0]} {points[0][1]}l"
            + " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
            + "z"
        )
    return "".join(parts)


@cache
def _boxes(code: str) -> list[Box]:
    return [_box(ring) for ring in outlines()[code]]


def _land(codes: Collection[str], meridian: float, frame: _Frame) -> str:
    """Return path data of all other countries that the picture shows a part of."""
    around = [
        ring
        for code, rings in outlines().items()
        if code not in codes
        for ring, box in zip(rings, _boxes(code), strict=True)
        if frame.shows(box, meridian)
    ]
    return _path(frame.drawn(_turned(ring, meridian)) for ring in around)


def _country(code: str, meridian: float, frame: _Frame) -> Drawn:
    rings = [frame.drawn(_turned(ring, meridian)) for ring in outlines()[code]]
    rings = [ring for ring in rings if ring]
    west, north, east, south = _box(rings[0]) if rings else (0, 0, 0, 0)
    tiny = max(east - west, south - north) < 2 * DOT
    x, y = frame.place(_centre(_turned(outlines()[code][0], meridian)))
    return Drawn(code, _path(rings), (round(x), round(y)) if tiny else None)


@lru_cache(maxsize=64)
def overview(named: tuple[tuple[str, str], ...]) -> Map | None:
    """Return a map of countries, given as (ISO code, name), or None where no outline of any is known.

    Countries without an outline are left out.
    """
    names = {code: name for code, name in named if code in outlines()}
    if not names:
        return None
    meridian = _meridian(names)
    frame = _Frame(_window(names, meridian), 0.05, 0.45, 0.9)
    drawn = [_country(code, meridian, frame) for code in names]
    return Map(
        WIDTH, frame.height, _land(names, meridian, frame), tuple(_with_labels(drawn, names, meridian, frame))
    )


def _with_labels(
    drawn: Sequence[Drawn], names: Mapping[str, str], meridian: float, frame: _Frame
) -> list[Drawn]:
    """Return the countries with places for their names, larger ones first; none may cover another."""
    taken: list[Box] = []
    labels: dict[str, tuple[int, int]] = {}
    for country in sorted(drawn, key=lambda one: _area(outlines()[one.code][0]), reverse=True):
        longitude, latitude = (degree / STEPS for degree in _file()["names"][country.code])
        x, y = frame.place(_turned([(longitude, latitude)], meridian)[0])
        half = len(names[country.code]) * LETTER / 2
        for shift in (2 * DOT, -2 * DOT) if country.dot else (0, -LINE, LINE):
            box = (x - half, y + shift - LINE / 2, x + half, y + shift + LINE / 2)
            inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= frame.height
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                labels[country.code] = round(x), round(y + shift)
                break
    return [Drawn(one.code, one.path, one.dot, labels.get(one.code)) for one in drawn]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@lru_cache(maxsize=64)
def locator(code: str) -> Map | None:
    """Return a map of one country among its neighbours, or None where its outline is unknown."""
    if code not in outlines():
        return None
    meridian = _centre(outlines()[code][0])[0]
    frame = _Frame(_window([code], meridian), 0.3, 0.6, 1.0)
    return Map(WIDTH, frame.height, _land({code}, meridian, frame), (_country(code, meridian, frame),))
