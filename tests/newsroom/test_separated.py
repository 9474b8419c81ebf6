"""What stands between dates, countries and names is text: for text browsers, screen readers and who copies it."""

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.django_db


def test_dates_and_countries_are_parted_in_the_text_itself(client, make_article, make_country):
    countries = [make_country(), make_country(iso_code="TH", name="Thailand", slug="thailand")]
    make_article(countries=countries)
    for path in ["/", "/news/"]:
        meta = BeautifulSoup(client.get(path).content, "html.parser").select_one(".meta")
        assert " ".join(meta.get_text().split()) == "August 2006 · Laos · Thailand"
        assert meta.select("[aria-hidden]") == []


def test_titles_and_leads_in_a_script_from_right_to_left_turn_as_blocks(client, make_article):
    """The direction of a link inside a heading would leave the heading at the left."""
    for _ in range(2):
        make_article(title="مساعدة الضحايا", dek="جملة عن الموضوع", language="ar")
    page = BeautifulSoup(client.get("/").content, "html.parser")
    for block in [".lead-title", ".card-title", ".lead .dek", ".card .dek"]:
        found = page.select_one(block)
        assert (found.get("lang"), found.get("dir")) == ("ar", "rtl"), block
