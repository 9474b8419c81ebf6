"""Reads the tokens of content streams and CMaps, without comments.

A token is the bytes of a number, (string), <string> or /name; an Operator for operators; a list for arrays; a dict for
dictionaries.
"""

import re
from collections.abc import Iterator

_SPACE = rb"\0\t\n\f\r "
_TOKEN = re.compile(
    rb"(?P<space>[" + _SPACE + rb"]++|%[^\r\n]*+)"
    rb"|(?P<number>[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?=[" + _SPACE + rb"()<>\[\]{}/%]|$))"
    rb"|(?P<name>/[^" + _SPACE + rb"()<>\[\]{}/%]*+)"
    rb"|(?P<string>\((?:[^()\\]|\\.)*+\))"
    rb"|(?P<hex><[0-9A-Fa-f" + _SPACE + rb"]*+>)"
    rb"|(?P<mark><<|>>|[\[\]{}])"
    rb"|(?P<word>[^" + _SPACE + rb"()<>\[\]{}/%]++)"
    rb"|(?P<other>.)",
    re.DOTALL,
)
_NUMBER = re.compile(rb"([+-]?)[+-]*(\d*\.?\d*)")
_PARENTHESES = re.compile(rb"\\.|[()]", re.DOTALL)
DEEPEST = 30  # levels of nested arrays and dictionaries


class Operator(bytes):
    """The name of an operator."""


type Token = bytes | list[Token] | dict[bytes, Token]


class Lexer:
    """Reads tokens from the offset `at` on."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def tokens(self) -> Iterator[Token]:
        """Yield tokens until the end."""
        while self.at < len(self.data):
            token = self._next(0)
            if token is not None:
                yield token

    def _next(self, depth: int) -> Token | None:
        """Return the next token, or None for a space or comment."""
        match = _TOKEN.match(self.data, self.at)
        if match is None:
            self.at = len(self.data)
            return None
        start, self.at = self.at, match.end()
        kind, text = match.lastgroup, match[0]
        if kind in {"number", "name", "string", "hex"}:
            return text
        if kind == "word":
            return _odd_number(text) if text[0] in b"+-.0123456789" else Operator(text)
        if kind == "mark":
            return self._nested(text, depth)
        if text == b"(":
            return self._string(start)
        return None

    def _nested(self, text: bytes, depth: int) -> Token | None:
        if text == b"[" and depth < DEEPEST:
            return self._until(b"]", depth)
        if text == b"<<" and depth < DEEPEST:
            items = self._until(b">>", depth)
            pairs = zip(items[::2], items[1::2], strict=False)
            return {key: value for key, value in pairs if isinstance(key, bytes) and key[:1] == b"/"}
        return Operator(text)

    def _until(self, end: bytes, depth: int) -> list[Token]:
        items: list[Token] = []
        while self.at < len(self.data):
            token = self._next(depth + 1)
            if isinstance(token, Operator):
                if token == end:
                    break
                if token in {b"]", b">>"}:  # the wrong closing bracket
                    break
            if token is not None:
                items.append(token)
        return items

    def _string(self, start: int) -> bytes:
        """Return a string with balanced parentheses in it."""
        depth = 0
        for match in _PARENTHESES.finditer(self.data, start):
            depth += {b"(": 1, b")": -1}.get(match[0], 0)
            if depth == 0:
                self.at = match.end()
                return self.data[start : self.at]
        self.at = len(self.data)
        return b"()"


def _odd_number(text: bytes) -> Token:
    """Return a malformed number as most viewers read it, or an operator."""
    match = _NUMBER.match(text)
    if match is None or not match[2].strip(b".") or len(text) > 60:
        return b"0" if not text.strip(b"+-.") else Operator(text)
    return (match[1] + match[2])[:36]


def string_of(token: Token) -> bytes | None:
    """Return the content of a string token, or None for other tokens."""
    if not isinstance(token, bytes):
        return None
    if token[:1] == b"<":
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", token)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return _ESCAPE.sub(_unescaped, token[1:-1]) if token[:1] == b"(" else None


_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n|\r", re.DOTALL)
_LETTERS = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}


def _unescaped(match: re.Match[bytes]) -> bytes:
    inside = match[1]
    if inside is None:
        return b"\n"
    if inside[:1].isdigit() and inside[:1] < b"8":
        return bytes([int(inside, 8) & 255])
    return _LETTERS.get(inside, inside)
