"""The history of a piece: every version with who, when and why, any two compared by word, and restored."""

import pytest
from django.urls import reverse

from articles.models import Article, Fact
from newsroom.editing.worddiff import GONE, NEW, Line, compared
from newsroom.versions.models import Version
from newsroom.versions.readable import lines_of
from newsroom.versions.recording import record
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db


def url_of(row, view="change", query=""):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{view}", args=[row.pk]) + query


def save(client, row, **changes):
    values = values_on(client.get(url_of(row)))
    answer = client.post(url_of(row), values | {"_save": ""} | changes)
    assert answer.status_code == 302


def text_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def desk(client, admin_user):
    client.force_login(admin_user)
    return client


def test_it_lists_every_version_with_who_when_and_why(desk, make_article):
    row = make_article(title="Before")
    save(desk, row, title="After", _comment="Because of <b> a mistake")
    page = text_of(desk, url_of(row, "history"))
    assert "Because of &lt;b&gt; a mistake" in page
    assert "admin" in page
    assert "(as it is now)" in page
    assert "Title" in page
    assert "The first that is kept" in page


def test_it_names_drafts_and_what_each_changed(desk, make_article):
    row = make_article(title="Before", dek="Before")
    form = values_on(desk.get(url_of(row)))
    desk.post(url_of(row), form | {"title": "Later", "_draft": ""})
    desk.post(url_of(row), values_on(desk.get(url_of(row))) | {"dek": "Later", "_draft": ""})
    save(desk, row)
    save(desk, row, bylines="Ann")
    listed = desk.get(url_of(row, "history")).context["listed"]
    assert [(one.kind, one.changed) for one in listed] == [
        ("published", ["Bylines"]),
        ("published", ["Title", "Summary"]),
        ("draft of changes", ["Summary"]),
        ("draft of changes", ["Title"]),
        ("published", []),
    ]
    assert listed[0].version.based_on == listed[1].version
    assert listed[1].version.based_on == listed[2].version


def test_a_reason_stays_in_a_form_that_is_refused(desk, make_article):
    row = make_article()
    values = values_on(desk.get(url_of(row))) | {"title": "", "_comment": "My reason", "_save": ""}
    assert values_on(desk.post(url_of(row), values))["_comment"] == "My reason"


def test_two_versions_are_compared_by_word(desk, make_article, make_topic):
    topics = [make_topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(2)]
    row = make_article(body_html="<p>Ann was there.</p><p>It rained.</p>", topics=topics[:1])
    save(desk, row, body_html="<p>A woman was there.</p><p>It rained.</p>", topics=[topics[1].pk])
    new, old = Version.objects.of(row)
    page = text_of(desk, url_of(row, "compare", f"?old={old.pk}&new={new.pk}"))
    assert "<del>Ann</del><ins>A woman</ins> was there." in page
    assert "<del>Topic 0</del>" in page
    assert "<ins>Topic 1</ins>" in page
    assert '<h2 id="change-1">Text' in page
    assert "Summary" not in page
    assert f"?restore={old.pk}" in page and f"?restore={new.pk}" not in page and "(as it is now)" in page
    whole = text_of(desk, url_of(row, "compare", f"?new={old.pk}"))
    assert "Ann was there." in whole
    assert "Topic 0" in whole


@pytest.mark.parametrize("query", ["", "?new=x", "?new=999999", "?old=1", "?new=9999999999999999999999"])
def test_a_version_that_there_is_not_is_not_found(desk, make_article, query):
    assert desk.get(url_of(make_article(), "compare", query)).status_code == 404


def test_a_version_of_another_piece_is_not_found(desk, make_article):
    one, other = make_article(), make_article()
    version = record(other)
    assert desk.get(url_of(one, "compare", f"?new={version.pk}")).status_code == 404
    assert desk.get(url_of(one, query=f"?restore={version.pk}")).status_code == 404


def test_only_who_may_change_a_piece_sees_its_history(client, writer, editor, make_article):
    public, own = make_article(), make_article(state="draft", published_at=None, created_by=writer)
    for row in (public, own):
        record(row, editor)
    client.force_login(writer)
    for row, status in [(public, 403), (own, 200)]:
        pk = Version.objects.of(row).get().pk
        assert client.get(url_of(row, "history")).status_code == status
        assert client.get(url_of(row, "compare", f"?new={pk}")).status_code == status
    pk = Version.objects.of(public).get().pk
    assert "This is the version" not in client.get(url_of(public, query=f"?restore={pk}")).content.decode()


