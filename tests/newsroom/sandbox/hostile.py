"""A program for the sandbox that does what a decoder could be made to do by a hostile file."""

import os
import subprocess
import sys

from newsroom.sandbox import confining


def main(what: str) -> None:
    """Write without end, leave a process behind, or tell the environment."""
    confining.confine(20, 1024**3)
    if what == "fill":
        piece = b"\0" * 1024**2
        for _ in range(confining.MOST_WRITTEN // len(piece) + 10):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    elif what == "stay":
        child = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.DEVNULL
        )
        confining.write_result({"child": child.pid})
    elif what == "look":
        confining.write_result({"environment": dict(os.environ)})
