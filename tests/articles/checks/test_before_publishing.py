"""What the checks find holds a first publication back, warns of what is public, and follows as one writes."""

import datetime
import html as html_text
import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.checks import asking, holding, live
from articles.checks.models import Acceptance, StyleWord
from articles.models import Article, Link
from tests.articles.test_picture_rule import make_picture, person
from tests.newsroom.unsaved.typing import keep
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"
LONG = "<p>" + "One word after the other stands here for a reason. " * 6 + "</p>"
PHONE = "0912 345 678"
CALL = f"{LONG}<p>Call her: {PHONE}.</p>"
DRAFT = {"state": Article.State.DRAFT, "published_at": None}


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    asking.forget()
    live.forget()


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def send(client, article, button, **values):
    return client.post(change(article), values_on(client.get(change(article))) | {button: ""} | values)


def told(answer):
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    return " ".join(str(one) for found in errors.values() for one in found)


def state(article):
    return Article.objects.get(pk=article.pk).state


def panel(client, article):
    page = client.get(change(article)).text
    return html_text.unescape(
        page[page.index('id="checks"') : page.index("</section>", page.index('id="checks"'))]
    )


BLOCKED = [
    ("<p>The minister said TK.</p>", "mark of unfinished text"),
    ('<p><a href="/news/nothing-here/">a piece</a></p>', "no page at /news/nothing-here/"),
    ('<p><a href="http://testserver/nowhere">a piece</a></p>', "no page at /nowhere"),
    ('<p><a href="https://not a url at all">a piece</a></p>', "no address: https://not a url at all"),
    ('<p><a href="not a url at all">a piece</a></p>', "no address: not a url at all"),
    (f"<p>{PHONE}</p>", "may be a telephone number"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "words"), BLOCKED)
def test_a_first_publication_waits_until_it_is_mended(desk, make_article, settings, html, words):
    settings.SITE_URL = "http://testserver"
    article = make_article(body_html=LONG, **DRAFT)
    assert words in told(send(desk, article, "_publish", body_html=LONG + html))
    assert state(article) == "draft"
    assert send(desk, article, "_save", body_html=LONG + html).status_code == 302
    assert send(desk, article, "_publish", body_html=LONG).status_code == 302
    assert state(article) == "published"


def test_an_adaptation_needs_its_source(desk, make_article):
    article = make_article(body_html=LONG, **DRAFT)
    assert "Name the source" in told(send(desk, article, "_publish", source_relation="adapted"))
    assert send(desk, article, "_save", source_relation="adapted").status_code == 302
    assert "Name the source" in panel(desk, article)


def test_links_of_our_own_may_lead_to_all_that_visitors_find(desk, make_article, make_country):
    make_article(slug="old", title="Old")
    moved = make_article(slug="before")
    moved.slug = "after"
    moved.save()
    make_country(slug="laos")
    paths = [
        "/", "/news/", "/news/2006/", "/news/old/", "/news/old", "/news/old/?a=1#s-x", "/news/before/", "/countries/laos/",
        "/feeds/news.rss", "/feeds/countries/laos.rss", "/get-help/", "/search/?q=x", "/inquiries/", "/newsletter/",
        "/media/x.webp",
    ]  # fmt: skip
    links = "".join(f'<li><a href="{path}">to {path}</a></li>' for path in paths)
    article = make_article(body_html=f"{LONG}<ul>{links}</ul>", **DRAFT)
    assert "<li>" not in panel(desk, article)
    assert send(desk, article, "_publish").status_code == 302


def test_a_link_to_what_is_not_public_yet_is_told_of_and_blocks_nothing(desk, make_article):
    make_article(slug="later", **DRAFT)
    article = make_article(body_html=f'{LONG}<p><a href="/news/later/">to it</a></p>', **DRAFT)
    assert "/news/later/ is not public yet" in panel(desk, article)
    assert send(desk, article, "_publish").status_code == 302


def test_a_trace_of_identity_needs_a_reason_which_is_kept_with_name_and_time(desk, editor, make_article):
    article = make_article(body_html=CALL, **DRAFT)
    before = timezone.now()
    assert PHONE in told(send(desk, article, "_publish"))
    assert send(desk, article, "_publish", _reason=" It is the number of the ministry. ").status_code == 302
    assert state(article) == "published"
    accepted = Acceptance.objects.get()
    assert (accepted.article, accepted.kind, accepted.by) == (article, "trace", editor)
    assert accepted.reason == "It is the number of the ministry." and before < accepted.at < timezone.now()
    assert PHONE not in json.dumps([str(one) for one in Acceptance.objects.values().get().values()])
    assert "It is the number of the ministry." in panel(desk, article) and editor.username in panel(
        desk, article
    )
    assert send(desk, article, "_save", title="Another").status_code == 302
    assert "may be a telephone number" in told(
        send(desk, article, "_save", body_html=f"{CALL}<p>0812 345 679</p>")
    )