def test_an_older_version_is_restored_as_a_new_one(desk, admin_user, make_article, make_topic):
    topics = [make_topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(2)]
    row = make_article(title="Before", slug="before", body_html="<p>Old &amp; good.</p>", topics=topics[:1])
    save(desk, row, title="After", slug="after", body_html="<p>New.</p>", topics=[topics[1].pk])
    first = Version.objects.of(row).last()
    shown = desk.get(url_of(row, query=f"?restore={first.pk}"))
    assert "This is the version of" in shown.content.decode()
    assert "was not saved yet" not in shown.content.decode()
    row.refresh_from_db()
    assert row.title == "After"  # looking changes nothing
    assert desk.post(url_of(row), values_on(shown) | {"_save": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.body_html, list(row.topics.all())) == (
        "Before",
        "<p>Old &amp; good.</p>",
        topics[:1],
    )
    assert row.slug == "after"  # an address stays
    last = Version.objects.of(row).first()
    assert (last.created_by, Version.objects.of(row).count()) == (admin_user, 3)
    assert last.comment.startswith("Restored: the version of")


def test_rows_below_a_piece_are_restored(desk, make_country):
    row = make_country()
    facts = [
        Fact.objects.create(country=row, label=f"Fact {n}", value="1", source="Ours", as_of="2020")
        for n in range(3)
    ]
    version = record(row)
    facts[0].delete()
    Fact.objects.filter(pk=facts[1].pk).update(value="2")
    Fact.objects.create(country=row, label="Later", value="1", source="Ours", as_of="2020")
    new = record(row)
    page = text_of(desk, url_of(row, "compare", f"?old={version.pk}&new={new.pk}"))
    assert "<ins>Fact: Later</ins>" in page
    assert "<del>Fact: Fact 0</del>" in page
    shown = desk.get(url_of(row, query=f"?restore={version.pk}"))
    answer = desk.post(url_of(row), values_on(shown) | {"_save": ""})
    assert answer.status_code == 302
    assert sorted(row.facts.values_list("label", "value")) == [(f"Fact {n}", "1") for n in range(3)]


def test_a_restored_text_has_to_meet_todays_rules(desk, make_article):
    """A picture that lost its words keeps a published piece from being restored to show it."""
    import io

    from django.core.files.base import ContentFile
    from PIL import Image as Pixels

    from newsroom.pictures.models import Image

    buffer = io.BytesIO()
    Pixels.new("RGB", (80, 40), "red").save(buffer, "PNG")
    picture = Image.objects.create_from_upload(
        ContentFile(buffer.getvalue()), alt_text="A field.", credit="Ours"
    )
    row = make_article(body_html=f'<figure data-picture="{picture.uuid}"></figure><p>Old.</p>')
    version = record(row)
    assert "[Picture: A field.]" in text_of(desk, url_of(row, "compare", f"?new={version.pk}"))
    Article.objects.update(body_html="<p>New.</p>")
    Image.objects.update(shows_recognisable_person=True)
    shown = desk.get(url_of(row, query=f"?restore={version.pk}"))
    answer = desk.post(url_of(row), values_on(shown) | {"_save": ""})
    assert answer.status_code == 200
    assert "consent" in answer.content.decode()
    row.refresh_from_db()
    assert row.body_html == "<p>New.</p>"


@pytest.mark.parametrize(("old", "new", "shown"), [
    ("one two", "one three", [[("same", "one "), ("gone", "two"), ("new", "three")]]),
    ("a\nb", "a\nc d e f", [[("same", "a")], [("gone", "b")], [("new", "c d e f")]]),
    ("a", "a\nb", [[("same", "a")], [("new", "b")]]),
    ("ประเทศไทย", "ประเทศลาว", [[("same", "ประเทศ"), ("gone", "ไทย"), ("new", "ลาว")]]),
    ("", "", []),
])  # fmt: skip
def test_words_are_compared_as_people_read_them(old, new, shown):
    lines = [[Line("p", one) for one in text.splitlines()] for text in (old, new)]
    assert [[tuple(piece) for piece in line.pieces] for line in compared(*lines)] == shown


def test_both_texts_can_be_read_out_of_a_comparison():
    old, new = "The old text has some words.\nGone.", "The new text has many words.\nAnd\nmore."
    lines = compared(*[[Line("p", one) for one in text.splitlines()] for text in (old, new)])
    for text, state in [(old, GONE), (new, NEW)]:
        read = ["".join(piece.text for piece in line.of(state)) for line in lines]
        assert [one for one in read if one] == text.splitlines()


def test_long_texts_are_compared_in_no_time():
    import time

    words = [Line("p", " ".join(f"w{n * m}" for m in range(400))) for n in range(400)]
    began = time.process_time()
    compared(words, [Line("p", f"{one.text} x") for one in reversed(words)])
    assert time.process_time() - began < 5


def test_rich_text_is_read_in_lines():
    html = (
        "<h2>Head</h2><p>One <strong>two</strong><br>three</p><ul><li>a</li></ul><blockquote><p>Said.</p></blockquote>"
        '<table><tbody><tr><td>x</td><td>y</td></tr></tbody></table><p><a href="/about/">Us</a></p><p><s>not</s></p>'
    )
    assert lines_of(html, {}) == [
        ("h2", "Head"), ("p", "One two"), ("p", "three"), ("li", "a"), ("blockquote", "Said."), ("tr", "x | y"),
        ("p", "Us (→ /about/)"), ("p", "not"),
    ]  # fmt: skip


def test_the_pages_ask_the_database_few_times(desk, make_article, django_assert_max_num_queries):
    row = make_article()
    for number in range(12):
        Article.objects.filter(pk=row.pk).update(dek=f"Dek {number}")
        record(row)
    with django_assert_max_num_queries(25):
        desk.get(url_of(row))
    with django_assert_max_num_queries(15):
        desk.get(url_of(row, "history"))


@pytest.mark.parametrize("button", ["_save", "_draft"])
def test_a_reason_with_a_byte_that_no_database_stores_is_kept_without_it(desk, make_article, button):
    row = make_article()
    sent = values_on(desk.get(url_of(row))) | {"title": "After", "_comment": "Be\0cause", button: ""}
    assert desk.post(url_of(row), sent).status_code == 302
    assert Version.objects.of(row).order_by("-pk").first().comment == "Because"
