"""Paints a page of a PDF without a canvas: notes in their order which letters, boxes and pictures are drawn."""

from dataclasses import dataclass, field
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTCurve, LTLine, LTRect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdftypes import dict_value, resolve1
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, decode_text

from . import spoken

INVISIBLE = {3, 7}  # text rendering modes that draw nothing
OUTLINED, BOTH = {1, 5}, {2, 6}  # those that draw the edges of letters only, or too
CLEAR = 0.1  # opacity up to which letters are not seen
WIDE = 5  # points from which a line covers letters


type Box = tuple[float, float, float, float]


@dataclass
class Painted:
    """One thing on a page, in the coordinates of the page."""

    order: int
    box: Box  # left, bottom, right, top
    colour: Any = None
    is_picture: bool = False
    shows_through: bool = False

    @property
    def area(self) -> float:
        return max(0, self.box[2] - self.box[0]) * max(0, self.box[3] - self.box[1])


@dataclass
class Letter(Painted):
    """One letter that is not a blank."""

    text: str = ""
    is_invisible: bool = False
    clip: Box | None = None  # the box that it is cut to
    item: LTChar | None = field(default=None, repr=False)
    is_first: bool = False  # of a word: a blank was drawn before it
    is_level: bool = True  # its line runs across the page


class Canvas(PDFLayoutAnalyzer):
    """What was drawn on the page at hand."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.shows_through = False  # whether what is drawn now lets shine through what lies under it
        self.is_clear = False  # whether nothing of it is seen
        self.clip: Box | None = None  # the box that all is cut to
        self._mode = 0
        self._after_blank = False
        self.layout = None

    def begin_page(self, page: Any, ctm: Any) -> None:
        super().begin_page(page, ctm)
        self.letters: list[Letter] = []
        self.shapes: list[Painted] = []
        self._order = 0
        self._tags: list[tuple[str, int]] = []
        self.unseen_words: list[str] = []
        self.has_shadings = False
        self.visible = apply_matrix_rect(ctm, page.cropbox)

    def receive_layout(self, layout: Any) -> None:
        self.layout = layout

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        advance = super().render_char(*args, **kwargs)
        item = self.cur_item._objs[-1]
        if isinstance(item, LTChar) and not item.get_text().strip():
            self._after_blank = True
        elif isinstance(item, LTChar):
            state = item.graphicstate
            colour, edge = _shown(state.ncolor, state.ncs), _shown(state.scolor, state.scs)
            if self._mode in OUTLINED or (self._mode in BOTH and edge != colour):
                colour = edge
            one = Letter(self._next(), item.bbox, colour, text=item.get_text(), clip=self.clip, item=item)
            font = kwargs.get("font", args[1] if len(args) > 1 else None)
            one.is_level = item.upright and not (font is not None and font.is_vertical())
            one.is_first, self._after_blank = self._after_blank, False
            one.is_invisible = self._mode in INVISIBLE or self.is_clear
            self.letters.append(one)
        return advance

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        before = len(self.cur_item._objs)
        super().paint_path(gstate, stroke, fill, evenodd, path)
        shape = "".join(piece[0] for piece in path)
        if shape.count("m") > 1:
            return  # each of its parts came along by itself
        for item in self.cur_item._objs[before:]:
            if isinstance(item, LTLine) and stroke and gstate.linewidth >= WIDE:
                half = gstate.linewidth / 2
                box = (item.x0 - half, item.y0 - half, item.x1 + half, item.y1 + half)
                self._shape(box, _shown(gstate.scolor, gstate.scs))
            elif fill and isinstance(item, LTCurve) and (isinstance(item, LTRect) or _is_box(item)):
                self._shape(item.bbox, _shown(gstate.ncolor, gstate.ncs))

    def render_image(self, name: str, stream: Any) -> None:
        super().render_image(name, stream)
        shows_through = any(key in stream.attrs for key in ("SMask", "Mask")) or bool(
            resolve1(stream.attrs.get("ImageMask", stream.attrs.get("IM", False)))
        )
        self._shape(self.cur_item.bbox, None, is_picture=True, shows_through=shows_through)

    @property
    def state(self) -> tuple[bool, bool, Box | None]:
        """What a page saves before it draws something, and takes up again."""
        return self.shows_through, self.is_clear, self.clip

    @state.setter
    def state(self, saved: tuple[bool, bool, Box | None]) -> None:
        self.shows_through, self.is_clear, self.clip = saved

    def cut(self, box: Box) -> None:
        """Cut what is drawn from now on to a box too."""
        if self.clip:
            (left, bottom, right, top), (a, b, c, d) = self.clip, box
            box = max(left, a), max(bottom, b), min(right, c), min(top, d)
        self.clip = box

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        """Note the words that are copied in place of what is drawn until the tag ends."""
        held = resolve1(props.get("ActualText", props.get("E"))) if isinstance(props, dict) else None
        self._tags.append((decode_text(held) if isinstance(held, (bytes, str)) else "", len(self.letters)))

    def end_tag(self) -> None:
        """Keep such words where they say more than what was drawn."""
        words, before = self._tags.pop() if self._tags else ("", 0)
        if words and spoken.is_more_than(words, len(self.letters) - before):
            self.unseen_words.append(words)

    def forget(self, letters: list[Letter]) -> None:
        """Take letters off the page."""
        gone = {id(letter.item) for letter in letters}
        if gone:
            _without(self.layout, gone)

    def _shape(self, box: Box, colour: Any, *, is_picture: bool = False, shows_through: bool = False) -> None:
        shows_through = shows_through or self.shows_through
        self.shapes.append(Painted(self._next(), box, colour, is_picture, shows_through))

    def _next(self) -> int:
        self._order += 1
        return self._order


def _shown(colour: Any, space: Any) -> Any:
    """Return a colour as a level of grey, red, green and blue, or ink; None where its space does not tell."""
    if space.name in {"Separation", "DeviceN"}:  # shares of spot colours: none of any is white
        shares = colour if isinstance(colour, (list, tuple)) else [colour]
        return 1 - max(shares) if shares and all(isinstance(one, (int, float)) for one in shares) else None
    return None if space.name in {"Indexed", "Lab"} else colour


def _is_box(curve: LTCurve) -> bool:
    """Tell whether a shape fills its box nearly: a rounded rectangle does, a ring or a letter does not."""
    points = curve.pts
    around = (
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2
    )
    return around >= 0.85 * max(1e-6, curve.width * curve.height)


def _without(container: Any, gone: set[int]) -> None:
    container._objs = [one for one in container._objs if id(one) not in gone]
    for one in container._objs:
        if hasattr(one, "_objs"):
            _without(one, gone)


class Painter(PDFPageInterpreter):
    """pdfminer's interpreter, which skips transparency and shadings."""

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self._through: list[tuple[bool, bool, Box | None]] = []

    def do_q(self) -> None:
        super().do_q()
        self._through.append(self.device.state)

    def do_Q(self) -> None:
        super().do_Q()
        if self._through:
            self.device.state = self._through.pop()

    def do_gs(self, name: Any) -> None:
        states = dict_value(self.resources.get("ExtGState", {})) if self.resources else {}
        state = resolve1(states.get(getattr(name, "name", name), None))
        if not isinstance(state, dict):
            return
        if "ca" in state or "BM" in state or "SMask" in state:
            alpha = resolve1(state.get("ca", 1))
            mode = resolve1(state.get("BM"))
            mode = mode[0] if isinstance(mode, list) and mode else mode
            mask = resolve1(state.get("SMask"))
            self.device.shows_through = (
                (isinstance(alpha, (int, float)) and alpha < 0.9)
                or getattr(mode, "name", "Normal") not in {"Normal", "Compatible"}
                or isinstance(mask, dict)
            )
            self.device.is_clear = isinstance(alpha, (int, float)) and alpha < CLEAR

    def do_sh(self, name: Any) -> None:
        self.device.has_shadings = True

    def do_Do(self, xobjid_arg: Any) -> None:
        before = self.device.state
        super().do_Do(xobjid_arg)
        self.device.state = before

    def do_W(self) -> None:
        self._clip()

    def do_W_a(self) -> None:
        self._clip()

    def _clip(self) -> None:
        """Cut what follows to the box around the path: all beyond it is surely not seen."""
        numbers = [number for piece in self.curpath for number in piece[1:]]
        points = [apply_matrix_pt(self.ctm, pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]
        if points:
            across, up = zip(*points, strict=True)
            self.device.cut((min(across), min(up), max(across), max(up)))

    def process_page(self, page: Any) -> None:
        self.device.state = False, False, None
        super().process_page(page)
