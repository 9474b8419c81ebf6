"""Runs the drawing operators of a page with pdfminer, and lists the letters, shapes and pictures in their order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTItem, LTLine, LTPage, LTRect
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextSeq
from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import (
    PDFGraphicState,
    PDFPageInterpreter,
    PDFResourceManager,
    PDFStackT,
    PDFTextState,
)
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import Matrix, PathSegment, apply_matrix_pt, apply_matrix_rect, decode_text

from . import spoken

INVISIBLE = {3, 7}  # text rendering modes that draw nothing
OUTLINED, BOTH = {1, 5}, {2, 6}  # text rendering modes that draw only the outline, or outline and fill
CLEAR = 0.1  # opacity below which letters are invisible
WIDE = 5  # width in points from which a line covers letters

type Box = tuple[float, float, float, float]


@dataclass
class Painted:
    """A shape, a picture or a letter of a page, in points."""

    order: int
    box: Box  # left, bottom, right, top
    colour: object = (
        None  # a number, a tuple of numbers, or what pdfminer has for patterns; None where unknown
    )
    is_picture: bool = False
    shows_through: bool = False

    @property
    def area(self) -> float:
        """Return the area in square points."""
        return max(0, self.box[2] - self.box[0]) * max(0, self.box[3] - self.box[1])


@dataclass
class Letter(Painted):
    """One letter that is no space."""

    text: str = ""
    is_invisible: bool = False
    clip: Box | None = None  # the clipping box
    item: LTChar | None = field(default=None, repr=False)
    is_first: bool = False  # whether a space was drawn before it
    is_level: bool = True  # whether its line is horizontal


class Canvas(PDFLayoutAnalyzer):
    """The device that pdfminer draws on: it holds what was drawn on the current page."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.shows_through = False  # whether the current state is transparent
        self.is_clear = False  # whether the current state is invisible
        self.clip: Box | None = None  # the current clipping box
        self._mode = 0
        self._after_blank = False
        self.layout: LTPage | None = None

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Begin a page."""
        super().begin_page(page, ctm)
        self.letters: list[Letter] = []
        self.shapes: list[Painted] = []
        self._order = 0
        self._tags: list[tuple[str, int]] = []
        self.unseen_words: list[str] = []
        self.has_shadings = False
        self.visible = apply_matrix_rect(ctm, page.cropbox)

    def receive_layout(self, ltpage: LTPage) -> None:
        """Take the finished page."""
        self.layout = ltpage

    def render_string(
        self,
        textstate: PDFTextState,
        seq: PDFTextSeq,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> None:
        """Draw a string."""
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Draw a letter, and return its width."""
        advance = super().render_char(matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate)
        item = self.cur_item._objs[-1]
        if isinstance(item, LTChar) and not item.get_text().strip():
            self._after_blank = True
        elif isinstance(item, LTChar):
            state = item.graphicstate
            colour, edge = _shown(state.ncolor, state.ncs), _shown(state.scolor, state.scs)
            if self._mode in OUTLINED or (self._mode in BOTH and edge != colour):
                colour = edge
            one = Letter(self._next(), item.bbox, colour, text=item.get_text(), clip=self.clip, item=item)
            one.is_level = item.upright and not font.is_vertical()
            one.is_first, self._after_blank = self._after_blank, False
            one.is_invisible = self._mode in INVISIBLE or self.is_clear
            self.letters.append(one)
        return advance

    def paint_path(
        self, gstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Draw a path."""
        before = len(self.cur_item._objs)
        super().paint_path(gstate, stroke, fill, evenodd, path)
        shape = "".join(piece[0] for piece in path)
        if shape.count("m") > 1:
            return  # pdfminer calls this again for each subpath
        for item in self.cur_item._objs[before:]:
            if isinstance(item, LTLine) and stroke and gstate.linewidth >= WIDE:
                half = gstate.linewidth / 2
                box = (item.x0 - half, item.y0 - half, item.x1 + half, item.y1 + half)
                self._shape(box, _shown(gstate.scolor, gstate.scs))
            elif fill and isinstance(item, LTCurve) and (isinstance(item, LTRect) or _is_box(item)):
                self._shape(item.bbox, _shown(gstate.ncolor, gstate.ncs))

    def render_image(self, name: str, stream: PDFStream) -> None:
        """Draw a picture."""
        super().render_image(name, stream)
        shows_through = any(key in stream.attrs for key in ("SMask", "Mask")) or bool(
            resolve1(stream.attrs.get("ImageMask", stream.attrs.get("IM", False)))
        )
        self._shape(self.cur_item.bbox, None, is_picture=True, shows_through=shows_through)

    @property
    def state(self) -> tuple[bool, bool, Box | None]:
        """Return the part of the graphics state that q saves and Q restores."""
        return self.shows_through, self.is_clear, self.clip

    @state.setter
    def state(self, saved: tuple[bool, bool, Box | None]) -> None:
        self.shows_through, self.is_clear, self.clip = saved

    def cut(self, box: Box) -> None:
        """Intersect the clipping box with another one."""
        if self.clip:
            (left, bottom, right, top), (a, b, c, d) = self.clip, box
            box = max(left, a), max(bottom, b), min(right, c), min(top, d)
        self.clip = box

    def begin_tag(self, tag: PSLiteral, props: PDFStackT | None = None) -> None:
        """Begin marked content, and note its replacement text."""
        held = resolve1(props.get("ActualText", props.get("E"))) if isinstance(props, dict) else None
        self._tags.append((decode_text(held) if isinstance(held, bytes) else "", len(self.letters)))

    def end_tag(self) -> None:
        """End marked content, and keep its replacement text if that says more than what was drawn."""
        words, before = self._tags.pop() if self._tags else ("", 0)
        if words and spoken.is_more_than(words, len(self.letters) - before):
            self.unseen_words.append(words)

    def forget(self, letters: list[Letter]) -> None:
        """Remove letters from the page."""
        gone = {id(letter.item) for letter in letters}
        if gone and self.layout is not None:
            _without(self.layout, gone)

    def _shape(
        self, box: Box, colour: object, *, is_picture: bool = False, shows_through: bool = False
    ) -> None:
        shows_through = shows_through or self.shows_through
        self.shapes.append(Painted(self._next(), box, colour, is_picture, shows_through))

    def _next(self) -> int:
        self._order += 1
        return self._order


def _shown(colour: object, space: PDFColorSpace) -> object:
    """Return a colour as grey, RGB or CMYK, or None for a colour space that says nothing about it."""
    if space.name in {"Separation", "DeviceN"}:  # amounts of spot colours: none of any is white
        given = colour if isinstance(colour, (list, tuple)) else [colour]
        amounts = [one for one in given if isinstance(one, (int, float))]
        return 1 - max(amounts) if amounts and len(amounts) == len(given) else None
    return None if space.name in {"Indexed", "Lab"} else colour


def _is_box(curve: LTCurve) -> bool:
    """Return whether a shape nearly fills its box, as a rounded rectangle does, unlike a ring or a letter."""
    points = curve.pts
    around = (
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2
    )
    return around >= 0.85 * max(1e-6, curve.width * curve.height)


def _without[Item: LTItem](container: LTContainer[Item], gone: set[int]) -> None:
    """Remove items from a container and those in it, by their id()."""
    container._objs = [one for one in container._objs if id(one) not in gone]
    for one in container._objs:
        if isinstance(one, LTContainer):
            _without(one, gone)


class Painter(PDFPageInterpreter):
    """pdfminer's interpreter, with transparency, shadings and clipping, which pdfminer ignores."""

    def __init__(self, resources: PDFResourceManager, canvas: Canvas) -> None:
        super().__init__(resources, canvas)
        self.canvas = canvas

    def init_state(self, ctm: Matrix) -> None:
        """Begin a content stream."""
        super().init_state(ctm)
        self._saved: list[tuple[bool, bool, Box | None]] = []

    def do_q(self) -> None:
        """Save the graphics state."""
        super().do_q()
        self._saved.append(self.canvas.state)

    def do_Q(self) -> None:
        """Restore the graphics state."""
        super().do_Q()
        if self._saved:
            self.canvas.state = self._saved.pop()

    def do_gs(self, name: PDFStackT) -> None:
        """Set the transparency of a graphics state parameter dictionary."""
        states = dict_value(self.resources.get("ExtGState", {})) if self.resources else {}
        state = resolve1(states.get(getattr(name, "name", name), None))
        if not isinstance(state, dict):
            return
        if "ca" in state or "BM" in state or "SMask" in state:
            alpha = resolve1(state.get("ca", 1))
            mode = resolve1(state.get("BM"))
            mode = mode[0] if isinstance(mode, list) and mode else mode
            mask = resolve1(state.get("SMask"))
            self.canvas.shows_through = (
                (isinstance(alpha, (int, float)) and alpha < 0.9)
                or getattr(mode, "name", "Normal") not in {"Normal", "Compatible"}
                or isinstance(mask, dict)
            )
            self.canvas.is_clear = isinstance(alpha, (int, float)) and alpha < CLEAR

    def do_sh(self, name: object) -> None:
        """Note that the page has a shading."""
        self.canvas.has_shadings = True

    def do_Do(self, xobjid_arg: PDFStackT) -> None:
        """Draw an XObject."""
        before = self.canvas.state
        super().do_Do(xobjid_arg)
        self.canvas.state = before

    def do_W(self) -> None:
        """Clip to the current path."""
        self._clip()

    def do_W_a(self) -> None:
        """Clip to the current path by the even-odd rule."""
        self._clip()

    def _clip(self) -> None:
        """Clip to the box around the current path: nothing beyond it is visible."""
        numbers = [number for piece in self.curpath for number in piece[1:]]
        points = [apply_matrix_pt(self.ctm, pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]
        if points:
            across, up = zip(*points, strict=True)
            self.canvas.cut((min(across), min(up), max(across), max(up)))

    def process_page(self, page: PDFPage) -> None:
        """Draw a page."""
        self.canvas.state = False, False, None
        super().process_page(page)
