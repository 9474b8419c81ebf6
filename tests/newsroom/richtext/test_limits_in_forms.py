"""What is too long or too deep is told in words by the form, which keeps what was typed."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.urls import reverse

from articles.admin.base import EditorPageAdmin
from articles.models import Article
from newsroom.richtext import sanitiser
from newsroom.richtext.limits import LONGEST, MOST_ELEMENTS
from newsroom.richtext.renderings import plain_text
from newsroom.richtext.sanitiser import sanitise


def post(client, article, body):
    return client.post(
        reverse("admin:articles_article_change", args=[article.pk]),
        {"title": article.title, "slug": article.slug, "body_html": body, "language": "en", "_save": "Save",
         "bylines": "[]", "published_at_0": "", "published_at_1": ""},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>a" + "x" * LONGEST + "</p>", "This text is too long: it has 500,0"),
        ("<p>a" + "&" * (LONGEST // 3) + "</p>", "This text is too long: it has 833,3"),
        ("<p>a" + "<br>b" * MOST_ELEMENTS, "This text has more than 20,000 paragraphs"),
        ("<ul><li>" * 70 + "deep", "stand within each other here more than 60 deep"),
        ('<span lang="lo"><span lang="vi">' * 20 + "deep", "or formats more than 12 deep"),
    ],
)
def test_an_editor_reads_what_is_too_much_and_keeps_the_words(client, editor, make_article, body, words):
    article = make_article(body_html="<p>Before.</p>")
    client.force_login(editor)
    answer = post(client, article, body)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    article.refresh_from_db()
    assert article.body_html == "<p>Before.</p>"
    shown = answer.context["adminform"].form["body_html"].value()
    assert plain_text(sanitise(shown))[-4:] == plain_text(sanitise(body))[-4:]


def test_what_is_too_long_is_refused_before_it_is_cleaned_and_shown_as_it_was_sent(
    client, editor, make_article
):
    article = make_article(body_html="<p>Before.</p>")
    client.force_login(editor)
    body = "<script>a</script>" + "<h2>a</h2>" * (LONGEST // 10)
    sanitiser._known.clear()
    answer = post(client, article, body)
    assert body not in sanitiser._known
    page = BeautifulSoup(answer.content, "html.parser")
    box = page.select_one("textarea[name=body_html]")
    assert box.text.strip() == body
    assert not box.has_attr("data-editor")  # no program reads it
    assert b"<script>a</script>" not in answer.content
    assert "The box below shows it with its mark-up" in page.text


def test_a_text_that_was_too_deep_is_accepted_as_the_box_shows_it(client, editor, make_article):
    article = make_article()
    client.force_login(editor)
    answer = post(client, article, "<ul><li>" * 70 + "deep")
    shown = sanitise(answer.context["adminform"].form["body_html"].value())
    assert not sanitiser.problem_of(shown)
    assert "deep" in shown


@pytest.mark.django_db(transaction=True)
def test_a_text_is_sanitised_before_the_transaction_that_holds_the_write_lock(
    client, editor, make_article, rf
):
    article = make_article(body_html="<p>Before.</p>")
    client.force_login(editor)
    body = "<p>After." + "<br>" * 50 + "</p>"
    sanitiser._known.clear()
    found = []

    def watch(execute, sql, parameters, many, context):
        if sql.startswith("BEGIN") or connection.in_atomic_block:
            found.append(body in sanitiser._known)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(watch):
        answer = post(client, article, body)
    assert answer.status_code == 302, answer.context["refused"]
    assert Article.objects.get().body_html == "<p>After.</p>"
    assert found
    assert all(found)


def test_every_form_with_a_rich_text_does_so():
    from django.contrib import admin

    from newsroom.richtext.pictures import rich_text_fields

    with_texts = [one for model, one in admin.site._registry.items() if rich_text_fields(model)]
    assert len(with_texts) >= 6
    assert all(isinstance(one, EditorPageAdmin) for one in with_texts)
    assert not [
        inline.model
        for one in admin.site._registry.values()
        for inline in one.inlines
        if rich_text_fields(inline.model)
    ]
