"""Charts say what their tables say: the drawn marks are read back and compared with the numbers."""

import itertools
import re

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import override

from newsroom.richtext.charts.canvas import letters
from newsroom.richtext.charts.scale import around, from_zero
from newsroom.richtext.renderings import for_feed, for_mail, plain_text, rendered
from newsroom.richtext.sanitiser import sanitise
from newsroom.versions.readable import lines_of

TOLERANCE = 0.03  # of a hundredth of the width, or of a px: what rounding to two digits leaves


def table(rows, head=("Year", "Cases"), kind="bar", caption="Cases found", **marks):
    told = "".join(f' data-{name}="{value}"' for name, value in {"chart": kind, **marks}.items() if value)
    heads = "".join(f'<th scope="col">{one}</th>' for one in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{one}</td>" for one in rest)}</tr>'
        for first, *rest in rows
    )
    return f"<table{told}><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def drawn(html, language="en"):
    """Return the figure that a page shows for a table which was stored as it is."""
    stored = sanitise(html)
    assert stored == html
    return BeautifulSoup(rendered(stored, {}, language), "html.parser").figure


def part(element, name):
    return float(element[name].removesuffix("%"))


def bars(figure, series="s1"):
    return figure.select(f"svg rect.{series}")


def assert_proportional(found, values):
    """Assert that drawn lengths or places differ by one factor alone from the values."""
    factor = max(map(abs, found)) / max(map(abs, values))
    for length, value in zip(found, values, strict=True):
        assert abs(length - value * factor) <= TOLERANCE, (found, values)


def test_the_length_of_each_bar_is_its_value():
    figure = drawn(table([("A", "1,234"), ("B", "617"), ("C", "0"), ("D", "12.5")]))
    assert_proportional([part(bar, "width") for bar in bars(figure)], [1234, 617, 0, 12.5])
    assert len({bar["x"] for bar in bars(figure)}) == 1
    words = [text.get_text() for text in figure.select("svg text")]
    assert words == ["A", "B", "C", "D", "1,234", "617", "0", "12.5"]


def test_negative_bars_reach_to_the_other_side_of_zero():
    figure = drawn(table([("A", "-40"), ("B", "−20"), ("C", "60"), ("D", "(10)")]))
    zero = part(figure.select_one("line.zero"), "x1")
    ends = [
        part(bar, "x") + (part(bar, "width") if part(bar, "x") >= zero - TOLERANCE else 0) - zero
        for bar in bars(figure)
    ]
    assert_proportional(ends, [-40, -20, 60, -10])
    assert [text["text-anchor"] for text in figure.select("svg text[direction]")] == [
        "end",
        "end",
        "start",
        "end",
    ]


def test_a_gap_is_said_and_no_bar_is_drawn():
    figure = drawn(table([("A", "4"), ("B", "–"), ("C", ""), ("D", "n/a"), ("E", "2"), ("F", "1")]))
    assert_proportional([part(bar, "width") for bar in bars(figure)], [4, 2, 1])
    assert [text.get_text() for text in figure.select(".missing")] == ["–", "–", "n/a"]


def test_several_series_stand_side_by_side_with_a_key():
    figure = drawn(
        table([("A", "1", "word", "4"), ("B", "2", "word", "3")], head=("", "2010", "Note", "2011"))
    )
    assert [key.get_text() for key in figure.select(".chart-keys li")] == ["2010", "2011"]
    lengths = [part(bar, "width") for series in ("s1", "s2") for bar in bars(figure, series)]
    assert_proportional(lengths, [1, 2, 4, 3])
    assert not {bar["y"] for bar in bars(figure)} & {bar["y"] for bar in bars(figure, "s2")}


def test_an_editor_chooses_the_columns():
    rows = [("A", "1", "30", "4"), ("B", "2", "10", "3")]
    figure = drawn(table(rows, head=("", "x", "y", "z"), columns="3"))
    assert_proportional([part(bar, "width") for bar in bars(figure)], [30, 10])
    assert not figure.select(".chart-keys")


def points(figure, series="s1"):
    lines = figure.select(f"svg polyline.{series}")
    return [[tuple(map(float, point.split(","))) for point in line["points"].split()] for line in lines]


def values_at(figure, heights):
    """Return the values that heights stand for, by the labels of the axis."""
    ticks = [float(text.get_text().replace(",", "").rstrip("%")) for text in figure.select("text[direction]")]
    lines = [part(line, "y1") for line in figure.select("svg > line")]
    (low, bottom), (high, top) = (ticks[0], lines[0]), (ticks[-1], lines[-1])
    return [low + (bottom - y) / (bottom - top) * (high - low) for y in heights]


def test_a_line_passes_through_every_value_at_its_year():
    values = [-20, 35.5, 80, 12]
    figure = drawn(
        table(
            [(year, value) for year, value in zip([2006, 2008, 2012, 2016], values, strict=True)], kind="line"
        )
    )
    [line] = points(figure)
    assert values_at(figure, [y for _x, y in line]) == pytest.approx(values, abs=0.05)
    assert_proportional([x - line[0][0] for x, _y in line], [0, 2, 6, 10])
    dots = [(part(dot, "cx") * 10, part(dot, "cy")) for dot in figure.select("circle")]
    assert dots == [pytest.approx(point, abs=0.06) for point in line]


