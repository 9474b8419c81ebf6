"""A table becomes a chart by keyboard alone, and a CSV file a table."""

import pytest

from tests.browser.accessible import violations
from tests.browser.desk import ADD, in_letters

pytestmark = pytest.mark.browser
TABLE = (
    "<table><tbody><tr><td>Year</td><td>Cases</td><td>Note</td></tr><tr><td>2006</td><td>12</td><td>a</td></tr>"
    "<tr><td>2007</td><td>-4</td><td>b</td></tr></tbody></table>"
)
IN_FOCUS = "document.activeElement.className"


def press_button(desk, name):
    """Go to the toolbar of the editor and to one of its buttons by keyboard, and press it."""
    desk.press("Alt+F10")
    for _step in range(40):
        if f"cke_button__{name} " in desk.page.evaluate(IN_FOCUS) + " ":
            desk.press("Enter")
            return
        desk.press("ArrowRight")
    raise AssertionError(f"The keyboard doesn't reach {name}.")


def test_a_table_becomes_a_chart_by_keyboard_and_a_csv_file_a_table(server, make_desk):
    desk = make_desk("desk")
    page = desk.page
    desk.open(ADD)
    page.locator("#id_title").press_sequentially(f"With a chart {in_letters()}")
    slug = desk.slug()
    desk.editor()
    assert "disabled" in page.locator(".cke_button__chart").get_attribute("class")
    desk.hand_over("paste", TABLE)
    desk.hit(page.locator(".cke_wysiwyg_div td").first)
    page.locator(".cke_button__chart.cke_button_off").wait_for()

    press_button(desk, "chart")
    dialog = page.locator("dialog.chart-dialog")
    dialog.wait_for()
    assert violations(page) == ""
    assert dialog.get_by_label("Table alone").evaluate("one => one === document.activeElement")
    desk.press("ArrowDown", "Tab", "Enter")
    assert dialog.get_by_role("alert").inner_text() == "Give the chart a title."
    desk.type("Cases found")
    desk.press("Tab")
    desk.type("UNODC")
    desk.press("Enter")
    dialog.wait_for(state="detached")
    marked = '<table data-chart="bar" data-source="UNODC"><caption>Cases found</caption>'
    assert desk.text().startswith(marked), desk.text()

    press_button(desk, "chart")
    dialog.wait_for()
    desk.press("Escape")
    dialog.wait_for(state="detached")
    assert desk.text().startswith(marked)

    # The figures of a file that is published among the resources.
    desk.press("Control+End")
    press_button(desk, "csvtable")
    file = page.locator("dialog .csv-files button").first
    file.wait_for()
    assert violations(page) == ""
    desk.press("Enter")
    dialog.wait_for()
    assert dialog.get_by_text("No column after the first holds numbers").is_visible()
    desk.press("Escape")
    dialog.wait_for(state="detached")
    assert desk.text_with("Palermo Protocol").count("<table") == 2

    assert "Published" in desk.submit("_publish")
    desk.open(f"/news/{slug}/")
    assert page.locator("figure.chart rect").count() == 2
    assert page.locator("figure.chart svg").get_attribute("role") == "img"
    assert page.locator(".table-scroll").count() == 2
    assert violations(page) == ""
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for text in page.locator("figure.chart svg text").all():
        box = text.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.emulate_media(media="print")
    assert page.locator("figure.chart svg").is_visible()
    assert not page.locator("figure.chart summary").is_visible()
    assert desk.complaints == []
