"""A stored text that is no mark-up, whoever stored it, stops no page, feed, mail, form, check or search."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from articles.lists import related
from articles.models import Country, Resource, Topic
from newsletter.models import Issue
from newsletter.sending import checks, plaintext
from newsletter.sending.mail import prepare
from newsroom.richtext.renderings import for_feed, for_mail, plain_text, rendered
from newsroom.richtext.sanitiser import safe
from newsroom.sitesettings.models import SiteSettings

BROKEN = [
    "<![>", "<![", "<!", "<?", "<?php", "<![CDATA[", "<![CDATA[a]]>", "<![if !vml]>", "<!DOCTYPE", "<!--", "<!-->", "</", "</>",
    "<", "<<", "<a <b", "<a href='", '<p title="', "&", "&#", "&#x", "&#x110000;", "&#xD800;", "&#0;", "]]>", "<svg><![CDATA[",
    "<math><![", "<p>\x01\x0b\x1f</p>", "\ufffe\uffff", "\ufdd0\ufdd1&", '<p><abbr title="]]>">x</abbr></p>',
    '<p><abbr title="<![>">x</abbr></p>', '<p><a href="https://e.org/<![>">x</a></p>', "<plaintext>", "<table>", "<td>", "</p>",
    "<br>", "&nbsp;", " ", "<template>", "<script>", "<textarea>", "<" * 300, "<a" * 300, "<p>" * 300, "<x:y z>", "\x85\u2028",
]  # fmt: skip
WHOLE = "<p>Before.</p>" + "<p>between</p>".join(BROKEN)


@pytest.fixture
def pieces(make_article, make_page, make_country, make_topic, make_resource):
    country, topic = make_country(name="Laos", slug="laos"), make_topic()
    site = SiteSettings.load()
    site.postal_address, site.newsletter_reason = "1 Road", "You asked for it."
    site.save()
    issue = Issue.objects.create(subject="News", slug="news", preheader="")
    return [
        (make_article(countries=[country], topics=[topic]), "body_html"),
        (make_page(), "body_html"),
        (make_resource(countries=[country], link="https://www.example.org/"), "body_html"),
        (country, "intro_html"),
        (topic, "intro_html"),
        (issue, "introduction_html"),
    ]


def store(row, field, text):
    if connection.vendor == "postgresql":
        text = text.replace("\x00", "")
    type(row)._default_manager.filter(pk=row.pk).update(**{field: text})
    row.refresh_from_db()


def test_it_stops_no_page_feed_form_check_mail_or_search(client, admin_user, pieces, make_article):
    other = make_article(title="Other", slug="other", countries=[Country.objects.get()])
    for row, field in pieces:
        store(row, field, WHOLE + "\x00")
    for row, _field in pieces[:5]:
        page = client.get(row.get_absolute_url())
        assert page.status_code == 200
        assert "Before." in page.content.decode()
    for address in [
        "/",
        "/news/",
        "/resources/",
        f"/news/{other.slug}/",
        "/topics/",
        "/countries/",
        "/sitemap.xml",
    ]:
        assert client.get(address).status_code in {200, 404}, address
    for form in ["rss", "atom", "json"]:
        for feed in ["news", "resources", f"topics/{Topic.objects.get().slug}", "countries/laos"]:
            answer = client.get(f"/feeds/{feed}.{form}")
            assert answer.status_code == 200
            assert b"Before." in answer.content, feed
    call_command("reindex")
    assert client.get("/search/?q=before").content.count(b"Before") >= 5
    client.force_login(admin_user)
    for row, _field in pieces:
        meta = row._meta
        form = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]))
        assert form.status_code == 200
        assert "Before." in form.content.decode()


def test_each_alone_stops_neither_mail_nor_check_nor_what_is_near(pieces):
    issue = pieces[5][0]
    article = pieces[0][0]
    for text in BROKEN:
        for whole in [text, f"<p>a{text}"]:
            store(issue, "introduction_html", whole)
            store(article, "body_html", whole)
            checks.findings(issue)
            assert prepare(issue).size
            assert related.beside(article, 3) is not None
            assert related.news_about(Resource.objects.get(), 3) is not None


@pytest.mark.parametrize(
    "text", [*BROKEN, "\x00", "\ud800", "a\udfffb", "<p>\ud83d</p>", 'x<a href="\ud800">']
)
def test_each_becomes_everything_that_a_text_becomes(text):
    for whole in [text, f"<p>{text}</p>", f"{text}<p>after"]:
        assert safe(safe(whole)) == safe(whole)
        plain_text(whole).encode()
        rendered(whole, {}).encode()
        for_feed(whole, "/x/", {}).encode()
        plaintext.from_html(for_mail(whole, "/x/", {})).encode()