def test_a_line_breaks_at_a_gap_and_keeps_a_lonely_value():
    rows = [("a", "1"), ("b", "2"), ("c", ""), ("d", "3"), ("e", "–"), ("f", "4"), ("g", "5")]
    figure = drawn(table(rows, kind="line"))
    assert [len(line) for line in points(figure)] == [2, 2]
    assert len(figure.select("circle")) == 5


def test_dots_lie_on_a_scale_that_need_not_begin_at_zero():
    values = [95.5, 97, 99, 98]
    figure = drawn(
        table([(name, f"{value}%") for name, value in zip("ABCD", values, strict=True)], kind="dot")
    )
    ticks = [text for text in figure.select("text.tick")]
    assert all(tick.get_text().endswith("%") for tick in ticks)
    marks = [(float(tick.get_text().rstrip("%")), part(tick, "x")) for tick in ticks]
    (low, left), (high, right) = marks[0], marks[-1]
    assert low > 0
    found = [
        low + (part(dot, "cx") - left) / (right - left) * (high - low) for dot in figure.select("circle")
    ]
    assert found == pytest.approx(values, abs=0.01)


@pytest.mark.parametrize("kind", ["bar", "line", "dot"])
@pytest.mark.parametrize("number", [1, 200])
def test_one_row_is_drawn_and_two_hundred_are(kind, number):
    figure = drawn(table([(1801 + n, n - 70) for n in range(number)], kind=kind))
    marks = {"bar": "rect", "line": "circle", "dot": "circle"}[kind]
    if (kind, number) == ("line", 200):
        [line] = points(figure)
        assert values_at(figure, [y for _x, y in line]) == pytest.approx(range(-70, 130), abs=0.05)
    else:
        assert len(figure.select(marks)) == number
    height = float(figure.svg["height"])
    for text in figure.select("svg text"):
        assert 0 <= part(text, "x") <= 100
        assert 0 < part(text, "y") < height
    assert len(figure.select("tbody tr")) == number


@pytest.mark.parametrize("kind", ["bar", "line", "dot"])
def test_labels_of_an_axis_do_not_touch_on_a_narrow_screen(kind):
    figure = drawn(table([(1801 + n, 1_000_000 + n) for n in range(200)], kind=kind))
    spans = []
    for text in figure.select("svg > text.tick:not([direction])"):
        width, x = letters(text.get_text()) * 7, part(text, "x") * 2.9
        spans.append(
            {"middle": (x - width / 2, x + width / 2), "end": (x - width, x), None: (x, x + width)}[
                text.get("text-anchor")
            ]
        )
    spans.sort()
    assert all(one[1] < two[0] for one, two in itertools.pairwise(spans))


def test_more_rows_than_two_hundred_stay_a_table():
    page = rendered(sanitise(table([(n, n) for n in range(201)], source="UNODC")), {})
    assert "<svg" not in page
    assert "data-chart" not in page
    assert '<p class="table-source">Source: UNODC</p>' in page


@pytest.mark.parametrize(
    "html",
    [
        table([("A", "word"), ("B", "other")]),
        table([("A", "–")]),
        '<table data-chart="bar"><tbody><tr><td>5</td></tr><tr><td>6</td></tr></tbody></table>',
        '<table data-chart="bar"><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead></table>',
    ],
)
def test_a_table_without_numbers_stays_a_table(html):
    page = rendered(sanitise(html), {})
    assert "<svg" not in page
    assert "table-scroll" in page


def test_right_to_left_mirrors_every_place_but_no_number():
    rows = [("ا", "-5"), ("ب", "10")]
    for kind in ("bar", "line", "dot"):
        left, right = drawn(table(rows, kind=kind)), drawn(table(rows, kind=kind), "ar")
        assert right.svg["direction"] == "rtl"
        assert not left.svg.has_attr("direction")
        for one, other in zip(left.select("svg text"), right.select("svg text"), strict=True):
            assert part(one, "x") + part(other, "x") == pytest.approx(100, abs=TOLERANCE)
        numbers = right.select("svg text[direction]")
        assert numbers and all(text["direction"] == "ltr" for text in numbers)
        for one, other in zip(left.select("rect"), right.select("rect"), strict=True):
            assert part(one, "x") + part(one, "width") + part(other, "x") == pytest.approx(100, abs=TOLERANCE)
            assert one["width"] == other["width"]
        for one, other in zip(left.select("circle"), right.select("circle"), strict=True):
            assert part(one, "cx") + part(other, "cx") == pytest.approx(100, abs=TOLERANCE)
        for one, other in zip(points(left), points(right), strict=True):
            assert [1000 - x for x, _y in one] == pytest.approx([x for x, _y in other], abs=TOLERANCE * 10)


