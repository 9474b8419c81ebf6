"""Hotlines: shown only while somebody has verified them lately, by any path; checked in one step."""

import datetime
import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Hotline
from articles.places.admin.hotlines import LongSelect
from articles.places.telephone import sms, tel

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/hotline/"
SECRET = "021 987 654"
DAY = datetime.date(2026, 3, 31)


def verify_url(hotline):
    return reverse("admin:articles_hotline_verify", args=[hotline.pk])


def verification(hotline, **values):
    return {"verified_by": "Ann", "verified_on": "2026-01-02", "seen": hotline.numbers} | values


def form(hotline, **values):
    names = ["kind", "name", "operator", "number_local", "number_international", "text_number", "url", "hours",
             "time_zone", "languages", "cost", "run_by_police", "confidential", "without_papers", "note", "order"]  # fmt: skip
    return {name: getattr(hotline, name) for name in names} | {"country": hotline.country_id} | values


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("1300", "tel:1300"),
        ("+856 21 123 456", "tel:+85621123456"),
        ("(021) 123-456", "tel:021123456"),
        ("*123#", "tel:*123%23"),
        ("+000 123 456", ""),
        ("+0001", ""),
    ],
)
def test_a_number_becomes_a_link_unless_it_is_an_example(number, link):
    assert tel(number) == link
    assert sms(number) == link.replace("tel:", "sms:")


@pytest.mark.parametrize("number", ["call us", "12; drop", "+", "1", "٣٤٥", "tel:123", "021<b>"])
def test_a_number_that_cannot_be_dialled_is_refused(make_hotline, number):
    with pytest.raises(ValidationError):
        make_hotline(number_local=number)


def test_a_hotline_needs_a_number_and_hours_need_their_time_zone(make_hotline):
    for wrong in [
        {"number_local": ""},
        {"number_local": "", "url": "https://help.example.org/"},
        {"hours": "Mon-Fri 8-17"},
        {"hours": "sometimes", "time_zone": "Asia/Vientiane"},
        {"number_international": "021 555"},
    ]:
        with pytest.raises(ValidationError):
            make_hotline(**wrong)
    make_hotline(kind="organisation", number_local="", url="https://help.example.org/")
    assert make_hotline(hours="mon-fri 8-17", time_zone="Asia/Vientiane").hours == "Mon–Fri 08:00–17:00"


@pytest.mark.parametrize(
    ("age", "state", "shown", "due"),
    [
        (None, "never", False, True),
        (-1, "never", False, True),
        (0, "fresh", True, False),
        (179, "fresh", True, False),
        (180, "due", True, True),
        (364, "due", True, True),
        (365, "hidden", False, True),
        (4000, "hidden", False, True),
    ],
)
def test_180_and_365_days_by_a_moved_clock(make_hotline, age, state, shown, due):
    hotline = make_hotline(age=None)
    if age is not None:
        hotline.verify("Ann", DAY - datetime.timedelta(days=age))
        hotline.save()
    assert hotline.check_state(DAY) == state
    assert Hotline.objects.shown(DAY).exists() is shown
    assert Hotline.objects.to_verify(DAY).exists() is due


def test_nobody_says_open_now_for_a_number_that_is_due(make_hotline):
    hotline = make_hotline(age=None, hours="24/7", time_zone="Asia/Vientiane")
    noon = datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC)
    hotline.verify("Ann", noon.date() - datetime.timedelta(days=179))
    assert hotline.status(noon).kind == "always"
    assert hotline.status(noon + datetime.timedelta(days=1)) is None


def test_hours_in_a_time_zone_that_this_machine_lacks_say_nothing_about_now(make_hotline):
    hotline = make_hotline(hours="Mon-Fri 8-17", time_zone="Asia/Vientiane")
    hotline.time_zone = "Asia/Atlantis"
    assert hotline.status(timezone.now()) is None


def paths(client, country):
    """Return everything public that a country appears on."""
    slug = country.slug
    return ["/", "/news/", "/countries/", f"/countries/{slug}/", "/get-help/", f"/get-help/?country={slug}",
            f"/get-help/?country={country.iso_code.lower()}", "/get-help/?country=nowhere", "/feeds/news.rss",
            f"/feeds/countries/{slug}.rss", "/sitemap-articles.xml", f"/search/?q={slug}", "/search/?q=Lanterns",
            "/search/?q=021987654", f"/countries/{slug}.json", "/api/hotlines/", "/nowhere/"]  # fmt: skip


