"""Content streams of pages, forms, glyphs and patterns: keeps known operators with valid operands.

Comments, unknown operators, surplus operands and unknown properties of marked content are dropped.
"""

import re

from .copying import Work
from .inline import InlineImage
from .lexing import Lexer, Operator, Token
from .marked import properties, tag

# Operands: n number, s string, a array of strings and numbers, d array of numbers, r rendering intent, * any number of
# numbers, ? the name of a pattern behind them, / name of a resource.
_OPERANDS = {
    b"b": "", b"B": "", b"b*": "", b"B*": "", b"f": "", b"F": "", b"f*": "", b"h": "", b"n": "", b"q": "", b"Q": "",
    b"s": "", b"S": "", b"W": "", b"W*": "", b"BT": "", b"ET": "", b"T*": "", b"EMC": "",
    b"w": "n", b"J": "n", b"j": "n", b"M": "n", b"i": "n", b"g": "n", b"G": "n", b"Tc": "n", b"Tw": "n", b"Tz": "n",
    b"TL": "n", b"Tr": "n", b"Ts": "n", b"m": "nn", b"l": "nn", b"Td": "nn", b"TD": "nn", b"d0": "nn", b"rg": "nnn",
    b"RG": "nnn", b"re": "nnnn", b"v": "nnnn", b"y": "nnnn", b"k": "nnnn", b"K": "nnnn", b"c": "nnnnnn",
    b"cm": "nnnnnn", b"Tm": "nnnnnn", b"d1": "nnnnnn", b"d": "dn", b"Tj": "s", b"'": "s", b'"': "nns", b"TJ": "a",
    b"ri": "r", b"SC": "*", b"sc": "*", b"SCN": "*?", b"scn": "*?", b"Tf": "/n", b"gs": "/", b"CS": "/", b"cs": "/",
    b"sh": "/", b"Do": "/",
}  # fmt: skip
_CATEGORY = {
    b"Tf": "Font", b"gs": "ExtGState", b"CS": "ColorSpace", b"cs": "ColorSpace", b"sh": "Shading", b"Do": "XObject",
}  # fmt: skip
_INTENTS = {b"/AbsoluteColorimetric", b"/RelativeColorimetric", b"/Saturation", b"/Perceptual"}
_BREAKS = rb"[\t\n\r ]"
_N = rb"(?:[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})" + _BREAKS + rb"{1,4})"
_STRING = rb"(?:\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f]*+>)"
_PART = (
    rb"(?:[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?=[\t\n\r (<\]+.-])|" + _BREAKS + rb"|" + _STRING + rb")"
)
_PLAIN = re.compile(  # the most frequent operators, which are copied as they are
    rb"(?>(?:"
    + _N + rb"{2}(?:[ml]|T[dD])|" + _N + rb"{4}(?:re|[vykK])|" + _N + rb"{6}(?:cm?|Tm)|" + _N + rb"{3}(?:rg|RG)|"
    + _N + rb"(?:[wJjMigG]|T[cwzLrs])|[WfbB]\*?|[hnqQSsF]|BT|ET|T\*|"
    + _STRING + _BREAKS + rb"?Tj|\[" + _PART + rb"*+\]" + _BREAKS + rb"?TJ"
    rb")" + _BREAKS + rb"{1,4})++",
    re.DOTALL,
)  # fmt: skip
MOST_OPERANDS = 64


