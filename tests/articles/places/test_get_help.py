"""The page for people in danger: small, in the order of need, and keeping nothing."""

import datetime
import gzip
import random
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Country, Hotline
from articles.places.gethelp import place_of
from newsroom.sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
BUDGET = 14_000  # bytes, compressed: what a server may send before it waits for the first answer
NAMES = [
    "Afghanistan", "Bangladesh", "Bhutan", "Brunei", "Cambodia", "China", "Fiji", "India", "Indonesia",
    "Japan", "Kazakhstan", "Kiribati", "Kyrgyzstan", "Laos", "Malaysia", "Maldives", "Micronesia",
    "Mongolia", "Myanmar", "Nauru", "Nepal", "New Zealand", "North Korea", "Pakistan", "Palau",
    "Papua New Guinea", "Philippines", "Samoa", "Singapore", "Solomon Islands", "South Korea", "Sri Lanka", "Taiwan",
    "Tajikistan", "Thailand", "Timor-Leste", "Tonga", "Turkmenistan", "Tuvalu", "Vietnam",
]  # fmt: skip


def get(client, path="/get-help/"):
    return client.get(path).content.decode()


def test_it_stands_in_the_order_of_need(client, make_hotline):
    make_hotline(
        kind="organisation", name="The organisation", number_local="", url="https://help.example.org/"
    )
    make_hotline(kind="hotline", name="The second hotline", order=2)
    make_hotline(kind="hotline", name="The first hotline", order=1)
    make_hotline(kind="emergency", name="The police")
    for path in ["/get-help/", "/countries/laos/"]:
        text = get(client, path)
        places = [text.index(name) for name in ["The police", "The first", "The second", "The organisation"]]
        assert places == sorted(places)


def test_it_says_all_that_a_caller_should_know(client, make_hotline):
    make_hotline(
        number_local="1300", number_international="+856 21 123 456", text_number="1301",
        url="https://help.example.org/", hours="24/7", time_zone="Asia/Vientiane", languages="Lao, Thai",
        operator="A ministry", cost="free", run_by_police="no", confidential="yes",
        without_papers="Nobody asks for them.", note="Press 2 for Thai.",
    )  # fmt: skip
    for path in ["/get-help/", "/countries/laos/"]:
        text = get(client, path)
        for part in ['href="tel:1300"', 'href="tel:+85621123456"', 'href="sms:1301"', "https://help.example.org/",
                     "Lao, Thai", "Run by A ministry.", "Free call.", "Not the police.", "Confidential.",
                     "Without papers: Nobody asks for them.", "Press 2 for Thai.", "Checked on"]:  # fmt: skip
            assert part in text, part
    assert "Open now." in get(client)
    assert "call logs and on bills" in get(client)
    assert "stays in your browser’s history" in get(client)


def test_it_says_so_when_the_police_answer_and_nothing_is_confidential(client, make_hotline):
    make_hotline(cost="paid", run_by_police="yes", confidential="no")
    text = get(client)
    for part in ["The call costs money.", "The police answer.", "Not confidential."]:
        assert part in text


def test_what_is_not_known_is_not_claimed(client, make_hotline):
    make_hotline()
    text = get(client)
    for part in [
        "Free call",
        "costs money",
        "onfidential",
        "police",
        "Open now",
        "Closed now",
        "Without papers",
    ]:
        assert part not in text


def test_an_example_number_has_no_link_and_a_line_says_so(client, make_hotline):
    make_hotline(number_local="+000 123", number_international="+000 123", text_number="+000 124")
    for path in ["/get-help/", "/countries/laos/"]:
        text = get(client, path)
        assert "+000 123" in text
        assert "tel:" not in text
        assert "sms:" not in text
        assert "nobody can dial them" in text
    Hotline.objects.update(number_local="123", number_international="", text_number="")
    assert "nobody can dial" not in get(client)


def test_the_clock_of_the_place_is_shown_and_not_that_of_the_site(make_hotline):
    hotline = make_hotline(hours="Mon-Fri 08:00-17:00", time_zone="Asia/Vientiane")
    now = datetime.datetime(2026, 1, 5, 20, 5, tzinfo=datetime.UTC)
    hotline.verify("Ann", now.date())
    country = hotline.country
    country.shown_hotlines = [hotline]
    place = place_of(country, now)
    assert place.clock == "Tuesday 03:05"
    assert place.groups[0][1][0].status.text == "Closed now. Opens Tuesday 08:00."
    assert place_of(country).groups[0][1][0].status is None  # a page that may be kept for a while


def test_a_country_of_several_clocks_shows_each_with_its_hours(client, make_hotline):
    make_hotline(hours="24/7", time_zone="Asia/Jakarta")
    make_hotline(hours="Mon-Sat 8-16", time_zone="Asia/Jayapura")
    text = get(client)
    moment = timezone.now().astimezone(datetime.timezone(datetime.timedelta(hours=9)))
    assert f"there it is {moment:%A %H:}" in text
    assert "There it is" not in text


def test_it_has_one_address_for_machines_however_a_country_is_named(client, make_hotline):
    make_hotline()
    whole = f'<link rel="canonical" href="{settings.SITE_URL}/get-help/'
    assert f'{whole}">' in get(client)
    for name in ["laos", "LA", "Laos"]:
        assert f'{whole}?country=laos">' in get(client, f"/get-help/?country={name}")
    assert "canonical" not in get(client, "/get-help/?country=nowhere")