@pytest.mark.parametrize("age", [None, 365, 800])
def test_a_number_without_a_good_verification_is_shown_by_no_path(client, make_hotline, make_article, age):
    hotline = make_hotline(
        age=age,
        name="Lanterns",
        number_local=SECRET,
        number_international="+856 21 987 654",
        text_number="021 987 655",
        url="https://lanterns.example.org/",
    )
    make_article(countries=[hotline.country])
    for path in paths(client, hotline.country):
        text = client.get(path).content.decode()
        for secret in [SECRET, "+856 21 987 654", "+85621987654", "021 987 655", "lanterns.example.org"]:
            assert secret not in text, path
    assert hotline.name not in client.get("/get-help/").content.decode()


def test_a_good_verification_shows_it_where_people_look(client, make_hotline):
    hotline = make_hotline(number_local=SECRET)
    for path in ["/get-help/", "/get-help/?country=laos", "/get-help/?country=LA", "/countries/laos/"]:
        text = client.get(path).content.decode()
        assert SECRET in text, path
        assert 'href="tel:021987654"' in text, path
        assert hotline.verified_by not in text  # names of staff are nobody's business


def test_after_180_days_visitors_are_told(client, make_hotline):
    make_hotline(number_local=SECRET, age=179)
    assert "it may have changed" not in client.get("/get-help/").content.decode()
    make_hotline(number_local="021 987 655", age=180)
    for path in ["/get-help/", "/countries/laos/"]:
        assert client.get(path).content.decode().count("it may have changed") == 1


def test_a_changed_number_is_off_the_site_until_somebody_verifies_it(client, make_hotline):
    hotline = Hotline.objects.get(pk=make_hotline().pk)
    hotline.languages = "Lao"
    hotline.save()
    assert Hotline.objects.shown().exists()
    for field, value in [("number_local", SECRET), ("text_number", "1"), ("url", "https://a.example.org/")]:
        hotline.verify("Ann", timezone.localdate())
        hotline.save()
        setattr(hotline, field, value)
        hotline.save(update_fields=[field])
        hotline.refresh_from_db()
        assert (hotline.verified_by, hotline.verified_on) == ("", None), field
        assert not Hotline.objects.shown().exists()


def test_the_database_keeps_who_and_when_together(make_hotline):
    hotline = make_hotline()
    for values in [{"verified_by": ""}, {"verified_on": None}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Hotline.objects.filter(pk=hotline.pk).update(**values)


def test_an_editor_records_a_verification_in_one_step(client, editor, make_hotline):
    hotline = make_hotline(age=None)
    client.force_login(editor)
    page = client.get(verify_url(hotline)).content.decode()
    assert hotline.number_local in page
    assert f'value="{timezone.localdate().isoformat()}"' in page
    answer = client.post(verify_url(hotline), verification(hotline))
    assert answer.status_code == 302
    hotline.refresh_from_db()
    assert (hotline.verified_by, hotline.verified_on) == ("Ann", datetime.date(2026, 1, 2))


def test_a_verification_needs_a_name_and_a_day_that_has_come(client, editor, make_hotline):
    hotline = make_hotline(age=None)
    client.force_login(editor)
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    for values in [
        {"verified_by": "", "verified_on": "2026-01-02"},
        {"verified_by": "Ann", "verified_on": ""},
        {"verified_by": "Ann", "verified_on": tomorrow},
        {"verified_by": "Ann", "verified_on": "soon"},
    ]:
        assert client.post(verify_url(hotline), verification(hotline) | values).status_code == 200
        hotline.refresh_from_db()
        assert hotline.verified_on is None


def test_nobody_verifies_a_number_that_a_colleague_has_changed_since(client, editor, make_hotline):
    hotline = make_hotline()
    client.force_login(editor)
    form_of_before = verification(hotline)
    hotline.number_local = SECRET
    hotline.save()
    answer = client.post(verify_url(hotline), form_of_before)
    assert answer.status_code == 200
    assert "Somebody has changed a number" in answer.content.decode()
    hotline.refresh_from_db()
    assert hotline.verified_on is None
    seen = re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1]
    assert client.post(verify_url(hotline), verification(hotline, seen=seen)).status_code == 302
    hotline.refresh_from_db()
    assert hotline.verified_by == "Ann"


