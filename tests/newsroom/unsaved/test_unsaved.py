"""What is typed into a form of the admin is at the server before it is saved, and comes back."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Country, Fact
from newsroom.unsaved import retention
from newsroom.unsaved.models import UnsavedText
from newsroom.versions.models import Version
from tests.newsroom.unsaved.typing import OURS, keep, taken_up
from tests.pageforms import token_on, values_on
from tests.servers import PASSWORD

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"
WORDS = "<p>Bà Đường đi qua biên giới. “Quoted”, &amp; signs</p>"


def change(row):
    return f"/admin/articles/{row._meta.model_name}/{row.pk}/change/"


@pytest.fixture
def ann(client, editor):
    client.force_login(editor)
    return client


def test_it_comes_back_in_one_click_and_goes_when_it_is_saved(ann, make_article):
    article = make_article(title="Start")
    versions = Version.objects.count()
    answer = keep(ann, ann.get(change(article)), title="Typed", body_html=WORDS)
    assert answer.json()["state"] == "kept"
    page = ann.get(change(article))
    assert values_on(page)["title"] == "Start" and "and did not save" in page.text and "Typed" in page.text
    shown = taken_up(ann, page)
    sent = values_on(shown)
    assert sent["title"] == "Typed" and sent["body_html"] == WORDS
    assert Version.objects.count() == versions and Article.objects.get().title == "Start"
    assert ann.post(change(article), sent | {"_save": ""}).status_code == 302
    assert Article.objects.get().title == "Typed" and not UnsavedText.objects.exists()
    assert "and did not save" not in ann.get(change(article)).text


def test_it_is_one_row_a_person_and_piece_in_words_that_can_be_searched(ann, admin_user, make_article):
    article, other = make_article(), Client()
    other.force_login(admin_user)
    page = ann.get(change(article))
    for number in range(3):
        keep(ann, page, title=f"Đường {number}")
    keep(other, other.get(change(article)), title="Hers")
    assert UnsavedText.objects.count() == 2
    assert UnsavedText.objects.filter(content__contains="Đường 2").count() == 1
    assert "Đường" not in other.get(change(article)).text


def test_a_second_page_takes_nothing_from_the_first(ann, make_article):
    article = make_article()
    keep(ann, ann.get(change(article)), title="First")
    keep(ann, ann.get(change(article)), title="Second")
    page = ann.get(change(article))
    assert "First" in page.text and "Second" in page.text
    shown = taken_up(ann, page)
    keep(ann, shown, title="First, and more")
    again = ann.get(change(article)).text
    assert again.count("and did not save") == 2 and "First, and more" in again
    ann.post(change(article), values_on(shown) | {"_save": ""})
    assert ann.get(change(article)).text.count("and did not save") == 1


def test_a_new_piece_is_known_by_the_draft_in_its_address(ann):
    keep(ann, ann.get(ADD), title="A new piece", body_html=WORDS)
    page = ann.get(ADD)
    shown = taken_up(ann, page)
    assert values_on(shown)["title"] == "A new piece" and not Article.objects.exists()
    address = f"{ADD}?{shown.request['QUERY_STRING']}"
    refused = ann.post(address, values_on(shown) | {"title": "", "_save": ""})
    assert refused.status_code == 200 and UnsavedText.objects.count() == 1
    assert keep(ann, refused, title="A new piece").json()["state"] == "kept"
    assert ann.post(address, values_on(refused) | {"title": "Done", "_save": ""}).status_code == 302
    assert Article.objects.get().title == "Done" and not UnsavedText.objects.exists()


def test_what_somebody_else_saved_meanwhile_merges_or_is_a_conflict(ann, admin_user, make_article):
    article, other = make_article(title="Start", dek="Start"), Client()
    other.force_login(admin_user)
    keep(ann, ann.get(change(article)), title="By Ann")
    form = values_on(other.get(change(article)))
    other.post(change(article), form | {"dek": "By Ben", "_save": ""})
    shown = taken_up(ann, ann.get(change(article)))
    merged = ann.post(change(article), values_on(shown) | {"_save": ""})
    article.refresh_from_db()
    assert merged.status_code == 302 and (article.title, article.dek) == ("By Ann", "By Ben")

    keep(ann, ann.get(change(article)), title="Ann again")
    other.post(change(article), values_on(other.get(change(article))) | {"title": "Ben again", "_save": ""})
    shown = taken_up(ann, ann.get(change(article)))
    assert "Somebody has saved this" in ann.post(change(article), values_on(shown) | {"_save": ""}).text
    article.refresh_from_db()
    assert article.title == "Ben again"


def test_it_is_compared_by_word_and_discarded(ann, make_country):
    country = (
        make_country(overview_html="<p>Old words here.</p>")
        if hasattr(Country, "overview_html")
        else make_country()
    )
    Fact.objects.create(country=country, label="Tier", value="2")
    page = ann.get(change(country))
    keep(ann, page, name="Laos and more")
    offered = ann.get(change(country))
    compared = ann.get(unescape(re.search(r'href="([^"]*compare)"', offered.text)[1]))
    assert (
        "<ins> and more</ins>" in compared.text
        and "Tier" not in re.search(r"<section.*?</section>", compared.text, re.DOTALL)[0]
    )
    discard = re.search(r'action="([^"]*discard/[^"]*)".*?name="page" value="(\w+)"', offered.text, re.DOTALL)
    assert ann.post(unescape(discard[1]), {"page": discard[2]}).status_code == 302
    assert not UnsavedText.objects.exists() and "and did not save" not in ann.get(change(country)).text


def test_passwords_are_not_kept(client, admin_user):
    client.force_login(admin_user)
    page = client.get("/admin/auth/user/add/")
    keep(client, page, username="carla", password1="harbour-lantern")
    content = UnsavedText.objects.get().content
    assert "carla" in content and "harbour-lantern" not in content and token_on(page) not in content


def test_who_may_not_save_it_keeps_nothing(ann, writer, make_article):
    article, other = make_article(), Client()
    other.force_login(writer)
    page = ann.get(change(article))
    body = {"page": "1", "taken": [], "who": str(writer.pk), "fields": [["title", "Planted"]]}
    address = change(article).replace("change", "unsaved")
    assert other.post(address, body, content_type="application/json", headers=OURS).json() == {
        "state": "refused"
    }
    gone = address.replace(str(article.pk), "999999")
    assert keep(ann, page, gone).json() == {"state": "gone"}
    for client, status in [(other, 403), (ann, 400)]:
        assert client.post(address, "[]", content_type="application/json", headers=OURS).status_code == status
    assert not UnsavedText.objects.exists()


def test_another_site_keeps_nothing(editor, make_article):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    page = strict.get(change(make_article()))
    for headers in [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]:
        assert keep(strict, page, headers=headers).status_code == 403
    assert not UnsavedText.objects.exists()


def test_an_ended_session_and_somebody_elses_are_told_apart(editor, admin_user, make_article):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    page = strict.get(change(make_article()))
    strict.session.flush()
    ended = keep(strict, page, title="Typed").json()
    assert ended["state"] == "signed-out"
    login = {"username": editor.username, "password": PASSWORD, "csrfmiddlewaretoken": ended["token"]}
    assert strict.post("/admin/login/", login).status_code == 302
    kept = keep(strict, page, title="Typed").json()  # with the token of the former session
    assert kept["state"] == "kept" and kept["token"]
    strict.force_login(admin_user)
    other = keep(strict, page, title="Typed by another").json()
    assert other["state"] == "other" and other["name"] == "admin"
    assert "another" not in UnsavedText.objects.get().content


def test_who_else_has_it_open_is_named(ann, admin_user, make_article):
    article, other = make_article(), Client()
    other.force_login(admin_user)
    page = ann.get(change(article))
    assert "has this open too" not in page.text
    assert re.search(r"editor has this open too, since \d\d:\d\d\. <", other.get(change(article)).text)
    assert "admin has this open too" in keep(ann, page).json()["others"]
    assert "has this open too" not in other.get(change(make_article())).text


def test_it_goes_with_the_piece_with_the_account_and_after_a_time(ann, editor, make_article):
    for row in [make_article(state="draft"), make_article()]:
        keep(ann, ann.get(change(row)), title="Typed")
    Article.objects.filter(state="draft").delete()
    assert UnsavedText.objects.count() == 1
    UnsavedText.objects.update(saved_at=timezone.now() - timedelta(days=29))
    retention.run()
    assert UnsavedText.objects.count() == 1
    UnsavedText.objects.update(saved_at=timezone.now() - timedelta(days=31))
    retention.run()
    assert not UnsavedText.objects.exists()
    keep(ann, ann.get(change(Article.objects.get())), title="Typed")
    editor.delete()
    assert not UnsavedText.objects.exists()


def test_the_script_is_told_where_a_save_leads(ann, make_article):
    article = make_article()
    form = values_on(ann.get(change(article))) | {"title": "Saved", "_save": ""}
    answer = ann.post(change(article), form, headers={"x-save": "1"})
    assert answer.status_code == 204 and answer["X-Location"] == change(article) and "Location" not in answer
    assert "on the site now" in ann.get(change(article)).text


def test_a_form_of_a_piece_that_is_gone_keeps_its_text_on_the_page(ann, make_article):
    article = make_article()
    form = values_on(ann.get(change(article))) | {"body_html": WORDS, "_save": ""}
    article.delete()
    page = ann.post(change(article), form, headers={"x-save": "1"})
    assert page.status_code == 410 and "Bà Đường" in page.text


def test_a_verification_of_a_hotline_comes_back_too(ann, make_hotline):
    hotline = make_hotline()
    address = f"/admin/articles/hotline/{hotline.pk}/verify/"
    kept = keep(ann, ann.get(address), verified_by="Bà Đường, by telephone")
    assert kept.json()["state"] == "kept"
    form = values_on(taken_up(ann, ann.get(address)))
    assert form["verified_by"] == "Bà Đường, by telephone"
    assert ann.post(address, form).status_code == 302 and not UnsavedText.objects.exists()
    hotline.refresh_from_db()
    assert hotline.verified_by == "Bà Đường, by telephone"
    keep(ann, ann.get(address), verified_by="Ann again")
    hotline.delete()
    assert not UnsavedText.objects.exists()


@pytest.mark.parametrize("odd", ["page", "taken", "name", "value"])
def test_half_a_surrogate_is_no_error_wherever_it_stands(ann, editor, make_article, odd):
    article, half = make_article(), "\ud800"
    name, value = (half if odd == one else one for one in ("name", "value"))
    sent = {
        "page": half if odd == "page" else "a",
        "taken": [half] if odd == "taken" else [],
        "who": str(editor.pk),
        "fields": [[name, value]],
    }
    answer = ann.post(f"{change(article)[:-7]}unsaved/", json.dumps(sent), "application/json", headers=OURS)
    assert answer.json()["state"] == "kept"
    assert "and did not save" in ann.get(change(article)).text
