"""Numbers in tables, as people of many languages write them."""

import pytest

from newsroom.richtext.charts.figures import decimal_mark, is_blank, number_in


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7", 7), ("1,234", 1234), ("1,234,567", 1234567), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1.5", 1.5),
        (".5", 0.5), ("0.125", 0.125), ("12 500", 12500), ("12\u00a0500", 12500), ("12’500", 12500), ("1,00,000", 100000),
        ("-4", -4), ("−4", -4), ("– 4", -4), ("(4)", -4), ("+4", 4), ("€-4", -4), ("-€4", -4),
        ("45%", 45), ("45 %", 45), ("US$ 1,200", 1200), ("$5", 5), ("5 €", 5), ("20 USD", 20), ("≈5", 5), ("5*", 5),
        ("٣٫٥", 3.5), ("١٬٢٣٤", 1234), ("๑๒", 12), ("໑໒.໕", 12.5), ("१,२३४", 1234),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_meant(written, value):
    assert number_in(written, ".") == value


@pytest.mark.parametrize("written", ["1,234", "1.234"])
def test_what_could_be_either_goes_by_the_mark_of_the_table(written):
    assert {number_in(written, "."), number_in(written, ",")} == {1234, 1.234}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "–",
        "n/a",
        "2006–2010",
        "12 5",
        "1.2.3",
        "1,23,4",
        "5 million",
        "about 5",
        "12/2006",
        "5-",
        "--5",
        "2006-08",
        "<5a",
        "½",
    ],
)
def test_what_is_no_number_is_none(written):
    assert number_in(written, ".") is None


@pytest.mark.parametrize(
    ("cells", "language", "mark"),
    [
        (["1.234", "1.5"], "vi", "."),
        (["1,234", "1,5"], "en", ","),
        (["1.234.567"], "en", ","),
        (["1.234,5"], "en", ","),
        (["1,234"], "en", "."),
        (["1,234"], "vi", ","),
        (["1,234", "310", "2,480"], "ar", "."),
        (["1.234", "2.480"], "en", ","),
        (["1.5", "1,5"], "de", ","),
        (["word"], "en", "."),
    ],
)
def test_a_table_shows_its_decimal_mark_or_its_language_does(cells, language, mark):
    assert decimal_mark(cells, language) == mark


def test_dashes_dots_and_nothing_are_blank():
    assert all(map(is_blank, ["", "–", "-", "..", "…", " ", "*"]))
    assert not any(map(is_blank, ["0", "a", "n/a", "໑"]))
