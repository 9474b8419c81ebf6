"""Maps as SVG, drawn from articles/places/shapes.json (Natural Earth, public domain; fixtures/make_shapes.py)."""

import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

SHAPES = Path(__file__).with_name("shapes.json")
STEPS = 10  # of the file, a degree
ROUND = 360  # degrees
WIDTH = 800  # units of a drawing
MARGIN = 12  # units that lie outside of the picture, so that cut edges don't show
DOT = 9  # units: a country that would be smaller gets a dot to hit
LETTER, LINE = 8.5, 18  # units: how much room the letters of a name take
LEAST = 6  # degrees: an island needs a sea around it
FAR = 12  # degrees from its main part: such islands don't widen a map


@dataclass(frozen=True)
class Drawn:
    """A country on a map: its outline as path data, a dot where it is tiny, and room for its name."""

    code: str
    path: str
    dot: tuple | None = None
    label: tuple | None = None


@dataclass(frozen=True)
class Map:
    """A drawing: its size in units, the land around, and the countries that matter."""

    width: int
    height: int
    land: str
    countries: tuple


@cache
def _file():
    return json.loads(SHAPES.read_text(encoding="utf-8"))


@cache
def outlines():
    """Return for each ISO code its rings, each a list of (longitude, latitude); the largest comes first."""
    data = _file()
    arcs = []
    for steps in data["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + step_x, y + step_y
            points.append((x / STEPS, y / STEPS))
        arcs.append(points)

    def ring(numbers):
        points = []
        for number in numbers:
            points += (arcs[number] if number >= 0 else arcs[~number][::-1])[1 if points else 0 :]
        return _unrolled(points)

    return {
        code: sorted((ring(numbers) for numbers in rings), key=_area, reverse=True)
        for code, rings in data["countries"].items()
    }


def _unrolled(points):
    """Return the points without the jump from 180 degrees east to 180 degrees west."""
    turns, found = 0, points[:1]
    for (before, _y), (x, y) in pairwise(points):
        if abs(x - before) > ROUND / 2:
            turns += 1 if x < before else -1
        found.append((x + turns * ROUND, y))
    return found


def _area(ring):
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs)) / 2


def _box(points):
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _centre(ring):
    west, south, east, north = _box(ring)
    return (west + east) / 2, (south + north) / 2


def _turned(ring, meridian):
    """Return the ring on that side of the date line that is nearer to the meridian."""
    turns = round((meridian - _centre(ring)[0]) / ROUND)
    return [(x + turns * ROUND, y) for x, y in ring]


def _meridian(codes):
    """Return the longitude in the middle of the countries: opposite to the widest gap between them."""
    places = sorted(_centre(outlines()[code][0])[0] for code in codes)
    gaps = [
        (after - before, before)
        for before, after in zip(places, [*places[1:], places[0] + ROUND], strict=True)
    ]
    width, west_of_it = max(gaps)
    middle = west_of_it + width / 2 + ROUND / 2
    return (middle + ROUND / 2) % ROUND - ROUND / 2


def _window(codes, meridian):
    """Return the box of the countries in degrees, without what lies far from their main parts."""
    points = []
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
    """Turns degrees into units of a drawing: as wide as WIDTH, as high as its window needs."""

    def __init__(self, window, around, flattest, tallest) -> None:
        """Take a box of degrees, the share of it to add on each side, and the limits of height by width."""
        west, south, east, north = window
        self.squeeze = math.cos(math.radians((south + north) / 2))
        wide, high = (east - west) * self.squeeze * (1 + 2 * around), (north - south) * (1 + 2 * around)
        wide, high = max(wide, high / tallest), max(high, wide * flattest)
        self.zoom = WIDTH / wide
        self.height = round(high * self.zoom)
        self.middle = (west + east) / 2, (south + north) / 2

    def place(self, point):
        x, y = point
        return (
            WIDTH / 2 + (x - self.middle[0]) * self.squeeze * self.zoom,
            self.height / 2 - (y - self.middle[1]) * self.zoom,
        )

    def shows(self, box, meridian):
        """Return whether a box of degrees reaches into the picture."""
        west, south, east, north = box
        turns = round((meridian - (west + east) / 2) / ROUND)
        left, top = self.place((west + turns * ROUND, north))
        right, bottom = self.place((east + turns * ROUND, south))
        return left < WIDTH and right > 0 and top < self.height and bottom > 0

    def drawn(self, ring):
        """Return the ring in units, cut at the edges of the picture."""
        points = [self.place(point) for point in ring]
        edges = [(0, -MARGIN, 1), (0, WIDTH + MARGIN, -1), (1, -MARGIN, 1), (1, self.height + MARGIN, -1)]
        for axis, limit, side in edges:
            points = _cut(points, axis, limit, side)
        return points


def _cut(points, axis, limit, side):
    """Return the part of a ring that lies on one side of a line (Sutherland and Hodgman)."""
    kept = []
    for before, here in zip([points[-1], *points[:-1]] if points else [], points, strict=True):
        was_in, is_in = ((p[axis] - limit) * side >= 0 for p in (before, here))
        if was_in != is_in:
            share = (limit - before[axis]) / (here[axis] - before[axis])
            kept.append(tuple(a + (b - a) * share for a, b in zip(before, here, strict=True)))
        if is_in:
            kept.append(here)
    return kept


def _path(rings):
    """Return SVG path data of rings in units, in whole steps."""
    parts = []
    for ring in rings:
        points = []
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
def _boxes(code):
    return [_box(ring) for ring in outlines()[code]]


def _land(codes, meridian, frame):
    """Return the outlines of all other countries that the picture shows a part of."""
    around = [
        ring
        for code, rings in outlines().items()
        if code not in codes
        for ring, box in zip(rings, _boxes(code), strict=True)
        if frame.shows(box, meridian)
    ]
    return _path(frame.drawn(_turned(ring, meridian)) for ring in around)


def _country(code, meridian, frame):
    rings = [frame.drawn(_turned(ring, meridian)) for ring in outlines()[code]]
    rings = [ring for ring in rings if ring]
    west, north, east, south = _box(rings[0]) if rings else (0, 0, 0, 0)
    tiny = max(east - west, south - north) < 2 * DOT
    x, y = frame.place(_centre(_turned(outlines()[code][0], meridian)))
    return Drawn(code, _path(rings), (round(x), round(y)) if tiny else None)


@lru_cache(maxsize=64)
def overview(named):
    """Return a Map of countries to choose from, given as (ISO code, name); those without a shape are left out."""
    names = {code: name for code, name in named if code in outlines()}
    if not names:
        return None
    meridian = _meridian(names)
    frame = _Frame(_window(names, meridian), 0.05, 0.45, 0.9)
    drawn = [_country(code, meridian, frame) for code in names]
    return Map(
        WIDTH, frame.height, _land(names, meridian, frame), tuple(_with_labels(drawn, names, meridian, frame))
    )


def _with_labels(drawn, names, meridian, frame):
    """Give each country room for its name, the larger first; a name that would cover another is left out."""
    taken, labels = [], {}
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


def _meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@lru_cache(maxsize=64)
def locator(code):
    """Return a Map of one country among its neighbours, or None where there is no shape of it."""
    if code not in outlines():
        return None
    meridian = _centre(outlines()[code][0])[0]
    frame = _Frame(_window([code], meridian), 0.3, 0.6, 1.0)
    return Map(WIDTH, frame.height, _land({code}, meridian, frame), (_country(code, meridian, frame),))
