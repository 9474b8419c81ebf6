"""Templates that a person can read and compare."""

from pathlib import Path

LONGEST = 160  # characters
TAGS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
LINES = [
    (f"{path}:{number}", line)
    for path in Path("templates").rglob("*")
    if path.is_file()
    for number, line in enumerate(path.read_text().splitlines(), 1)
]


def test_no_line_of_a_template_is_longer_than_160_characters():
    assert len(LINES) > 2000 and [place for place, line in LINES if len(line) > LONGEST] == []


def test_no_tag_is_broken_between_two_lines_where_django_would_show_it_as_text():
    broken = [place for place, line in LINES for begin, end in TAGS if line.count(begin) != line.count(end)]
    assert broken == []
