"""Text of a PDF that can be copied though nobody sees it: under boxes, in their colour, too small, outside the page."""

from collections import defaultdict
from typing import Any

from ... import colours
from ...report import Report
from .painting import Box, Canvas, Letter, Painted

CELL = 36  # points, of the grid that boxes are sorted into
SMALL = 3  # points below which a shape hides no letter
TINY = 1  # point up to which a letter is dust
TOLERANCE = 2  # points beyond the page that still count as on it
WHOLE = 0.5  # share of the page from which a picture or box counts as its ground
HALF = 0.5  # of the height of a letter: what lies farther up or down is on another line
GAP = 0.15  # of the longer side of a letter: more is a blank or a new line
MOST_CELLS = 4_000  # of a box: larger ones cover the page


def name(canvas: Canvas, number: int, report: Report) -> list[Letter]:
    """Name what is hidden on a page, and return the letters that nobody sees."""
    shapes = [one for one in canvas.shapes if min(_sides(one.box)) >= SMALL]
    over = _Grid(shapes)
    drawn_last = {_place(letter): letter.order for letter in canvas.letters}
    covered, invisible, outside = [], [], []
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
    unseen = []
    for kind, letters in (
        ("covered_text", covered),
        ("invisible_text", invisible),
        ("outside_text", outside),
    ):
        if len(letters) > 1:
            report.add(kind, _words_of(letters), page=number)
            unseen += letters
    return unseen


def _words_of(letters: list[Letter]) -> str:
    """Return the letters as a text, with a blank where one was drawn, and where a gap or a new line stands for one."""
    text, before = "", None
    for letter in letters:
        if before and (letter.is_first or _is_apart(before, letter)):
            text += " "
        text, before = text + letter.text, letter
    return text


def _is_apart(before: Letter, letter: Letter) -> bool:
    """Return whether more than the space between letters of a word lies between two letters."""
    one, other = before.box, letter.box
    gaps = [max(0, other[at] - one[at + 2], one[at] - other[at + 2]) for at in (0, 1)]
    is_below = letter.is_level and abs(one[1] - other[1]) > HALF * (one[3] - one[1])  # another line
    return is_below or max(gaps) > GAP * max(_sides(other))


def _is_covered(letter: Letter, around: list[Painted], canvas: Canvas) -> bool:
    page = max(1, _area(canvas.visible))
    for shape in around:
        if shape.shows_through:
            continue
        if letter.is_invisible:  # what was recognised in a scan: only a box on the picture of it covers it
            is_box = not shape.is_picture and not _is_light(shape.colour) and shape.area < WHOLE * page
            if is_box and any(under.is_picture and under.order < shape.order for under in around):
                return True
        elif shape.order > letter.order and not (shape.is_picture and shape.area > WHOLE * page):
            return True
    return False


def _is_unseen(letter: Letter, around: list[Painted], canvas: Canvas) -> bool:
    """Tell whether a letter that nothing covers is not to be seen all the same."""
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
    """Finds the shapes at a point without a look at all of them."""

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
        """Return the shapes whose cells hold a point, in the order in which they were drawn."""
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


def _levels(colour: Any) -> list[float]:
    if isinstance(colour, (int, float)):
        return [colour]
    if isinstance(colour, (list, tuple)) and all(isinstance(one, (int, float)) for one in colour):
        return list(colour)
    return []


def _seen_as(colour: Any) -> tuple[int, ...] | None:
    """Return red, green and blue of a colour, or None for a pattern and the like."""
    levels = [min(1, max(0, level)) for level in _levels(colour)]
    if len(levels) == 1:
        levels *= 3
    elif len(levels) == 4:
        levels = [(1 - level) * (1 - levels[3]) for level in levels[:3]]
    return tuple(round(255 * level) for level in levels) if len(levels) == 3 else None


def _is_light(colour: Any) -> bool:
    levels = _levels(colour)
    return (len(levels) in {1, 3} and min(levels) >= 0.7) or (len(levels) == 4 and max(levels) <= 0.3)
