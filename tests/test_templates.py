"""Templates that a person can read and compare."""

from pathlib import Path

LONGEST = 160  # characters


def test_no_line_of_a_template_is_longer_than_160_characters():
    templates = [path for path in Path("templates").rglob("*") if path.is_file()]
    long = [
        f"{path}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert len(templates) > 100 and long == []