def test_the_language_of_the_text_says_what_a_comma_is():
    rows = [("A", "1,234"), ("B", "617")]
    assert_proportional([part(bar, "width") for bar in bars(drawn(table(rows), "en"))], [1234, 617])
    assert_proportional([part(bar, "width") for bar in bars(drawn(table(rows), "vi"))], [1.234, 617])
    figure = drawn(table([("2001", "1.500,5"), ("2002", "3.000")], kind="line"), "de")
    assert "2.000" in [text.get_text() for text in figure.select("text[direction]")]


def test_it_says_in_words_what_it_shows():
    with override("en"):
        figure = drawn(
            table([("Laos", "12"), ("Thailand", "40"), ("Vietnam", "–")], source="UNODC &amp; others, 2011")
        )
    svg = figure.svg
    assert svg["role"] == "img"
    assert svg.title.get_text() == figure.figcaption.get_text() == "Cases found"
    assert "highest 40 (Thailand), lowest 12 (Laos)" in svg.desc.get_text()
    assert figure.select_one(".table-source").get_text() == "Source: UNODC & others, 2011"
    twin = figure.select_one("details table")
    assert [cell.get_text() for cell in twin.select("td")] == ["12", "40", "–"]
    assert twin.attrs == {}


def test_words_of_a_table_are_words_in_its_chart():
    figure = drawn(
        table([("&lt;b&gt;A&lt;/b&gt;", "1"), ('"x" onload="', "2")], caption="&lt;/title&gt;&lt;script&gt;")
    )
    assert not figure.find_all(["b", "script"])
    assert [text.get_text() for text in figure.select("text.label")] == ["<b>A</b>", '"x" onload="']


def test_a_page_loads_the_style_of_charts_once_and_only_with_a_chart():
    one = table([("A", "1")])
    assert rendered(sanitise(one + one), {}).count("css/chart.css") == 1
    assert "chart.css" not in rendered(sanitise(table([("A", "1")], kind="")), {})
    assert not re.search(" style=", rendered(sanitise(one), {}))


def test_feeds_mails_and_plain_text_get_the_table_with_its_source():
    stored = sanitise(table([("A", "1")], source="UNODC"))
    for elsewhere in (for_feed(stored, "/news/a/", {}), for_mail(stored, "/news/a/", {})):
        assert elsewhere.startswith("<table><caption>Cases found</caption>")
        assert elsewhere.endswith('</table><p class="table-source">Source: UNODC</p>')
    assert plain_text(stored).splitlines() == ["Cases found", "Year Cases", "A 1"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (' data-chart="pie"', ""),
        (' data-chart="bar" onclick="x" style="x"', ' data-chart="bar"'),
        (' data-columns="0 2"', ""),
        (' data-columns="2 3"', ' data-columns="2 3"'),
        (' data-source="  a   b "', ' data-source="a b"'),
        (f' data-source="{"a" * 400}"', f' data-source="{"a" * 300}"'),
    ],
)
def test_a_table_says_of_its_chart_what_the_allow_list_holds_and_nothing_else(given, kept):
    rest = "<tbody><tr><td>a</td><td>1</td></tr></tbody></table>"
    assert sanitise(f"<table{given}>{rest}") == f"<table{kept}>{rest}"


def test_totals_notes_and_heads_of_groups_are_not_drawn():
    html = (
        '<table data-chart="bar"><tbody><tr><th>Country</th><th>Cases</th></tr>'
        '<tr><th colspan="2">Asia</th></tr><tr><td rowspan="2">Laos</td><td>3<sup>1</sup></td></tr><tr><td>4<s>5</s></td></tr>'
        "</tbody><tfoot><tr><td>Total</td><td>7</td></tr></tfoot></table>"
    )
    figure = BeautifulSoup(rendered(sanitise(html), {}), "html.parser").figure
    assert_proportional([part(bar, "width") for bar in bars(figure)], [3, 4])
    assert [text.get_text() for text in figure.select(".label")] == ["Laos", "Laos"]
    assert figure.figcaption.get_text() == "Cases"


@pytest.mark.parametrize(
    "values", [[0], [5], [-5], [5, 5], [0.001, 0.002], [-3, 1e9], [99, 100], [-100, -99]]
)
def test_an_axis_holds_its_values_between_round_ends(values):
    scale, ticks = around(values, 4)
    assert scale.low <= min(values) <= max(values) <= scale.high
    assert (ticks[0], ticks[-1]) == (pytest.approx(scale.low), pytest.approx(scale.high))
    assert 2 <= len(ticks) <= 8
    assert from_zero(values).place(0) == pytest.approx(0 if min(values) >= 0 else from_zero(values).place(0))


def test_paper_shows_charts_without_the_lid_of_their_table():
    from django.conf import settings

    style = (settings.BASE_DIR / "static" / "css" / "chart.css").read_text()
    printed = style[style.index("@media print") :]
    assert ".chart summary { display: none; }" in printed
    assert "print-color-adjust: exact" in printed


def test_a_comparison_of_versions_says_what_a_chart_became():
    told = [line.text for line in lines_of(table([("A", "1")], source="UNODC", columns="2"), {})]
    assert told[:3] == ["[Chart: bar 2]", "[Source: UNODC]", "Cases found"]
    assert lines_of(table([("A", "1")], kind=""), {})[0].text == "Cases found"
