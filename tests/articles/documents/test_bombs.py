"""Small files that ask for much are refused in words, or read as far as the time goes; large honest ones pass."""

import contextlib
import io
import time
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from articles import documents
from articles.documents import cleaning, filetypes, messages, sandbox
from articles.documents.pdf.seen import reading
from articles.documents.report import Report
from tests.articles.documents import bombs, specimens
from tests.planted import encoded

pytestmark = pytest.mark.own_process
REFUSED = [
    ("bomb", lambda: bombs.drawing(70)),
    ("bomb", lambda: bombs.drawing_packed_twice(70)),
    ("bomb", lambda: bombs.picture(60_000, 60_000, 1)),
    ("bomb", lambda: bombs.picture(10, 10, 130)),
    ("bomb", lambda: bombs.map_of_letters(10)),
]


@pytest.mark.parametrize(("code", "make"), REFUSED)
def test_what_unpacks_to_far_more_is_refused_soon(code: str, make: Callable[[], bytes]) -> None:
    content = make()
    assert len(content) < 1_500_000
    started = time.monotonic()
    with pytest.raises(documents.Refused) as refusal:
        documents.clean(io.BytesIO(content))
    assert refusal.value.code == code
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    "make", [lambda: bombs.forms(12, 12), lambda: bombs.words(60_000), lambda: bombs.nested(3_000)]
)
def test_reading_ends_when_its_time_is_over(make: Callable[[], bytes]) -> None:
    started = time.monotonic()
    report = Report(started + 2)
    filetypes.cleaned(make(), "", report)
    assert time.monotonic() - started < 10
    assert set(report.found) <= {"unread_pages"}


def test_reading_ends_though_the_first_call_to_end_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ignores what is raised in a destructor, such as that of a generator, and goes on."""

    def deaf(_data: bytes, _report: Report) -> None:
        with contextlib.suppress(reading.OutOfTime):
            time.sleep(5)
        time.sleep(5)

    monkeypatch.setattr(reading, "_read", deaf)
    report = Report(time.monotonic() + 0.2)
    reading.read(b"", report)
    assert set(report.found) == {"unread_pages"}
    assert time.monotonic() < report.until + 3


def test_the_bounds_are_those_that_editors_are_told() -> None:
    assert cleaning.PATIENCE == sandbox.SECONDS == 30
    assert sandbox.MEMORY == 512 * 1024**2
    told = str(messages.REFUSALS["takes_too_long"])
    assert "30 seconds" in told and "512 MB" in told


def test_the_largest_file_of_photos_passes() -> None:
    """Nothing of an honest file of the largest size is refused for the memory that it takes."""
    photo = encoded(Image.effect_noise((3000, 3000), 90).convert("RGB"), "JPEG", quality=95)
    document = pikepdf.new()
    for number in range(48_000_000 // len(photo)):
        page = specimens.page(document, f"Page {number}", b"q 300 0 0 300 0 0 cm /I Do Q")
        picture = {"Width": 3000, "Height": 3000, "ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8}
        page.Resources.XObject = Dictionary(
            I=document.make_stream(photo + b"%d" % number, Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode, **picture)
        )  # fmt: skip
    content = specimens.saved(document)
    assert 40_000_000 < len(content) < documents.MAX_BYTES
    assert documents.clean(io.BytesIO(content)).findings == ()
