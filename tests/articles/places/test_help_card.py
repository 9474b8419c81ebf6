"""The card to print and fold: numbers, and when they were checked; nothing that tells what they are for."""

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.django_db
CARD = "/get-help/card/?country=laos"


def card(client, path=CARD):
    return BeautifulSoup(client.get(path).content, "html.parser").select_one(".card")


def test_it_holds_numbers_alone(client, make_hotline):
    make_hotline(kind="emergency", name="The police", number_local="191", age=30)
    make_hotline(
        name="A hotline", number_local="1300", number_international="+856 21 123 456", text_number="1301",
        hours="24/7", operator="A ministry", languages="Lao", url="https://help.example.org/", note="Press 2.", age=2,
    )  # fmt: skip
    make_hotline(kind="organisation", name="A shelter", number_local="", url="https://shelter.example.org/")
    found = card(client)
    assert [one.get_text() for one in found.select("li b")] == ["191", "1300", "+856 21 123 456", "1301"]
    assert "Checked on" in found.get_text() and "or later" in found.get_text()
    for word in ["police", "hotline", "ministry", "shelter", "example.org", "Lao", "Newsroom", "help"]:
        assert word.casefold() not in found.get_text().casefold()
    assert found.select("a, img, svg") == []
    # On the screen beside it stands whose number is whose, in the order of the card.
    page = BeautifulSoup(client.get(CARD).content, "html.parser")
    assert [one.get_text() for one in page.select(".screen ol li")] == [
        "The police", "A hotline", "A hotline (from abroad)", "A hotline (by text)",
    ]  # fmt: skip


def test_nothing_of_it_stays_and_its_title_tells_nothing(client, make_hotline):
    make_hotline()
    answer = client.get(CARD)
    assert "no-store" in answer["Cache-Control"]
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.title.get_text() == "Numbers"
    assert page.select_one("meta[name=robots]")["content"] == "noindex"


def test_get_help_and_the_page_of_the_country_lead_to_it(client, make_hotline):
    make_hotline()
    for path in ["/get-help/?country=laos", "/countries/laos/"]:
        page = BeautifulSoup(client.get(path).content, "html.parser")
        assert page.select(f'a[href="{CARD}"]'), path


def test_numbers_that_nobody_has_checked_for_a_year_are_not_on_it(client, make_hotline):
    make_hotline(age=400)
    assert card(client) is None
    assert "We know no number here" in client.get(CARD).content.decode()


def test_a_country_that_we_do_not_know_has_none(client, make_country):
    make_country()
    assert client.get("/get-help/card/").status_code == 404
    assert client.get("/get-help/card/?country=atlantis").status_code == 404
    assert client.get("/get-help/card/?country=LA").status_code == 200