def test_it_chooses_a_country_by_a_plain_link_and_keeps_nothing(client, make_hotline, make_country):
    make_hotline(name="The Lao line")
    make_hotline(name="The Thai line", country=make_country(iso_code="TH", name="Thailand", slug="thailand"))
    text = get(client)
    assert 'href="#laos"' in text
    assert 'id="laos"' in text
    assert 'href="?country=laos"' in text
    for wanted in ["laos", "LA", "la", "LAOS"]:
        answer = client.get(f"/get-help/?country={wanted}")
        assert "The Lao line" in answer.content.decode()
        assert "The Thai line" not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
    for tag in ["<iframe", "<style", " style=", "serviceworker", "manifest"]:
        assert tag not in text.lower()
    assert re.findall(r'(?:src|srcset|action)="([^"]*)"', text) == ["/static/js/leave.js"]


def test_a_country_that_is_not_known_gets_all_of_them_and_a_clear_word(client, make_hotline):
    hotline = make_hotline()
    answer = client.get("/get-help/?country=atlantis")
    assert answer.status_code == 404
    assert "We don’t know that country" in answer.content.decode()
    assert hotline.number_local in answer.content.decode()
    assert client.get("/get-help/?country=").status_code == 200
    assert client.post("/get-help/").status_code == 405


def test_a_country_without_a_number_says_so(client, make_country):
    make_country()
    assert "We know no number here" in get(client)
    assert "We know no number here" in get(client, "/countries/laos/")


def test_the_page_of_an_empty_site_still_helps(client):
    text = get(client)
    assert "Call the emergency number of the country you are in" in text
    SiteSettings.objects.create(emergency_text="Go to any hospital.", exit_url="https://weather.example.org/")
    text = get(client)
    assert "Go to any hospital." in text
    assert 'href="https://weather.example.org/"' in text


def test_it_links_to_staying_safe_only_where_that_page_is_public(client, make_page):
    page = make_page(title="Stay safe", path="stay-safe", state="draft")
    assert "stay-safe" not in get(client)
    page.publish()
    page.save()
    assert 'href="/stay-safe/"' in get(client)


def test_its_queries_do_not_grow_with_countries_and_numbers(client, make_hotline, make_country):
    make_hotline()
    with CaptureQueriesContext(connection) as one:
        get(client)
    for number, name in enumerate(NAMES[:9]):
        country = make_country(iso_code=f"A{chr(65 + number)}", name=name, slug=name.lower())
        for _ in range(5):
            make_hotline(country=country, hours="24/7")
    with CaptureQueriesContext(connection) as many:
        get(client)
    assert len(one) == len(many) <= 4


def test_40_countries_fit_in_14_000_bytes_with_their_style(client, make_hotline, make_country):
    """Each country with an emergency number, two hotlines and an organisation, and no two alike."""
    dice = random.Random(5)
    words = sorted(
        set(
            re.findall(
                r"[a-zA-Z]{3,}", (settings.BASE_DIR / "docs" / "editors.md").read_text(encoding="utf-8")
            )
        )
    )

    def sentence(length):
        return " ".join(dice.sample(words, length)) + "."

    def number():
        return f"{dice.randrange(10, 99)} {dice.randrange(100, 999)} {dice.randrange(1000, 9999)}"

    for index, name in enumerate(NAMES):
        country = make_country(
            iso_code=f"{chr(65 + index // 26)}{chr(65 + index % 26)}", name=name, slug=name.lower()
        )
        titles = dice.sample(words, 8)
        for kind in ["emergency", "hotline", "hotline", "organisation"]:
            make_hotline(
                country=country, kind=kind, name=f"{name} {titles.pop()} {titles.pop()}.", number_local=number(),
                number_international=f"+{dice.randrange(10, 99)} {number()}" if kind == "hotline" else "",
                hours=dice.choice(["24/7", "Mon-Fri 8-17", "Mon-Sat 9-18; Sun 10-14"]), time_zone="Asia/Bangkok",
                languages=sentence(2), cost=dice.choice(["free", "paid", ""]), run_by_police=dice.choice(["yes", "no"]),
                confidential=dice.choice(["yes", ""]), age=dice.randrange(300),
            )  # fmt: skip
    answer = client.get("/get-help/", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    assert page.count("<section") == 40
    styles = re.findall(r'rel="stylesheet" href="/static/([^"]+)"', page)
    assert styles == ["css/plain.css"]
    style = gzip.compress((settings.BASE_DIR / "static" / styles[0]).read_bytes())
    assert len(answer.content) + len(style) < BUDGET


PAGES = ["/", "/news/", "/countries/", "/countries/laos/", "/news/piece/", "/about/", "/nowhere/", "/gone/",
         "/news/2006/", "/news/2006/08/", "/topics/prevention/", "/%00"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_to_it(client, make_article, make_country, make_topic, make_page, path):
    make_article(slug="piece", countries=[make_country()], topics=[make_topic()])
    make_page(path="about")
    gone = make_page(path="gone")
    gone.withdraw()
    gone.save()
    text = client.get(path).content.decode()
    assert 'href="/get-help/"' in text
    assert "Leave this site" in text


def test_the_pages_of_faults_lead_to_it_too(client):
    for name in ["400", "413", "414", "500"]:
        path = settings.BASE_DIR / "templates" / f"{name}.html"
        extended = settings.BASE_DIR / "templates" / "newsroom" / "_refused.html"
        text = path.read_text(encoding="utf-8")
        text += extended.read_text(encoding="utf-8") if "_refused.html" in text else ""
        assert 'href="/get-help/"' in text, name
    assert 'href="/get-help/"' in client.get("/nowhere/").content.decode()


def test_it_is_in_the_sitemap(client):
    assert "/get-help/</loc>" in client.get("/sitemap-frame.xml").content.decode()
    assert Country.objects.count() == 0
