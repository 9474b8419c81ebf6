"""Numbers in the digits of every script, words with and without hyphens, telephone numbers however they are parted."""

import re

import pytest

from newsroom.search.querying import passages, results
from newsroom.search.querying.query import parse

pytestmark = pytest.mark.django_db

# language of the article, its text, what is typed: each finds the article
PAIRS = [
    ("th", "สายด่วน ๑๓๐๐", "1300"),
    ("lo", "ສາຍດ່ວນ ໑໓໖໒", "1362"),
    ("km", "លេខ ១២៨៨", "1288"),
    ("my", "ဖုန်း ၁၂၃၄", "1234"),
    ("ne", "फोन १०९८", "1098"),
    ("en", "anti-trafficking unit", "antitrafficking"),
    # the other way round
    ("th", "สายด่วน 1300", "๑๓๐๐"),
    ("lo", "ສາຍດ່ວນ 1362", "໑໓໖໒"),
    ("km", "លេខ 1288", "១២៨៨"),
    ("my", "ဖုန်း 1234", "၁၂၃၄"),
    ("ne", "फोन 1098", "१०९८"),
    ("en", "the antitrafficking unit", "anti-trafficking"),
    # one script in the text, another in the query; without a space; Shan, Arabic, Persian, Bengali, wide digits
    ("th", "สายด่วน๑๓๐๐ทุกวัน", "1300"),
    ("th", "สายด่วน ๑๓๐๐", "១៣០០"),
    ("lo", "ໂທ໑໓໖໒ໄດ້", "໑໓໖໒"),
    ("my", "ဖုန်း ႑႒႓႔", "1234"),
    ("ar", "اتصل على ١٦٦٠٠", "16600"),
    ("ar", "اتصل على ۱۶۶۰۰", "16600"),
    ("en", "call ১০৯৮ today", "1098"),
    ("ja", "電話は１２３４です", "1234"),
    ("th", "ปี ๒๕๖๑ มีผู้เสียหาย ๑,๒๐๐ คน", "1200"),
    ("ne", "सन् २०१८ मा", "2018"),
    # telephone numbers
    ("en", "Call 021 555 111 by day.", "021555111"),
    ("en", "Call 021 555 111, or come.", "021-555-111"),
    ("en", "Call (021) 555-111.", "021 555 111"),
    ("en", "Call 021555111 by day.", "021 555 111"),
    ("en", "Call 021555111 by day.", "(021) 555-111"),
    ("en", "Call 021555111 by day.", "021.555.111"),
    ("en", "From abroad +856 21 555 111.", "+85621555111"),
    ("en", "From abroad +85621555111.", "+856 21 555-111"),
    ("th", "โทร ๐๒-๑๒๓-๔๕๖๗", "021234567"),
    ("th", "โทร 02-123-4567", "๐๒ ๑๒๓ ๔๕๖๗"),
    ("en", "Dial 1-300.", "1300"),
    # hyphens
    ("en", "Co‑operation agreements", "cooperation"),
    ("en", "cooperation agreements", "co-operation"),
    ("en", "E-mails arrive", "email"),
    ("en", "a counter-anti-trafficking plan", "antitrafficking"),
    ("en", "anti-trafficking law", '"antitrafficking"'),
    ("en", "an antitrafficking law", '"anti-trafficking law"'),
    ("en", "Re-integration takes years", "reinteg*"),
    ("de", "Die Anti-Gewalt-Stelle", "antigewalt"),
    ("fr", "un contre-interrogatoire", "contreinterrogatoire"),
    ("en", "anti-trafficking unit", "anti trafficking"),
]


@pytest.fixture
def found(make_article):
    """Return a function that says whether a query finds an article with this text, and that it marks something."""

    def find(language, text, typed):
        article = make_article(title="Title", dek="", language=language, body_html=f"<p>{text}</p>")
        make_article(title="Other", dek="", language=language, body_html="<p>999 Other co</p>")
        hits = results.find(parse(typed), results.Narrowing(), literally=True).hits
        assert [hit.object.pk for hit in hits] in ([], [article.pk])
        return bool(hits) and "<mark>" in hits[0].passage_html

    return find


@pytest.mark.parametrize(("language", "text", "typed"), PAIRS)
def test_it_is_found_and_marked_in_either_spelling(found, language, text, typed):
    assert found(language, text, typed)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("In 2005 300 people", "2005300 people x"),
        ("from 2004 to 2005 and 2006", "20042006"),
        ("1300 calls", "130"),
        ("anti law on trafficking", "antitrafficking"),
        ("๑๓๐๐", "๑๓๐"),
    ],
)
def test_other_numbers_and_words_stay_apart(found, text, typed):
    assert not found("en", text, typed)


