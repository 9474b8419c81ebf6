"""A kept answer: its bytes in each encoding, with the headers ready to send."""

import time
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.http import parse_etags, parse_http_date_safe

from newsroom.guard.compression import is_text
from newsroom.guard.requestids import HEADER

from .asked import Asked
from .encodings import chosen, compressed, thoroughly

type Headers = list[tuple[str, str]]
type Key = tuple[str, str]  # path, and the query string that the view reads

KEPT = {200, 301, 404, 410}
OF_ONE = {"vary", HEADER.lower()}  # an id names one request, and this answers many
OF_THE_BODY = {"content-length", "content-encoding", "content-type", "etag", "accept-ranges"}
# Of these a response without a body says nothing, as Django's ConditionalGetMiddleware does.
NOT_WITHOUT_A_BODY = {"content-disposition"}
OVERHEAD = 4_000  # bytes that an entry takes beside its bodies
OFTEN = 200  # answers of one version of a page, from which on it is worth a thorough compression


class Answer(NamedTuple):
    """What is sent to one visitor."""

    status: int
    headers: Headers
    body: bytes


class Variant(NamedTuple):
    """The answer in one encoding, and the one that says that nothing has changed."""

    etag: str
    full: Answer
    unchanged: Answer


@dataclass(slots=True)
class Made:
    """An answer of Django as it was made for everybody, uncompressed."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header, or ""."""
        return next((value for one, value in self.headers if one.lower() == name), "")

    @property
    def is_for_all(self) -> bool:
        """Return whether it holds nothing of one visitor: no cookie, no nonce, nothing that varies by other headers."""
        varies = {name.strip().lower() for name in self.header("vary").split(",")} - {"", "accept-encoding"}
        return not (
            varies
            or self.header("set-cookie")
            or self.header("content-encoding")
            or "'nonce-" in self.header("content-security-policy")
        )


@dataclass(slots=True, eq=False)
class Entry:
    """A kept answer, and how long it holds: in one content version, and until a moment.

    Without variants it says that Django has to answer, such as with a file that is too large to be kept.
    """

    key: Key
    status: int
    version: int | None  # None: in every version
    until: float  # seconds of time.time()
    variants: dict[str, Variant] = field(default_factory=dict)  # by encoding; "" for none
    last_modified: int | None = None  # seconds of time.time()
    size: int = OVERHEAD  # bytes
    answers: int = 0  # how many visitors got it
    made_at: float = field(default_factory=time.time)

    def fill(self, made: Made) -> None:
        """Take the answer that was made, and compress it."""
        self.last_modified = parse_http_date_safe(made.header("last-modified"))
        is_compressible = is_text(made.header("content-type"))
        encodings = {"": made.body} | (compressed(made.body) if is_compressible else {})
        self.variants = {
            name: _variant(made, name, name, body, len(encodings) > 1) for name, body in encodings.items()
        }
        self.size = OVERHEAD + 4 * len(self.key[0]) + sum(map(len, encodings.values()))

    def compress_thoroughly(self) -> None:
        """Replace the fast brotli; the ETag is another, since the bytes are."""
        plain, fast = self.variants[""].full, self.variants["br"].full
        body = thoroughly(plain.body)
        if len(body) < len(fast.body):
            made = Made(self.status, plain.headers, plain.body)
            self.variants = self.variants | {"br": _variant(made, "br", "br11", body, True)}

    def answer_to(self, asked: Asked) -> Answer:
        """Return what to send: the encoding that is accepted best, or 304 where the visitor has it."""
        fields, variants = asked.fields, self.variants
        variant = variants.get(chosen(fields.get("accept-encoding", ""))) or variants[""]
        if self.status == 200 and ("if-none-match" in fields or "if-modified-since" in fields):
            return variant.unchanged if self._is_known(variant.etag, fields) else variant.full
        return variant.full

    def _is_known(self, etag: str, fields: dict[str, str]) -> bool:
        """Return whether the visitor has this version (RFC 9110, section 13.2.2)."""
        if named := parse_etags(fields.get("if-none-match", "")):
            known = {one.removeprefix("W/") for one in named}
            return bool(etag) and (named == ["*"] or etag.removeprefix("W/") in known)
        since = parse_http_date_safe(fields.get("if-modified-since", ""))
        return self.last_modified is not None and since is not None and self.last_modified <= since


def _variant(made: Made, encoding: str, mark: str, body: bytes, varies: bool) -> Variant:
    """Return the answer in one encoding; its ETag gets the mark, since the bytes differ."""
    shared = [(name, value) for name, value in made.headers if name.lower() not in OF_THE_BODY | OF_ONE]
    if varies or made.header("vary"):
        shared.append(("Vary", "Accept-Encoding"))
    etag = made.header("etag")
    if etag:
        etag = f'{etag.removesuffix('"')}-{mark}"' if mark else etag
        shared.append(("ETag", etag))
    of_the_body = {"content-type"} if mark else {"content-type", "accept-ranges"}
    headers = [(name, value) for name, value in made.headers if name.lower() in of_the_body]
    headers += [*shared, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    unchanged = [(name, value) for name, value in shared if name.lower() not in NOT_WITHOUT_A_BODY]
    return Variant(etag, Answer(made.status, headers, body), Answer(304, unchanged, b""))