def test_the_list_of_what_is_due_goes_from_never_to_lately(client, editor, make_hotline):
    for name, age in [("Fresh", 3), ("Half", 200), ("Year", 400), ("Never", None)]:
        make_hotline(name=f"{name}-line", age=age)
    client.force_login(editor)
    text = client.get(f"{LIST}?check=due").content.decode()
    assert "Fresh-line" not in text
    assert text.index("Never-line") < text.index("Year-line") < text.index("Half-line")
    for value, name in [("never", "Never"), ("marked", "Half"), ("hidden", "Year")]:
        text = client.get(f"{LIST}?check={value}").content.decode()
        assert f"{name}-line" in text
        assert text.count("-line</a>") == 1
    assert "3 hotlines have to be verified." in client.get("/admin/").content.decode()


def test_nothing_is_due_says_nothing(client, editor, make_hotline):
    make_hotline()
    client.force_login(editor)
    assert "to be verified" not in client.get("/admin/").content.decode()


def test_a_writer_looks_at_hotlines_and_verifies_none(client, writer, make_hotline):
    hotline = make_hotline(age=None)
    client.force_login(writer)
    assert client.get(LIST).status_code == 200
    assert (
        client.post(verify_url(hotline), {"verified_by": "x", "verified_on": "2026-01-02"}).status_code == 403
    )
    assert client.post(f"{LIST}{hotline.pk}/change/", form(hotline, name="Mine")).status_code == 403
    assert "to be verified" not in client.get("/admin/").content.decode()
    hotline.refresh_from_db()
    assert hotline.verified_on is None


def test_the_form_cannot_smuggle_a_verification_in(client, editor, make_hotline):
    hotline = make_hotline(age=None)
    client.force_login(editor)
    client.post(f"{LIST}{hotline.pk}/change/", form(hotline, verified_by="x", verified_on="2026-01-02"))
    hotline.refresh_from_db()
    assert hotline.verified_on is None


def test_bad_forms_get_a_message_and_lose_nothing(client, editor, make_hotline):
    hotline = make_hotline()
    client.force_login(editor)
    for values in [{"time_zone": "Mars/Olympus"}, {"hours": "x"}, {"country": "nine"}, {"order": "-1"},
                   {"number_international": "123"}, {"url": "javascript:alert(1)"}, {"kind": "x"}]:  # fmt: skip
        answer = client.post(f"{LIST}{hotline.pk}/change/", form(hotline, **values))
        assert answer.status_code == 200, values
        assert "error-summary" in answer.content.decode(), values
    assert client.get(verify_url(hotline).replace(f"/{hotline.pk}/", "/999999/")).status_code == 302
    assert Hotline.objects.shown().exists()


def test_a_country_page_in_the_admin_shows_its_numbers_and_takes_facts_and_laws(client, editor, make_hotline):
    hotline = make_hotline()
    client.force_login(editor)
    url = f"/admin/articles/country/{hotline.country_id}/change/"
    assert hotline.number_local in client.get(url).content.decode()
    values = {"name": "Laos", "iso_code": "LA", "slug": "laos", "intro_html": ""}
    for prefix, rows in [("hotlines", 0), ("facts", 1), ("laws", 1)]:
        values |= {f"{prefix}-TOTAL_FORMS": rows, f"{prefix}-INITIAL_FORMS": 0}
    values |= {
        "facts-0-label": "Area", "facts-0-value": "236,800 km²", "facts-0-source": "United Nations",
        "facts-0-as_of": "July 2011", "facts-0-order": 0, "laws-0-kind": "treaty", "laws-0-title": "Palermo Protocol",
        "laws-0-step": "acceded", "laws-0-date": "26 September 2003", "laws-0-url": "https://treaties.un.org/",
    }  # fmt: skip
    assert client.post(url, values | {"facts-0-source": ""}).status_code == 200
    assert client.post(url, values | {"laws-0-date": "some day"}).status_code == 200
    assert client.post(url, values).status_code == 302
    text = client.get("/countries/laos/").content.decode()
    assert '<time datetime="2003-09-26">26 September 2003</time>' in text
    assert '<time datetime="2011-07">July 2011</time>' in text


@pytest.mark.parametrize("value", ["", "Asia/Vientiane", '"><b>'])
def test_the_list_of_time_zones_is_written_as_django_writes_it_and_soon(value):
    choices = [("", "---------"), ("Asia/Vientiane", "Asia/Vientiane"), ('"><b>', '"><b>')]
    attrs = {"id": "id_time_zone", "required": True, "disabled": False}
    ours, djangos = (
        kind(choices=choices).render("time_zone", value, attrs) for kind in [LongSelect, forms.Select]
    )
    assert re.sub(r">\s+<", "><", ours) == re.sub(r">\s+<", "><", djangos)
