"""How a command is run on this machine, for the sentences that tell operators to run one."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

WRAPPER = Path("/usr/local/bin/newsroom")  # deploy/newsroom, which the installation lays there
CALLED = re.compile(r"(\S+)/manage\.py")
NAMED = re.compile(r"(?<![\w./])manage\.py (?=[a-z])")


@cache
def runs_by() -> str:
    """Return what stands before the name of a command: `sudo newsroom` for an installed site, else `manage.py`."""
    try:
        called = CALLED.search(WRAPPER.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return "manage.py"
    # Beside the release that it runs: an upgrade may be about to change that.
    is_ours = called is not None and Path(called[1]).resolve().parent == Path(settings.BASE_DIR).parent
    return "sudo newsroom" if is_ours else "manage.py"


def here(text: str) -> str:
    """Return a text that names commands of manage.py as they are run on this machine."""
    return NAMED.sub(f"{runs_by()} ", text)
