"""The table of `make bench`: rows that the benches measured, printed and kept in RESULTS.md with machine and date."""

import datetime
import os
import platform
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = ["what", "against", "ratio", "ours", "reference", "p99"]

rows: list[list[str]] = []
missed: list[str] = []  # names of benches
load_before = os.getloadavg()[0]  # what else ran on the machine


def note(
    what: str, against: str, ours: float, reference: float, *, unit: str, p99: float | None = None
) -> float:
    """Add a row; return the ratio of ours to the reference."""
    ratio = ours / reference
    slowest = f"{p99:.1f} ms" if p99 is not None else ""
    rows.append([what, against, f"{ratio:.2f}", f"{ours:,.0f} {unit}", f"{reference:,.0f} {unit}", slowest])
    return ratio


def state(what: str, value: str) -> None:
    """Add a row of a figure that has no reference, such as memory."""
    rows.append([what, "", "", value, "", ""])


def table() -> str:
    """Return the rows as a Markdown table."""
    lines = [HEAD, ["---"] * len(HEAD), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """Return what was measured on, in one line."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next(
        (int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0
    )
    return f"{os.cpu_count()} cores ({model}), {memory / 1024**2:.0f} GiB, Python {platform.python_version()}"


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def write() -> None:
    """Keep the table in RESULTS.md, with what was missed."""
    told = "".join(f"- {one}\n" for one in missed)
    told = f"\nLimits that this run missed:\n\n{told}" if told else "\nEvery limit was held.\n"
    RESULTS.write_text(
        "# Results of `make bench`\n\n"
        "Written by the run itself. A ratio compares two measures that were taken in turn in the same run; "
        "rates alone say more about the machine than about the software.\n\n"
        f"{datetime.datetime.now(tz=datetime.UTC):%-d %B %Y} · {machine()} · "
        f"load before the run {load_before:.1f}\n\n{table()}\n{told}"
    )
