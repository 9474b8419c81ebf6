"""Ctrl+S presses the button that keeps a draft, and never one that makes something public."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from newsletter.models import Issue

pytestmark = pytest.mark.django_db


def bears_the_key(client, address):
    """Return name and words of each button of a form that bears the key."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    found = page.select('input[type=submit][aria-keyshortcuts~="Control+S"]')
    assert all("Ctrl+S" in button["title"] for button in found)
    return [(button["name"], button["value"]) for button in found]


def test_of_each_form_that_keeps_drafts_it_is_save_draft(
    client, editor, writer, make_user, make_article, make_country
):
    add = reverse("admin:articles_article_add")
    public = reverse("admin:articles_article_change", args=[make_article(created_by=writer).pk])
    begun = make_article(state="draft", created_by=writer)
    draft = reverse("admin:articles_article_change", args=[begun.pk])
    country = reverse("admin:articles_country_change", args=[make_country().pk])
    for person in [editor, writer]:
        client.force_login(person)
        assert bears_the_key(client, add) == bears_the_key(client, draft) == [("_save", "Save draft")]
        assert bears_the_key(client, public) == [("_draft", "Save draft")]
    client.force_login(editor)
    assert bears_the_key(client, country) == [("_draft", "Save draft")]
    issue = Issue.objects.create(slug="issue", subject="News of the month", preheader="What is new.")
    client.force_login(make_user("nina", "Newsletter manager"))
    letter = reverse("admin:newsletter_issue_change", args=[issue.pk])
    assert bears_the_key(client, letter) == [("_save", "Save draft")]


def test_where_every_save_is_public_no_key_saves(client, editor):
    client.force_login(editor)
    assert bears_the_key(client, reverse("admin:articles_hotline_add")) == []
