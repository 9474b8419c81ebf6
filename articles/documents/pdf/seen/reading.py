"""Reads the text of a PDF, page by page, for the search index; hidden text is reported and left out.

pdfminer.six does the parsing: it has the CMaps of Chinese, Japanese and Korean fonts, and gives the place and the order
of letters and shapes. It is slow, so that its time is limited.
"""

import io
import logging
import signal
import time
from collections.abc import Iterable, Iterator

from pdfminer.layout import LAParams, LTTextContainer
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage

from ...report import Report
from . import hidden
from .painting import Canvas, Painter

SECONDS = 25  # for reading, where the report sets no limit
AGAIN = 0.5  # seconds between further signals: Python ignores exceptions that are raised in finalisers


class OutOfTime(BaseException):
    """The time for reading is over; a BaseException, so that no `except Exception` of pdfminer catches it."""


def read(data: bytes, report: Report) -> None:
    """Add the text of a PDF to the report, within the time limit, and report hidden text."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns about every unusual font
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
    except Exception:  # an error of pdfminer must not prevent the publication of a document
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
        unseen = hidden.report_hidden(canvas, number, report)
        canvas.forget(unseen)
        if canvas.layout is not None:
            canvas.layout.analyze(LAParams(all_texts=True, boxes_flow=None))
            report.read(" ".join(" ".join(_texts(canvas.layout)).split()))
    if number < (report.pages or 0):
        report.add("unread_pages")


def _texts(container: Iterable[object]) -> Iterator[str]:
    """Yield the texts in a container of a layout."""
    for one in container:
        if isinstance(one, LTTextContainer):
            yield one.get_text()
        elif isinstance(one, Iterable):
            yield from _texts(one)
