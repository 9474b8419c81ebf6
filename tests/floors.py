"""Draws which room uses which, from the imports: `python -m tests.floors --write` puts it into docs/architecture.md."""

import sys

from tests.test_imports import APPS, KNOWN, ROOMS, ROOT, imports, is_of_the_project, room_of

PAGE = ROOT / "docs" / "architecture.md"
START, END = "<!-- floors -->\n", "<!-- /floors -->"


def drawing():
    """Return a line for each room and app: what it uses of the others."""
    arrows = {name: set() for name in [*ROOMS, *APPS]}
    for name in KNOWN:
        here = "newsroom" if is_of_the_project(name) else room_of(name)
        for target in imports(name):
            if target in KNOWN and not is_of_the_project(target) and room_of(target) != here:
                arrows[here].add(room_of(target))
    width = max(map(len, arrows))
    lines = [
        f"{name:<{width}} -> {', '.join(sorted(used)) or 'nothing of ours'}"
        for name, used in sorted(arrows.items())
    ]
    return "```\n" + "\n".join(lines) + "\n```\n"


def page():
    """Return the page before the drawing, the drawing on it, and the rest."""
    before, _start, rest = PAGE.read_text(encoding="utf-8").partition(START)
    drawn, _end, after = rest.partition(END)
    return before, drawn, after


if __name__ == "__main__":
    before, _drawn, after = page()
    if "--write" in sys.argv:
        PAGE.write_text(before + START + drawing() + END + after, encoding="utf-8")
