"""A double press on a button of the admin is one press."""

import threading
import time

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.http import HttpResponse

from articles.models import Article, Callout
from newsletter.models import Issue
from newsroom.editing import sentonce
from newsroom.guard.turns import Busy
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"


def filled(client, **values):
    form = values_on(client.get(ADD))
    return (
        form | {"title": "A title", "slug": "a-title", "body_html": "<p>Text.</p>", "_publish": ""} | values
    )


def test_a_double_press_on_publish_publishes_once_and_shows_no_error(client, editor):
    client.force_login(editor)
    form = filled(client)
    assert client.post(ADD, form).status_code == 302
    second = client.post(ADD, form, follow=True)
    text = second.content.decode()
    assert Article.objects.count() == 1
    assert "Published. See it at" in text
    assert "already" not in BeautifulSoup(text, "html.parser").get_text()  # but in words of scripts
    assert second.redirect_chain[-1][0].endswith(f"/{Article.objects.get().pk}/change/")


def test_a_double_press_makes_no_second_row_where_nothing_is_unique(client, editor):
    client.force_login(editor)
    url = "/admin/articles/callout/add/"
    form = values_on(client.get(url)) | {
        "title": "Join us",
        "text": "Text",
        "link": "/about/",
        "label": "Read",
        "_save": "",
    }
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    assert Callout.objects.count() == 1


def test_a_double_press_starts_one_draft_of_the_newsletter(client, make_user):
    client.force_login(make_user("manager", "Newsletter manager"))
    url = "/admin/newsletter/issue/add/"
    form = values_on(client.get(url))
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    assert Issue.objects.count() == 1


def test_a_double_press_on_a_changed_form_is_no_conflict(client, editor, make_article):
    client.force_login(editor)
    article = make_article(state="draft", published_at=None)
    url = f"/admin/articles/article/{article.pk}/change/"
    form = values_on(client.get(url)) | {"title": "Another", "_publish": ""}
    answers = [client.post(url, form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_a_form_that_was_refused_can_be_sent_again(client, editor):
    client.force_login(editor)
    form = filled(client, title="")
    assert client.post(ADD, form).status_code == 200
    assert client.post(ADD, form | {"title": "A title"}).status_code == 302


def test_two_forms_are_two_forms(client, editor):
    client.force_login(editor)
    for slug in ["one", "two"]:
        assert client.post(ADD, filled(client, slug=slug)).status_code == 302
    assert Article.objects.count() == 2


def test_the_number_of_somebody_elses_form_leads_nowhere(client, editor, admin_user):
    client.force_login(editor)
    form = filled(client)
    client.post(ADD, form)
    client.force_login(admin_user)
    assert client.post(ADD, form | {"slug": "other"}).status_code == 302
    assert Article.objects.count() == 2


def test_a_crowd_that_waits_for_one_form_leaves_threads_to_those_who_read(rf, editor):
    request = rf.post("/admin/", {"_once": sentonce.new_number()})
    request.user = editor
    key = f"sent:{editor.pk}:{request.POST['_once']}"
    cache.set(key, sentonce.WORKING, 60)
    outcomes = []

    def press():
        try:
            outcomes.append(sentonce.once(request, lambda: HttpResponse()).status_code)
        except Busy:
            outcomes.append("busy")

    presses = [threading.Thread(target=press) for _ in range(6)]
    for one in presses:
        one.start()
    time.sleep(0.5)
    assert outcomes == ["busy"] * 4
    cache.set(key, ("/admin/", [], sentonce.digest_of(request)), 60)
    for one in presses:
        one.join()
    assert sorted(map(str, outcomes)) == ["302"] * 2 + ["busy"] * 4


def test_words_typed_after_an_answer_that_got_lost_are_no_double_press(client, editor, make_article):
    client.force_login(editor)
    article = make_article(state="draft", published_at=None)
    url = f"/admin/articles/article/{article.pk}/change/"
    form = values_on(client.get(url)) | {"_save": ""}
    assert client.post(url, form | {"dek": "What the server got."}).status_code == 302
    again = client.post(url, form | {"dek": "What was typed since."})
    assert again.status_code == 200  # a conflict, though with oneself: both stand there
    shown = BeautifulSoup(again.content.decode(), "html.parser").get_text()
    assert "What the server got." in shown
    assert values_on(again)["dek"] == "What was typed since."
    assert client.post(url, form | {"title": "Another title"}).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.dek) == ("Another title", "What the server got.")


def test_a_second_piece_from_a_form_whose_words_changed_is_kept_too(client, editor):
    client.force_login(editor)
    url = "/admin/articles/callout/add/"
    form = values_on(client.get(url)) | {
        "title": "Join us",
        "text": "Text",
        "link": "/about/",
        "label": "Read",
    }
    for title in ["Join us", "Join us today"]:
        assert client.post(url, form | {"title": title, "_save": ""}).status_code == 302
    assert set(Callout.objects.values_list("title", flat=True)) == {"Join us", "Join us today"}
