"""Finds hidden text of a PDF: under boxes, in the colour of its background, too small, or outside of the page."""

from collections import defaultdict

from ... import colours
from ...report import Report
from .painting import Box, Canvas, Letter, Painted

CELL = 36  # points, the side of a cell of the grid that shapes are sorted into
SMALL = 3  # points, the shortest side of a shape that can hide a letter
TINY = 1  # size in points up to which a letter is unreadable
TOLERANCE = 2  # points beyond the edge of the page that still count as on it
WHOLE = 0.5  # share of the page above which a picture or box may be its background
HALF = 0.5  # share of the height of a letter above which a vertical distance means another line
GAP = 0.15  # share of the longer side of a letter above which a gap means a space
MOST_CELLS = 4_000  # of a shape; larger ones are compared with every letter


def report_hidden(canvas: Canvas, number: int, report: Report) -> list[Letter]:
    """Report the hidden text of a page, and return its letters."""
    shapes = [one for one in canvas.shapes if min(_sides(one.box)) >= SMALL]
    over = _Grid(shapes)
    drawn_last = {_place(letter): letter.order for letter in canvas.letters}
    covered: list[Letter] = []
    invisible: list[Letter] = []
    outside: list[Letter] = []
    for letter in canvas.letters:
        x, y = _centre(letter.box)
        is_cut = letter.clip and not _inside(letter.clip, x, y, TOLERANCE)
        if is_cut or not _inside(canvas.visible, x, y, TOLERANCE):
            outside.append(letter)
            continue
        if drawn_last[_place(letter)] > letter.order:
            continue  # the same letter again, on top
        around = [shape for shape in over.at(x, y) if _inside(shape.box, x, y)]
        if _is_covered(letter, around, canvas):
            covered.append(letter)
        elif _is_unseen(letter, around, canvas):
            invisible.append(letter)
    for words in canvas.unseen_words:
        report.add("invisible_text", words, page=number)
    unseen: list[Letter] = []
    found = {"covered_text": covered, "invisible_text": invisible, "outside_text": outside}
    for kind, letters in found.items():
        if len(letters) > 1:
            report.add(kind, _words_of(letters), page=number)
            unseen += letters
    return unseen


def _words_of(letters: list[Letter]) -> str:
    """Return letters as text, with a space where one was drawn, and at gaps and new lines."""
    text, before = "", None
    for letter in letters:
        if before and (letter.is_first or _is_apart(before, letter)):
            text += " "
        text, before = text + letter.text, letter
    return text


def _is_apart(before: Letter, letter: Letter) -> bool:
    """Return whether two letters are farther apart than letters of one word."""
    one, other = before.box, letter.box
    gaps = [max(0, other[at] - one[at + 2], one[at] - other[at + 2]) for at in (0, 1)]
    is_below = letter.is_level and abs(one[1] - other[1]) > HALF * (one[3] - one[1])  # another line
    return is_below or max(gaps) > GAP * max(_sides(other))


def _is_covered(letter: Letter, around: list[Painted], canvas: Canvas) -> bool:
    """Return whether one of the shapes at the place of a letter covers it."""
    page = max(1, _area(canvas.visible))
    for shape in around:
        if shape.shows_through:
            continue
        if letter.is_invisible:  # recognised text over a scan: it is covered by a box over the scan
            is_box = not shape.is_picture and not _is_light(shape.colour) and shape.area < WHOLE * page
            if is_box and any(under.is_picture and under.order < shape.order for under in around):
                return True
        elif shape.order > letter.order and not (shape.is_picture and shape.area > WHOLE * page):
            return True
    return False


def _is_unseen(letter: Letter, around: list[Painted], canvas: Canvas) -> bool:
    """Return whether a letter that nothing covers is invisible or has the colour of its background."""
    is_recognised = any(shape.is_picture for shape in around)
    if letter.is_invisible:
        return not is_recognised
    if max(_sides(letter.box)) <= TINY:
        return True
    colour = _seen_as(letter.colour)
    if colour is None or canvas.has_shadings:
        return False
    under = [shape for shape in around if shape.order < letter.order]
    if not under:
        return colours.look_alike(colour, colours.WHITE)
    ground = None if under[-1].is_picture or under[-1].shows_through else _seen_as(under[-1].colour)
    return ground is not None and colours.look_alike(colour, ground)


class _Grid:
    """Finds the shapes at a point without comparing all of them."""

    def __init__(self, shapes: list[Painted]) -> None:
        self.large: list[Painted] = []
        self.cells: dict[tuple[int, int], list[Painted]] = defaultdict(list)
        for shape in shapes:
            left, bottom, right, top = (int(side // CELL) for side in shape.box)
            if (right - left + 1) * (top - bottom + 1) > MOST_CELLS:
                self.large.append(shape)
                continue
            for column in range(left, right + 1):
                for row in range(bottom, top + 1):
                    self.cells[column, row].append(shape)

    def at(self, x: float, y: float) -> list[Painted]:
        """Return the shapes that may hold a point, in the order in which they were drawn."""
        found = self.cells.get((int(x // CELL), int(y // CELL)), [])
        return sorted(self.large + found, key=lambda shape: shape.order) if self.large else found


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _place(letter: Letter) -> tuple[str, int, int]:
    x, y = _centre(letter.box)
    return letter.text, round(x), round(y)


def _sides(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _area(box: Box) -> float:
    return abs((box[2] - box[0]) * (box[3] - box[1]))


def _inside(box: Box, x: float, y: float, slack: float = 0) -> bool:
    return box[0] - slack <= x <= box[2] + slack and box[1] - slack <= y <= box[3] + slack


def _levels(colour: object) -> list[float]:
    """Return the components of a colour, or an empty list for a pattern and the like."""
    if isinstance(colour, (int, float)):
        return [colour]
    if isinstance(colour, (list, tuple)) and all(isinstance(one, (int, float)) for one in colour):
        return list(colour)
    return []


def _seen_as(colour: object) -> colours.Colour | None:
    """Return a grey, RGB or CMYK colour as red, green and blue, or None for a pattern and the like."""
    levels = [min(1.0, max(0.0, level)) for level in _levels(colour)]
    if len(levels) == 1:
        levels *= 3
    elif len(levels) == 4:
        levels = [(1 - level) * (1 - levels[3]) for level in levels[:3]]
    if len(levels) != 3:
        return None
    red, green, blue = (round(255 * level) for level in levels)
    return red, green, blue


def _is_light(colour: object) -> bool:
    """Return whether a colour is light; False for a pattern and the like."""
    levels = _levels(colour)
    return (len(levels) in {1, 3} and min(levels) >= 0.7) or (len(levels) == 4 and max(levels) <= 0.3)