def test_years_beside_each_other_are_words_and_no_telephone_number(make_article):
    article = make_article(body_html="<p>Between 2005 and much later, 2006.</p>")
    [hit] = results.find(parse("2005 2006"), results.Narrowing()).hits
    assert hit.object == article


def test_what_is_excluded_is_so_in_either_spelling(make_article):
    make_article(body_html="<p>An anti-trafficking unit.</p>")
    other = make_article(body_html="<p>Another unit.</p>")
    for typed in ["unit -antitrafficking", "unit -anti-trafficking"]:
        assert [hit.object for hit in results.find(parse(typed), results.Narrowing()).hits] == [other], typed


def test_a_title_with_a_hyphen_weighs_over_a_text_with_it(make_article):
    above = make_article(title="The anti-trafficking unit", body_html="<p>Nothing.</p>")
    make_article(title="A unit", body_html="<p>It is antitrafficking.</p>")
    hits = results.find(parse("antitrafficking"), results.Narrowing()).hits
    assert hits[0].object == above


@pytest.mark.parametrize(
    "typed",
    [
        "1362",
        "໑໓໖໒",
        "hotline 1362",
        "021 555 111",
        "021555111",
        "(021) 555-111",
        "+856 21 555 111",
        "๐๒๑๕๕๕๑๑๑",
    ],
)
def test_the_number_of_a_hotline_leads_to_it_while_it_may_be_shown(client, make_hotline, typed):
    make_hotline(name="Women’s line", number_local="1362", number_international="+856 21 555 111")
    make_hotline(name="Old line", number_local="1362", age=400)
    make_hotline(name="Unchecked line", number_local="1362", age=None)
    make_hotline(name="Other line", number_local="1 3629")
    page = client.get("/search/", {"q": typed}).text
    assert "Women’s line: 1362, +856 21 555 111" in page
    assert 'href="/get-help/?country=laos"' in page
    for other in ["Old line", "Unchecked line", "Other line"]:
        assert other not in page


@pytest.mark.parametrize("typed", ["13", "13621", "2018 report", "line"])
def test_other_digits_lead_to_no_hotline(client, make_hotline, typed):
    make_hotline(name="Women’s line", number_local="1362")
    assert "Women’s line" not in client.get("/search/", {"q": typed}).text


def test_a_search_without_digits_asks_nothing_about_hotlines(
    client, make_hotline, django_assert_max_num_queries
):
    make_hotline(number_local="1362")
    with django_assert_max_num_queries(0):
        from articles.places.hotlinesearch import hotlines_with

        assert hotlines_with("shelter in Vientiane 15") == []


ROWS = [f"<tr><td>Province {n}</td><td>{n * 7} victims</td><td>lawyer{n}</td></tr>" for n in range(60)]
TABLE = f"<table><caption>By province</caption><tbody><tr><th>Province</th><th>Victims</th><th>Who</th></tr>{''.join(ROWS)}</tbody></table>"


@pytest.mark.parametrize("number", [0, 1, 30, 58, 59])
def test_a_passage_shows_whole_rows_of_a_table(make_article, number):
    make_article(body_html=f"<p>{'Words before. ' * 20}</p>{TABLE}<p>{'Words after. ' * 30}</p>")
    [hit] = results.find(parse(f"lawyer{number}"), results.Narrowing()).hits
    shown = hit.passage_html.replace("<mark>", "").replace("</mark>", "")
    assert f"Province {number}: {number * 7} victims, lawyer{number}." in shown
    assert passages.CELL not in shown
    rows = re.findall(r"Province \d+.*?lawyer\d+", shown)
    assert all(re.fullmatch(r"Province (\d+): \d+ victims, lawyer\1", row) for row in rows), shown
    assert len(rows) == shown.count("victims")
    assert len(shown) < 3 * passages.LENGTH


def test_a_row_without_end_is_cut_between_two_cells(make_article):
    cells = "".join(f"<td>cell{n} of many words here</td>" for n in range(200))
    make_article(body_html=f"<table><tbody><tr>{cells}</tr></tbody></table>")
    [hit] = results.find(parse("cell100"), results.Narrowing()).hits
    shown = hit.passage_html.replace("<mark>", "").replace("</mark>", "")
    parts = shown.strip("… .").split(", ")
    assert all(part.startswith("cell") and part.endswith("here") for part in parts), shown
    assert len(shown) < 4 * passages.LENGTH


def test_a_text_of_figures_grows_by_little(make_article):
    from newsroom.search.analysis import compounds

    figures = " ".join(str(number) for number in range(10_000))
    assert list(compounds.in_text(figures)) == []
    chain = "-".join(["word"] * 5_000)
    assert list(compounds.in_text(chain)) == []