def test_a_reason_lets_nothing_through_that_has_to_be_mended_first(desk, make_article):
    article = make_article(body_html=f"{CALL}<p>TK</p>", **DRAFT)
    assert "unfinished" in told(send(desk, article, "_publish", _reason="So."))
    assert state(article) == "draft" and not Acceptance.objects.exists()


def test_the_panel_is_never_green_about_traces(desk, make_article):
    cannot = "We cannot tell whether place, age, work and date together identify somebody."
    assert cannot in panel(desk, make_article(body_html=LONG, **DRAFT))
    assert cannot in panel(desk, make_article(body_html=CALL, **DRAFT))
    assert cannot in desk.get(ADD).text


def test_numbers_of_hotlines_and_mail_of_sources_are_no_traces(
    desk, make_hotline, make_article, make_country
):
    make_hotline(number_local="0912 345 678")
    html = f"{CALL}<p>Write to press@ministry.la.</p>"
    article = make_article(body_html=html, source_title="A", source_url="https://www.ministry.la/a", **DRAFT)
    assert "<li>" not in panel(desk, article)
    assert send(desk, article, "_publish").status_code == 302


def test_what_is_public_can_be_published_anyway_with_a_reason(desk, make_article):
    html = f'{CALL}<p>TK <a href="/nowhere/">a piece</a></p>'
    article = make_article(body_html=LONG)
    words = told(send(desk, article, "_save", body_html=html))
    assert "unfinished" in words and "no page at" in words and "published anyway" in words
    assert send(desk, article, "_save", body_html=html, _reason="It is urgent.").status_code == 302
    assert Article.objects.get(pk=article.pk).body_html == html and Acceptance.objects.count() == 3


@pytest.mark.parametrize("lacks", [{"alt_text": ""}, {"consent_reference": ""}])
def test_no_reason_replaces_description_and_consent(desk, make_article, lacks):
    picture = person(**lacks)
    html = f'{LONG}<figure data-picture="{picture.uuid}"></figure>'
    for article in (make_article(body_html=LONG), make_article(body_html=LONG, **DRAFT)):
        words = told(send(desk, article, "_publish", body_html=html, _reason="It is urgent."))
        assert "no alternative text" in words or "consent are not all noted" in words
        assert Article.objects.get(pk=article.pk).body_html == LONG


def test_changes_that_wait_need_no_reason_until_they_are_published(desk, make_article):
    article = make_article(body_html=LONG)
    assert send(desk, article, "_draft", body_html=CALL).status_code == 302
    assert PHONE in panel(desk, article)
    assert "may be a telephone number" in told(send(desk, article, "_save"))
    assert send(desk, article, "_draft", _reason="It is the ministry’s.").status_code == 302
    assert Acceptance.objects.get().reason == "It is the ministry’s."
    assert send(desk, article, "_save").status_code == 302
    assert Article.objects.get(pk=article.pk).body_html == CALL


def test_a_time_of_publication_is_not_set_for_what_is_held_back(desk, make_article):
    article = make_article(body_html=CALL, **DRAFT)
    url = reverse("admin:articles_article_times", args=[article.pk])
    later = timezone.localtime() + datetime.timedelta(days=2)
    sent = values_on(desk.get(url)) | {
        "_set": "", "published_at_0": later.strftime("%Y-%m-%d"), "published_at_1": "12:00", "after_expiry": "gone",
    }  # fmt: skip
    assert "may be a telephone number" in desk.post(url, sent).text and state(article) == "draft"
    assert send(desk, article, "_save", _reason="Public.").status_code == 302
    sent |= {name: value for name, value in values_on(desk.get(url)).items() if name == "seen"}
    assert desk.post(url, sent).status_code == 302 and state(article) == "published"


def test_several_at_once_are_held_back_alike(desk, make_article):
    held, free = (
        make_article(title="Held", body_html=CALL, **DRAFT),
        make_article(title="Free", body_html=LONG, **DRAFT),
    )
    keys = [held.pk, free.pk]
    asked = {"action": "publish_many", "_selected_action": keys, "index": 0, "confirmed": "", "seen": keys}
    url = reverse("admin:articles_article_changelist")
    assert PHONE in desk.post(url, asked | {"confirmed": []}).text
    desk.post(url, asked, follow=True)
    assert (state(held), state(free)) == ("draft", "published")


def test_nothing_is_published_past_the_form_either(make_article):
    with pytest.raises(ValidationError, match="telephone"):
        make_article(body_html=CALL, **DRAFT).publish()


