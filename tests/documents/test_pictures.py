"""The one picture cleaner: nothing that was planted survives in a picture, however deep it lies in others."""

import base64

import pytest

from articles.documents import pictures
from articles.documents.report import Report, Trouble
from tests.planted import MARKS, PLANTED, encoded, painted, sample

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def uri(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def svg_with(address: str) -> bytes:
    return SVG.format(f'<image width="9" height="9" xlink:href="{address}"/>').encode()


def nested(content: bytes, times: int) -> bytes:
    """Return an SVG with a picture so many drawings deep."""
    for _level in range(times):
        content = svg_with(uri(content, "image/svg+xml" if content.startswith(b"<") else "image/jpeg"))
    return content


def unwrapped(content: bytes) -> list[bytes]:
    """Return a picture and every picture in the data URIs in it."""
    found = [content]
    for piece in content.split(b";base64,")[1:]:
        found += unwrapped(base64.b64decode(piece.split(b'"')[0]))
    return found


def traces(content: bytes) -> set[bytes]:
    marks = [*(word.encode() for word in PLANTED), *MARKS]
    return {mark for mark in marks for piece in unwrapped(content) if mark in piece}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_it_cleans_photos_inside_drawings_inside_drawings(times: int) -> None:
    given = nested(sample("jpeg"), times)
    assert traces(given)
    clean = pictures.cleaned(given, "drawing.svg", Report())
    assert traces(clean) == set()
    assert unwrapped(clean)[-1].startswith(b"\xff\xd8")


def test_a_data_uri_says_what_it_is() -> None:
    given = encoded(painted(9, 9), "PNG")
    assert pictures.data_uri(uri(given, "image/jpeg"), Report()).startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    "address", ["data:,words", "data:text/html;base64,PGI+", "data:image/png;base64,!", "x"]
)
def test_it_refuses_what_is_no_picture(address: str) -> None:
    with pytest.raises(Trouble):
        pictures.data_uri(address, Report())
