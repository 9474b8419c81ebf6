"""The style list that a site begins with."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parent / "style-en.txt"


def shipped() -> list[dict[str, str]]:
    """Return the entries as values of a row."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    names = ("words", "instead", "why")
    return [
        {"language": "en"} | dict(zip(names, (part.strip() for part in line.split("|")), strict=True))
        for line in lines
        if line and not line.startswith("#")
    ]