def test_a_writer_sees_the_panel_and_lets_nothing_through(client, writer, make_article):
    client.force_login(writer)
    article = make_article(body_html=CALL, created_by=writer, **DRAFT)
    assert PHONE in panel(client, article) and "_reason" not in client.get(change(article)).text
    assert send(client, article, "_save", _reason="Mine.").status_code == 302
    assert not Acceptance.objects.exists()


def test_advice_blocks_nothing(desk, make_article):
    Link.objects.create(
        url="https://gone.example.net/", failures=3, failing_since=timezone.now(), died_at=timezone.now()
    )
    html = '<h2>A</h2><h4>B</h4><p>A maid. <a href="https://gone.example.net/">here</a></p><table><tr><td>1</td></tr></table>'
    article = make_article(dek="", body_html=html, **DRAFT)
    shown = panel(desk, article)
    for words in ("no summary", "a level is skipped", "without header cells", "domestic worker", "where it leads", "very short",
                  "does not answer any more"):  # fmt: skip
        assert words in shown
    assert send(desk, article, "_publish").status_code == 302


def test_the_style_list_is_kept_by_editors(desk, make_article):
    url = "/admin/articles/styleword/"
    assert "child pornography" in desk.get(url).text
    desk.post(
        f"{url}add/", {"language": "en", "words": "gadget, gizmo", "instead": "device", "why": "Plain."}
    )
    assert StyleWord.objects.filter(words="gadget, gizmo").exists()
    assert "Better: device. Plain." in panel(
        desk, make_article(body_html=f"{LONG}<p>Two gizmos.</p>", **DRAFT)
    )


def test_each_finding_leads_to_its_place(desk, make_article):
    shown = panel(desk, make_article(title="TK", body_html=CALL, **DRAFT))
    assert 'href="#id_title" data-excerpt="TK"' in shown
    assert f'href="#id_body_html" data-excerpt="{PHONE}"' in shown


def test_what_is_found_follows_as_one_writes(desk, make_article):
    article = make_article(body_html=LONG, **DRAFT)
    page = desk.get(change(article))
    answer = keep(desk, page, body_html=CALL).json()
    assert PHONE in answer["checks"] and answer["state"] == "kept"
    assert (
        "checks" not in keep(desk, page, body_html=CALL, display_date="2006").json()
    )  # nothing of it is checked
    picture = make_picture(alt_text="")
    html = f'{LONG}<figure data-picture="{picture.uuid}"></figure>'
    answer = keep(desk, page, body_html=html).json()
    assert "no alternative text" in answer["checks"] and PHONE not in answer["checks"]
    assert PHONE in keep(desk, desk.get(ADD), body_html=CALL).json()["checks"]


def test_following_costs_two_queries_at_most_and_none_without_news(desk, make_article):
    picture = make_picture(alt_text="")
    article = make_article(body_html=LONG, **DRAFT)
    page = desk.get(change(article))
    keep(desk, page, display_date="2006")

    def queries(**values):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            keep(desk, page, **values)
        return len(asked)

    plain = queries(display_date="2007")
    html = f'{CALL}<figure data-picture="{picture.uuid}"></figure>'
    assert queries(body_html=html) - plain <= 2
    assert queries(body_html=html) == plain


def test_a_very_long_text_is_left_to_the_save(desk, make_article):
    page = desk.get(change(make_article(body_html=LONG, **DRAFT)))
    assert "checks" not in keep(desk, page, body_html=CALL + LONG * 700).json()


def test_while_another_text_is_read_an_autosave_waits_for_nothing(desk, make_article):
    page = desk.get(change(make_article(body_html=LONG, **DRAFT)))
    with live._one_at_a_time:
        answer = keep(desk, page, body_html=CALL).json()
    assert answer["state"] == "kept" and "checks" not in answer
    assert PHONE in keep(desk, page, body_html=CALL).json()["checks"]


def test_the_command_prints_what_is_found(make_article, editor):
    make_article(slug="one", body_html=CALL)
    make_article(slug="two", body_html=f"{LONG}<p>TK</p>", **DRAFT)

    def printed(*arguments):
        out = StringIO()
        call_command("check_articles", *arguments, stdout=out)
        return out.getvalue().splitlines()

    assert printed() == [
        f"one: trace, body_html: This may be a telephone number. “{PHONE}”",
        "1 articles checked, 1 findings.",
    ]
    assert printed("two")[0].startswith("two: to be mended, body_html: A mark of unfinished text.")
    assert printed("--drafts")[-1] == "2 articles checked, 2 findings."


@pytest.mark.parametrize("reason", ["\u200b", "\u00ad\u2060", "\u2800", "\u3164", " . ", "…"])
def test_a_reason_that_nobody_can_read_lets_nothing_through(desk, make_article, reason):
    article = make_article(body_html=CALL, **DRAFT)
    assert "telephone number" in told(send(desk, article, "_publish", _reason=reason))
    assert (state(article), Acceptance.objects.count()) == ("draft", 0)