class _Cleaner:
    """Cleans one content stream."""

    def __init__(self, work: Work, data: bytes, resources: object) -> None:
        self.work, self.lexer, self.resources = work, Lexer(data), resources
        self.made: list[bytes] = []
        self.marked: set[int] = set()  # numbers (MCID) of marked content
        self.used: set[str] = set()  # new names of resources

    def run(self) -> bytes:
        """Return the clean stream."""
        operands: list[Token] = []
        tokens = self.lexer.tokens()
        self._take_plain()
        for token in tokens:
            if not isinstance(token, Operator):
                operands.append(token)
                if len(operands) > MOST_OPERANDS:
                    del operands[0]
                continue
            if token == b"BI":
                inline = InlineImage(self.work, self.lexer, self.resources)
                self.made.append(inline.cleaned())
                self.used |= inline.used
            else:
                self._operator(token, operands)
            operands.clear()
            self._take_plain()
        return b"".join(self.made)

    def _take_plain(self) -> None:
        """Copy a run of operators that need no change, if there is one at this place."""
        match = _PLAIN.match(self.lexer.data, self.lexer.at)
        blanks = {b"\n", b"\r", b" ", b"\t"}
        while match is None and self.lexer.data[self.lexer.at : self.lexer.at + 1] in blanks:
            self.lexer.at += 1
            match = _PLAIN.match(self.lexer.data, self.lexer.at)
        if match is not None:
            self.made.append(match[0])
            self.lexer.at = match.end()

    def _operator(self, operator: bytes, operands: list[Token]) -> None:
        if operator in {b"BMC", b"BDC", b"MP", b"DP"}:
            line = self._mark(operator, operands)
        else:
            line = self._known(operator, operands)
        if line is not None:
            self.made.append(line + operator + b"\n")

    def _known(self, operator: bytes, operands: list[Token]) -> bytes | None:
        """Return the operands of a known operator, or None where the operator or an operand is not valid."""
        pattern = _OPERANDS.get(operator)
        if pattern is None:
            return None
        if pattern[:1] == "*":
            return self._colour(operands, with_name=pattern == "*?")
        taken = operands[len(operands) - len(pattern) :] if pattern else []
        if len(taken) != len(pattern):
            return None
        written = [self._operand(kind, token, operator) for kind, token in zip(pattern, taken, strict=True)]
        if any(one is None for one in written):
            return None
        return b"".join(one + b" " for one in written if one is not None)

    def _operand(self, kind: str, token: Token, operator: bytes) -> bytes | None:
        if kind == "a" or kind == "d":
            return _array(token, with_strings=kind == "a")
        if not isinstance(token, bytes):
            return None
        first = token[:1]
        match kind:
            case "n":
                return token if _is_number(token) else None
            case "s":
                return token if first in {b"(", b"<"} else None
            case "r":
                return token if token in _INTENTS else None
        if first != b"/":
            return None
        return self._resource(_CATEGORY[operator], token)

    def _resource(self, category: str, token: bytes) -> bytes:
        """Return the new name of a resource, and note that it is used."""
        name = self.work.names.of(category, token)
        self.used.add(name)
        return name.encode()

    def _colour(self, operands: list[Token], *, with_name: bool) -> bytes | None:
        kept = [one for one in operands if isinstance(one, bytes) and _is_number(one)][-32:]
        last = operands[-1] if operands else b""
        if with_name and isinstance(last, bytes) and last[:1] == b"/":
            kept.append(self._resource("Pattern", last))
        return b"".join(one + b" " for one in kept) if kept else None

    def _mark(self, operator: bytes, operands: list[Token]) -> bytes | None:
        """Return the operands of marked content: a known tag, and its known properties."""
        has_properties = operator in {b"BDC", b"DP"}
        wanted = 2 if has_properties else 1
        taken = operands[-wanted:]
        if len(taken) < wanted:
            span: list[Token] = [b"/Span", {}]
            taken = span[:wanted]
        written = tag(taken[0]) + b" "
        if has_properties:
            written += properties(self.work, taken[0], taken[1], self.resources, self.marked) + b" "
        if has_properties and taken[0] == b"/OC" and isinstance(taken[1], bytes):
            self.used.add(self.work.names.of("Properties", taken[1]))
        return written


def _is_number(token: Token) -> bool:
    return (
        isinstance(token, bytes)
        and not isinstance(token, Operator)
        and token[:1] in b"+-.0123456789"
        and token != b""
    )


def _array(token: Token, *, with_strings: bool) -> bytes | None:
    if not isinstance(token, list):
        return None
    kept = [
        one for one in token
        if isinstance(one, bytes) and (_is_number(one) or (with_strings and one[:1] in {b"(", b"<"}))
    ]  # fmt: skip
    return b"[" + b" ".join(kept) + b"]"


def cleaned(work: Work, data: bytes, resources: object = None, new: object = None) -> tuple[bytes, set[int]]:
    """Return a clean content stream, and the numbers (MCID) of the marked content in it.

    Resources are the given ones that its names refer to; the used names are noted for the new ones.
    """
    cleaner = _Cleaner(work, data, resources)
    made = cleaner.run()
    work.use(new, cleaner.used)
    return made, cleaner.marked
