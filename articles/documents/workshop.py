"""The process that cleans one document: it reads it from stdin, and writes what it tells and the clean one to stdout.

It runs as a program of its own, under limits, without settings, database or network.
"""

import json
import os
import resource
import signal
import struct
import sys
import threading
import time
from pathlib import Path

CPU_SECONDS = 90
MEMORY = 2 * 1024**3  # bytes of address space


def _confine():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # pages go first
    parent = os.getppid()

    def end_with_parent():
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _answer(told, data=b""):
    head = json.dumps(told).encode()
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(head)))
    out.write(head)
    out.write(data)
    out.flush()


def main(suffix):
    """Clean what lies in stdin."""
    _confine()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from articles.documents import kinds
    from articles.documents.report import Report, Trouble

    report = Report()
    try:
        kind, data = kinds.cleaned(sys.stdin.buffer.read(), suffix, report)
    except Trouble as trouble:
        _answer({"refused": trouble.code, "params": trouble.params})
    except (MemoryError, RecursionError):
        _answer({"refused": "takes_too_long", "params": {}})
    except Exception as error:  # readers raise whatever they like for a broken file
        if os.environ.get("DOCUMENTS_TRACE"):
            raise
        sys.stderr.write(f"A document was refused as damaged: {type(error).__name__}\n")
        _answer({"refused": "damaged", "params": {}})
    else:
        told = {
            "content_type": kind.content_type,
            "extension": kind.extension,
            "pages": report.pages,
            "text": report.text,
            "findings": report.found,
        }
        _answer(told, data)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
