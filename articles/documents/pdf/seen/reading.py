"""The text of a PDF, page by page, for the search; whatever no reader sees on the page is named and left out.

pdfminer.six reads it: it knows the maps of Chinese, Japanese and Korean fonts, and tells where each letter
and each box is drawn, in their order. It is slow, so that its time is bounded.
"""

import io
import logging
import signal
import time
from collections.abc import Iterator
from typing import Any

from pdfminer.layout import LAParams, LTTextContainer
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage

from ...report import Report
from . import hidden
from .painting import Canvas, Painter

SECONDS = 25  # where nobody says until when
AGAIN = 0.5  # seconds after which it is told once more: Python ignores what is raised while it tidies up


class OutOfTime(BaseException):
    """The time for reading is over; no handler for broken files may swallow it."""


def read(data: bytes, report: Report) -> None:
    """Read the text of a PDF into the report, as far as the time goes, and name what is hidden."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it complains of every odd font
    left = SECONDS if report.until is None else report.until - time.monotonic()
    is_reading = True

    def stop(*_: object) -> None:
        if is_reading:
            raise OutOfTime

    if left <= 0:
        report.add("unread_pages")
        return
    signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, left, AGAIN)
        try:
            _read(data, report)
        finally:
            is_reading = False
    except OutOfTime:
        is_reading = False
        report.add("unread_pages")
    except MemoryError:
        raise
    except Exception:  # a font that the reader does not know must not keep a document back
        report.add("unread_pages")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(data: bytes, report: Report) -> None:
    resources = PDFResourceManager()
    canvas = Canvas(resources)
    painter = Painter(resources, canvas)
    number = 0
    for number, page in enumerate(PDFPage.get_pages(io.BytesIO(data), check_extractable=False), 1):
        painter.process_page(page)
        unseen = hidden.name(canvas, number, report)
        canvas.forget(unseen)
        canvas.layout.analyze(LAParams(all_texts=True, boxes_flow=None))
        report.read(" ".join(" ".join(_texts(canvas.layout)).split()))
    if number < report.pages:
        report.add("unread_pages")


def _texts(container: Any) -> Iterator[str]:
    for one in container:
        if isinstance(one, LTTextContainer):
            yield one.get_text()
        elif hasattr(one, "__iter__"):
            yield from _texts(one)
