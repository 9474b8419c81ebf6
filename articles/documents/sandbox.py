"""The process that cleans one document: reads it from stdin, and writes its report and the clean document to stdout.

cleaning.py runs it in a process of its own, under limits, without settings, database or network.
"""

import os
import sys
import time
from typing import TypedDict

from newsroom.sandbox import confining

SECONDS = 30  # of processor time, and of wall-clock time
SPARE = 8  # seconds of them for the start, and for the steps after the reading of text
MEMORY = 512 * 1024**2  # bytes of address space


class SandboxResult(TypedDict, total=False):
    """The report in JSON: refused and params of a document that is refused, the other keys of a clean one."""

    refused: str  # a key of messages.REFUSALS
    params: dict[str, object]
    content_type: str
    extension: str
    pages: int | None
    text: str
    findings: dict[str, list[dict[str, str]]]


def _confine() -> None:
    """Limit time and memory of this process."""
    confining.confine(SECONDS, MEMORY)


def main(suffix: str) -> None:
    """Clean the document in stdin."""
    until = time.monotonic() + SECONDS - SPARE
    _confine()
    from articles.documents import filetypes
    from articles.documents.report import DocumentError, Report

    report = Report(until)
    try:
        filetype, data = filetypes.cleaned(sys.stdin.buffer.read(), suffix, report)
    except DocumentError as trouble:
        code = "takes_too_long" if confining.is_out_of_memory(trouble) else trouble.code
        confining.write_result({"refused": code, "params": trouble.params})
    except (MemoryError, RecursionError):
        confining.write_result({"refused": "takes_too_long", "params": {}})
    except Exception as error:  # parsers raise all kinds of errors for a broken file, or without memory
        if os.environ.get("DOCUMENTS_TRACE"):
            raise
        code = "takes_too_long" if confining.is_out_of_memory(error) else "damaged"
        sys.stderr.write(f"A document was refused ({code}): {type(error).__name__}\n")
        confining.write_result({"refused": code, "params": {}})
    else:
        result: SandboxResult = {
            "content_type": filetype.content_type,
            "extension": filetype.extension,
            "pages": report.pages,
            "text": report.text,
            "findings": report.found,
        }
        confining.write_result(result, data)