@pytest.mark.parametrize("other", ["_draft", "_submit"])
@pytest.mark.parametrize("values", [DRAFT, {}])
def test_two_buttons_at_once_go_round_no_check_and_lose_nothing(desk, make_article, other, values):
    article = make_article(body_html=LONG, **values)
    answer = send(desk, article, "_publish", body_html=CALL, **{other: ""})
    assert "telephone number" in told(answer) and PHONE in answer.text
    assert PHONE not in Article.objects.get(pk=article.pk).body_html


NOTE = {
    "corrections-TOTAL_FORMS": "1",
    "corrections-0-kind": "correction",
    "corrections-0-day": "2026-03-05",
    "corrections-0-text": f"An earlier version gave her number as {PHONE}.",
}


def test_what_readers_are_told_of_a_correction_is_looked_through_too(desk, make_article):
    article = make_article(body_html=LONG)
    answer = send(desk, article, "_save", **NOTE)
    assert "telephone number" in told(answer) and PHONE in answer.text.split('id="checks"')[1]
    assert not article.corrections.exists()
    assert send(desk, article, "_save", _reason="It is ours", **NOTE).status_code == 302
    assert article.corrections.get().text.endswith(f"{PHONE}.")
    assert Acceptance.objects.get().reason == "It is ours"
    assert send(desk, article, "_save", title="Another").status_code == 302  # and is asked of nobody again
    assert PHONE in panel(desk, article)


def test_a_correction_that_is_taken_off_keeps_nothing_back(desk, make_article):
    article = make_article(body_html=LONG)
    article.corrections.create(text=f"Call {PHONE}")
    assert "telephone number" in told(send(desk, article, "_save"))
    assert send(desk, article, "_save", **{"corrections-0-DELETE": "on"}).status_code == 302
    assert not article.corrections.exists()


def test_a_correction_is_looked_through_as_it_is_written(desk, make_article):
    article = make_article(body_html=LONG)
    assert PHONE in keep(desk, desk.get(change(article)), **NOTE).json()["checks"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("mailto:nok@mail.la", "mailto:noy@mail.la"),
        ("tel:+66812345678", "tel:+66812345679"),
        ("https://wa.me/66812345678", "https://wa.me/66812345679"),
        ("https://maps.app.goo.gl/one", "https://maps.app.goo.gl/two"),
        ("/news/nothing/", "/news/nothing-either/"),
    ],
)
def test_a_reason_for_one_link_lets_no_other_through_that_has_its_words(desk, make_article, first, second):
    article = make_article(body_html=LONG)
    linked = LONG + '<p><a href="{}">the place</a></p>'
    assert send(desk, article, "_save", body_html=linked.format(first), _reason="Known").status_code == 302
    assert send(desk, article, "_save", title="Anew").status_code == 302
    assert "the place" in told(send(desk, article, "_save", body_html=linked.format(second)))


@pytest.mark.parametrize("field", ["bylines", "source_title", "source_publication", "slug"])
def test_a_number_in_what_stands_around_the_text_is_found_as_it_is_written(desk, make_article, field):
    words = f"call {PHONE}"
    words = words.replace(" ", "-") if field == "slug" else words
    article = make_article(body_html=LONG, **DRAFT)
    page = desk.get(change(article))
    assert "telephone number" in keep(desk, page, **{field: words}).json()["checks"]
    Article.objects.filter(pk=article.pk).update(**{field: words})
    assert "telephone number" in told(send(desk, article, "_publish"))


@pytest.mark.parametrize("field", ["alt_text", "caption", "credit"])
def test_a_number_in_the_words_of_a_picture_is_found_wherever_it_is_shown(desk, make_article, field):
    picture = make_picture(**{field: f"Call {PHONE}"})
    shown = f'{LONG}<figure data-picture="{picture.uuid}"></figure>'
    article = make_article(body_html=LONG, lead_picture=picture, **DRAFT)
    assert "In the words of a picture" in told(send(desk, article, "_publish"))
    page = desk.get(change(article))
    assert "In the words of a picture" in keep(desk, page, body_html=shown).json()["checks"]
    Article.objects.update(lead_picture=None, body_html=shown)
    assert "In the words of a picture" in told(send(desk, article, "_publish"))
    send(desk, article, "_publish", **{holding.REASON: "It is the office of the photographer."})
    assert state(article) == "published"


def test_a_source_that_is_a_point_on_a_map_or_a_chat_is_found(desk, make_article):
    article = make_article(body_html=LONG, source_title="A", **DRAFT)
    assert "point on a map" in told(send(desk, article, "_publish", source_url="https://osm.org/go/xyz"))
