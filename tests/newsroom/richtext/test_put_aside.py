"""Words that were put aside are no part of a text, struck words stay struck, and lists count as they were counted."""

import pytest
from django.utils import timezone

from articles.models import Article
from newsletter.sending import plaintext
from newsroom.richtext.renderings import for_feed, for_mail, plain_text, rendered
from newsroom.richtext.sanitiser import safe, sanitise
from tests.newsroom.richtext import looks

ASIDE = "<p>Opened in <span class=msoDel><del cite='mailto:Ann'>Maple Street</del></span><ins>the capital</ins>.</p>"
STRUCK = "<p>Open on <s>Monday and</s> Thursday.</p>"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (ASIDE, "<p>Opened in the capital.</p>"),
        ("<p>a<span style='display:none;mso-hide:all'> b</span></p>", "<p>a</p>"),
        ("<p>a</p><p hidden>b</p><div style='visibility: hidden'><p>c</p></div><p>d</p>", "<p>a</p><p>d</p>"),
        ("<p>a<span style='display:/**/none'>b</span><i style='d\\69splay:n\\6f ne'>c</i></p>", "<p>a</p>"),
        ("<p>a<b style='opacity:.0'>b</b><b style='color:#0000'>c</b><b style='color:rgba(1,2,3,0.0)'>d</b></p>", "<p>a</p>"),
        (
            "<p>a<span style='color:rgb(255,0,0)'>b</span><span style='color:#000'>c</span><span style='opacity:0.5'>d</span></p>",
            "<p>abcd</p>",
        ),
        ("<ul><li>a<li style='display:none'>b<li>c</ul>", "<ul><li>a</li><li>c</li></ul>"),
        ("<del><p>a</p><ul><li>b</ul></del><p>c</p>", "<p>c</p>"),
        ("<p>a<font style='DISPLAY : NONE'>b<b>c</b></font>d</p>", "<p>ad</p>"),
        ("<p>a<del>b</p><p>c</p>", "<p>a</p><p>c</p>"),
        ("<div style='mso-element:comment-list'><div class=msocomtxt>b</div></div><p>a</p>", "<p>a</p>"),
        ('<p>a</p><div hidden><figure data-picture="11111111-1111-4111-8111-111111111111"></figure><hr></div>', "<p>a</p>"),
        ('<del><figure data-picture="11111111-1111-4111-8111-111111111111"></figure></del><p>a</p>', "<p>a</p>"),
        (STRUCK, STRUCK),
        ("<p><strike>a</strike> <span style='text-decoration:line-through'>b</span></p>", "<p><s>a</s> <s>b</s></p>"),
        ("<p style='text-decoration: underline line-through'>a <b>b</b></p>c", "<p><s>a <strong>b</strong></s></p><p>c</p>"),
        ("<s><p>a</p><p>b</p></s>", "<p><s>a</s></p><p><s>b</s></p>"),
        ('<ol type="a" start="3"><li>x</ol>', '<ol start="3" type="a"><li>x</li></ol>'),
        ('<ol type="disc"><li value="4">x<li value="x">y</ol>', '<ol><li value="4">x</li><li>y</li></ol>'),
    ],
)  # fmt: skip
def test_it_stores_what_the_writer_meant(written, stored):
    assert sanitise(written).replace("\n", "") == stored
    assert sanitise(stored) == stored
    assert safe(stored) == stored


def test_struck_words_are_struck_wherever_they_show_and_nowhere_live():
    for mark_up in [rendered(STRUCK, {}), for_feed(STRUCK, "/x/", {}), for_mail(STRUCK, "/x/", {})]:
        assert "<s>Monday and</s>" in mark_up
    assert plain_text(STRUCK) == "Open on Thursday."
    assert plaintext.from_html(for_mail(STRUCK, "/x/", {})) == "Open on [struck out: Monday and] Thursday."


def test_lists_count_in_the_text_part_of_a_mail_as_they_do_on_the_page():
    text = '<p>See:</p><ol type="a" start="26"><li>x</li><li>y<ol type="I" start="4"><li>p</li><li value="9">q</li></ol></li></ol>'
    lines = [line.strip() for line in plaintext.from_html(for_mail(text, "/x/", {})).splitlines() if line]
    assert lines == ["See:", "z. x", "aa. y", "IV. p", "IX. q"]


def test_a_stored_deletion_is_on_no_page_feed_or_search(client, make_article):
    article = make_article()
    Article.objects.update(body_html=ASIDE + STRUCK, updated_at=timezone.now())
    page = client.get(article.get_absolute_url()).content.decode()
    assert "the capital" in page
    assert "<s>Monday and</s>" in page
    for form in ["rss", "atom", "json"]:
        assert "Maple" not in client.get(f"/feeds/news.{form}").content.decode()
    assert "Maple" not in page
    article.refresh_from_db()
    article.save()
    assert article.get_absolute_url() not in client.get("/search/?q=Maple").content.decode()
    assert "Maple" not in Article.objects.get().body_html


@pytest.mark.parametrize("style", looks.HIDDEN)
@pytest.mark.parametrize("name", ["span", "div", "p", "li", "td"])
def test_words_that_a_style_hides_are_no_part_of_a_text(name, style):
    before, after = {"li": ("<ul>", "</ul>"), "td": ("<table><tr>", "</tr></table>")}.get(name, ("", ""))
    text = f"<p>a</p>{before}<{name} style='{style}'>hidden</{name}>{after}<p>c</p>"
    assert "hidden" not in sanitise(text)
    assert plain_text(sanitise(text)) == "a\nc"


@pytest.mark.parametrize("style", looks.SEEN)
@pytest.mark.parametrize("name", ["span", "div", "td"])
def test_words_that_a_style_shows_stay(name, style):
    before, after = {"td": ("<table><tr>", "</tr></table>")}.get(name, ("", ""))
    assert "seen" in sanitise(f"<p>a</p>{before}<{name} style='{style}'>seen</{name}>{after}")


@pytest.mark.parametrize(("text", "words"), looks.TEXTS)
def test_what_is_within_can_be_seen_though_what_is_around_it_is_not(text, words):
    assert plain_text(sanitise(text)).replace("\n", "") == words
