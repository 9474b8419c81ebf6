"""Country pages: a map that is also a list, facts with sources, laws with dates, and a feed."""

import re
import xml.etree.ElementTree as ET

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.dates import PartialDate
from articles.models import Fact, Hotline, Law
from articles.places import maps
from newsletter.readers import tables
from newsroom import countries

pytestmark = pytest.mark.django_db
EIGHT = [
    ("LA", "Laos"), ("TH", "Thailand"), ("KH", "Cambodia"), ("VN", "Vietnam"), ("MM", "Myanmar"), ("ID", "Indonesia"),
    ("PH", "Philippines"), ("PG", "Papua New Guinea"),
]  # fmt: skip


@pytest.fixture
def eight(make_country):
    return [
        make_country(iso_code=code, name=name, slug=name.lower().replace(" ", "-")) for code, name in EIGHT
    ]


def test_countries_have_one_name_on_pages_at_the_desk_and_in_lists():
    names = countries.names()
    assert [(code, names[code]) for code, _name in EIGHT] == EIGHT
    demo = yaml.safe_load((settings.BASE_DIR / "fixtures/demo/1-subjects.yaml").read_text())
    named = [one["fields"] for one in demo if one["model"] == "articles.country"]
    assert named
    assert [one["name"] for one in named] == [names[one["iso_code"]] for one in named]
    assert [name for name, code in tables.OTHER_NAMES.items() if name == names[code].casefold()] == []


def test_a_country_that_editors_name_otherwise_has_that_name_everywhere(make_country):
    make_country(iso_code="LA", name="Lao PDR")
    make_country(iso_code="TH", name="Thailand", slug="thailand")
    names = countries.names()
    assert [names[code] for code in ("LA", "TH", "KH")] == ["Lao PDR", "Thailand", "Cambodia"]
    assert ("LA", "Lao PDR") in countries.choices()
    assert ("LA", "Laos") not in countries.choices()
    assert countries.choices() == sorted(countries.choices(), key=lambda row: row[1])


def make_law(country, **values):
    values = {
        "title": "A treaty",
        "step": "ratified",
        "date": PartialDate(2003, 9, 26),
        "url": "https://treaties.un.org/",
    } | values
    return Law.objects.create(country=country, **values)


def test_every_country_stands_on_the_map_and_in_the_list(client, eight):
    text = client.get("/countries/").content.decode()
    drawing = text[text.index("<svg") : text.index("</svg>")]
    for country in eight:
        assert f'<a href="{country.get_absolute_url()}" aria-label="{country.name}">' in drawing
        assert text.count(f'href="{country.get_absolute_url()}"') == 2
    assert ET.fromstring(drawing.replace('aria-hidden="true"/>', "/>") + "</svg>") is not None


def test_a_country_without_a_shape_stands_in_the_list(client, eight, make_country):
    make_country(iso_code="XK", name="Kosovo", slug="kosovo")
    text = client.get("/countries/").content.decode()
    assert text.count('href="/countries/kosovo/"') == 1
    page = client.get("/countries/kosovo/")
    assert page.status_code == 200
    assert "locator" not in page.content.decode()


def test_a_site_of_unknown_shapes_has_no_map(client, make_country):
    make_country(iso_code="XK", name="Kosovo", slug="kosovo")
    assert "<svg" not in client.get("/countries/").content.decode()


@pytest.mark.parametrize(
    "codes", [["FJ", "NZ", "WS", "TO"], ["RU", "US"], ["SG"], ["FR", "MT"], ["KI"], ["CL", "AR"], ["VA"]]
)
def test_a_map_holds_its_countries_wherever_they_lie(codes):
    drawn = maps.overview(tuple((code, code) for code in codes))
    assert [one.code for one in drawn.countries] == codes
    assert 0 < drawn.height <= maps.WIDTH
    for one in drawn.countries:
        steps = [int(number) for number in re.findall(r"-?\d+", one.path.replace("-", " -"))]
        assert one.path or one.dot
        start = re.match(r"M(-?\d+) (-?\d+)", one.path)
        for x, y in filter(None, [one.dot, start and tuple(map(int, start.groups()))]):
            assert -maps.MARGIN <= x <= maps.WIDTH + maps.MARGIN
            assert -maps.MARGIN <= y <= drawn.height + maps.MARGIN
        assert all(abs(step) <= maps.WIDTH + 2 * maps.MARGIN for step in steps)


def test_neighbours_over_the_date_line_stand_side_by_side():
    drawn = maps.overview((("FJ", "Fiji"), ("WS", "Samoa")))  # 178 degrees east, 172 degrees west
    fiji, samoa = drawn.countries
    assert fiji.dot is None or samoa.dot[0] > fiji.dot[0]
    assert not (samoa.dot and samoa.dot[0] < maps.WIDTH / 2)


def test_countries_all_over_the_world_have_a_locator_map_that_weighs_little():
    for code in [*list(maps.outlines())[::6], "RU", "CA", "KI"]:
        drawn = maps.locator(code)
        assert drawn.countries[0].path or drawn.countries[0].dot, code
        assert len(drawn.land) + len(drawn.countries[0].path) < 30_000, code


def test_facts_stand_with_source_and_date(client, make_country):
    Fact.objects.create(
        country=make_country(), label="Area", value="236,800 km²", source="UN report", as_of=PartialDate(2011, 7),
        source_url="https://undocs.org/x",
    )  # fmt: skip
    text = client.get("/countries/laos/").content.decode()
    for part in [
        "Area",
        "236,800 km²",
        '<a href="https://undocs.org/x"',
        '<time datetime="2011-07">July 2011</time>',
    ]:
        assert part in text


def test_a_fact_without_a_source_or_a_date_is_none(make_country):
    country = make_country()
    for missing in [{"source": ""}, {"as_of": None}]:
        values = {"label": "Area", "value": "1", "source": "UN", "as_of": PartialDate(2011)} | missing
        with pytest.raises(ValidationError):
            Fact(country=country, **values).full_clean()


def test_laws_stand_with_step_date_and_link_the_latest_first(client, make_country):
    country = make_country()
    make_law(country, title="Old treaty", date=PartialDate(1964))
    make_law(country, title="New treaty", step="acceded")
    make_law(country, title="Own law", kind="national", step="passed", date=PartialDate(2015, 12))
    text = client.get("/countries/laos/").content.decode()
    assert text.index("New treaty") < text.index("Old treaty") < text.index("Own law")
    for part in [
        '<time datetime="1964">1964</time>',
        "acceded",
        "December 2015",
        'href="https://treaties.un.org/"',
    ]:
        assert part in text


def test_the_second_page_of_a_country_goes_on_with_its_news(client, make_country, make_article, make_hotline):
    country = make_country()
    make_hotline(name="The line")
    for _ in range(21):
        make_article(countries=[country])
    assert "The line" in client.get("/countries/laos/").content.decode()
    second = client.get("/countries/laos/?page=2").content.decode()
    assert "The line" not in second
    assert second.count('class="card ') == 1
    assert client.get("/countries/laos/?page=9").status_code == 404


def test_a_country_has_a_feed_of_its_own_that_its_page_names(client, make_country, make_article):
    laos, siam = make_country(), make_country(iso_code="TH", name="Thailand", slug="thailand")
    make_article(title="About Laos", countries=[laos])
    make_article(title="About Thailand", countries=[siam])
    make_article(title="Still a draft", countries=[laos], state="draft", published_at=None)
    answer = client.get("/feeds/countries/laos.rss")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert "About Laos" in text
    assert "About Thailand" not in text
    assert "Still a draft" not in text
    channel = ET.fromstring(answer.content).find("channel")
    assert channel.findtext("title").startswith("Laos")
    assert channel.findtext("link").endswith("/countries/laos/")
    assert client.get("/countries/laos/").content.decode().count("/feeds/countries/laos.rss") == 2
    assert client.get("/feeds/countries/nowhere.rss").status_code == 404


def test_a_country_page_runs_the_same_queries_for_1_and_50_of_everything(
    client, known_version, make_country, make_article, make_hotline
):
    country = make_country()

    def fill(number):
        make_article(countries=[country])
        make_hotline()
        make_law(country, title=f"Treaty {number}")
        Fact.objects.create(
            country=country, label=f"Fact {number}", value="1", source="UN", as_of=PartialDate(2011)
        )

    fill(0)
    with CaptureQueriesContext(connection) as one:
        client.get("/countries/laos/")
    for number in range(1, 50):
        fill(number)
    with CaptureQueriesContext(connection) as fifty:
        assert client.get("/countries/laos/").content.decode().count("<h4>") == 50
    assert len(one) == len(fifty) <= 12
    assert Hotline.objects.count() == 50
