"""The form: everything optional but the question, nothing lost, and nobody refused."""

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from inquiries import reception
from inquiries.floods import abuse
from inquiries.models import DeskSettings, Inquiry
from newsroom.guard import spamtrap
from newsroom.outbox.models import Mail

from .conftest import DESK, FORM, MAILBOX, a_form, hidden, receipt_on, reference_on

pytestmark = pytest.mark.django_db
LONG = "ສະບາຍດີ 🙂 " * 1000


def test_it_asks_for_a_kind_and_a_message_only(ask):
    page = ask(country="", name="", address="", organisation="")
    assert page.status_code == 200
    assert len(receipt_on(page)) == 9
    inquiry = Inquiry.objects.get()
    assert inquiry.state == "new"
    assert inquiry.words["reference"] == reference_on(page)
    assert inquiry.words["reply_by"] == "receipt"


def test_its_errors_stand_on_top_and_at_their_fields_and_what_was_typed_stays(client):
    page = client.post(FORM, a_form(kind="", message="  ", name="Ann <b>", reply_by="full"), follow=True)
    text = page.content.decode()
    assert page.status_code == 422
    assert "<title>Newsroom</title>" in text
    for field in ["kind", "message", "address"]:
        assert f'href="#id_{field}"' in text
        assert f'id="id_{field}_error"' in text
        assert f'id="id_{field}"' in text
    assert 'value="Ann &lt;b&gt;"' in text
    assert not Inquiry.objects.exists()


def test_what_is_too_long_says_by_how_much_and_stays(client):
    page = client.post(FORM, a_form(message="x" * 10_312), follow=True)
    assert "312 characters too long" in page.content.decode()
    assert "x" * 10_312 in page.content.decode()
    assert receipt_on(client.post(FORM, a_form(message="x\r\n" * 5_000)))


def test_it_never_times_out(ask):
    page = ask(opened=signing.dumps(int(time.time()) - 400 * 86_400, salt=spamtrap.SALT))
    assert receipt_on(page)
    assert Inquiry.objects.get().state == "new"


def test_a_form_from_before_a_change_of_our_secret_stands_there_again(client):
    page = client.post(FORM, a_form(nonce="old", opened="old", message="My long text"), follow=True)
    assert page.status_code == 422
    assert "This form was changed on its way." in page.text
    assert "My long text" in page.content.decode()
    again = client.post(FORM, a_form(nonce=hidden(page, "nonce"), opened=hidden(page, "opened")))
    assert receipt_on(again)


def test_who_needs_help_sees_first_who_can_help_now(client):
    form = a_form(kind="help", message="My sister is locked in.")
    first = client.post(FORM, form, follow=True)
    assert first.status_code == 200
    assert 'id="help-first"' in first.content.decode()
    assert "My sister is locked in." in first.content.decode()
    assert not Inquiry.objects.exists()
    second = client.post(FORM, form | {"help_seen": hidden(first, "help_seen")})
    assert receipt_on(second)
    assert Inquiry.objects.get().is_urgent


def test_the_page_says_what_happens_to_a_message_in_five_sentences(client):
    DeskSettings(confidence_limits="Only us.", answer_days=3, keep_closed_days=60, backup_days=14).save()
    text = client.get(FORM).content.decode()
    assert "no emergency line" in text
    assert "within 3 working days" in text
    assert "deleted 60 days after" in text
    assert "backups within 14 days" in text
    assert "browser’s history" in text
    listed = re.search(r'<ol class="plain-words">(.*?)</ol>', text, re.DOTALL)[1]
    assert listed.count("<li>") == 5


def test_an_away_notice_stands_above_the_form_until_its_day(client, ask):
    until = timezone.localdate() + timedelta(days=9)
    DeskSettings.objects.update(away_notice="We are at sea.", away_until=until)
    assert "We are at sea." in client.get(FORM).content.decode()
    ask()
    assert Inquiry.objects.get().due_on > timezone.localdate() + timedelta(days=13)
    DeskSettings.objects.update(away_until=timezone.localdate())
    assert "We are at sea." not in client.get(FORM).content.decode()


def test_an_article_leads_to_the_form_with_its_path(client, make_article):
    article = make_article(slug="ຂ່າວ-one")
    link = re.search(
        r'href="(/inquiries/\?about=[^"]+)"', client.get(article.get_absolute_url()).content.decode()
    )
    page = client.get(link[1])
    assert hidden(page, "about") == article.get_absolute_url()
    assert re.search(r'value="correction"[^>]*checked', page.content.decode())


@pytest.mark.parametrize("about", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/x" * 400, "/a\u202eb"])  # fmt: skip
def test_it_takes_no_other_address_for_a_page_of_ours(client, about):
    assert "About the page" not in client.get(FORM, {"about": about}).content.decode()
    client.post(FORM, a_form(about=about))
    assert Inquiry.objects.get().words["about"] == ""


@pytest.mark.parametrize("path", [f"{FORM}?about=/about/", f"{FORM}?language=lo", MAILBOX])
def test_its_pages_are_kept_nowhere_listed_nowhere_and_set_no_cookie(client, path):
    page = client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex, nofollow">' in page.content.decode()
    assert "<title>Newsroom</title>" in page.content.decode()
    assert not page.cookies
    assert "Set-Cookie" not in page.headers


def test_the_empty_form_is_found_by_search_engines_while_officers_answer_it(client):
    page = client.get(FORM)
    assert page.headers["Cache-Control"] == "no-store"
    assert "X-Robots-Tag" not in page.headers
    assert 'name="robots"' not in page.content.decode()
    sent = client.post(FORM, a_form(message=""), follow=True)
    assert "noindex" in sent.headers["X-Robots-Tag"] and 'content="noindex' in sent.content.decode()
    DeskSettings.objects.update(away_notice="At sea.", away_until=timezone.localdate() + timedelta(days=3))
    assert "noindex" in client.get(FORM).headers["X-Robots-Tag"]


def test_nobody_is_led_to_a_form_that_nobody_answers(client):
    DeskSettings.objects.update(confidence_limits="")
    assert "noindex" in client.get(FORM).headers["X-Robots-Tag"]


def test_nothing_typed_comes_up_as_a_suggestion_for_the_next_person(client):
    text = client.get(FORM).content.decode()
    fields = re.findall(r"<(?:input|textarea|select)[^>]*>", text)
    # Nothing is typed into the others, and HTML knows no autocomplete for them.
    shown = [field for field in fields if 'type="hidden"' not in field and 'type="radio"' not in field]
    assert len(shown) == 8
    assert all('autocomplete="off"' in field for field in shown)


def test_a_foreign_page_cannot_send_it_and_an_old_phone_can(client):
    assert client.post(FORM, a_form(), headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(FORM, a_form(), headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert not Inquiry.objects.exists()
    assert receipt_on(client.post(FORM, a_form()))
    assert receipt_on(client.post(FORM, a_form(message="b"), headers={"origin": "null"}))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"website": "https://spam.example"}, "trap"),
        ({"opened": "now"}, "fast"),
        ({"message": "https://a.example " * 4}, "links"),
    ],
)
def test_what_robots_send_arrives_in_the_spam_state(ask, values, why):
    if values.get("opened"):
        values = {"opened": spamtrap.opened_now()}
    assert receipt_on(ask(**values))
    inquiry = Inquiry.objects.get()
    assert (inquiry.state, inquiry.words["suspicions"]) == ("spam", [why])
    assert not Mail.objects.filter(kind="inquiry-waits").exists()


def test_the_same_text_from_another_form_is_recognised(ask):
    ask(message="Buy  now. " * 20)
    ask(message="Buy now. " * 20)
    assert sorted(Inquiry.objects.values_list("state", flat=True)) == ["new", "spam"]


@pytest.mark.parametrize(
    ("text", "network", "states"),
    [
        ("please help me", "203.0.113.9", ["new", "new"]),
        ("请帮帮我", "203.0.113.9", ["new", "new"]),
        ("I am locked in and they have my passport. Please send somebody.", "203.0.113.9", ["new", "new"]),
        ("please help me", "198.51.100.200", ["new", "new"]),  # the same network
        ("please help me", "198.51.100.7", ["new", "new"]),  # the same Wi-Fi
        ("We rank your site first. Ask us today, it costs you nothing. " * 3, "203.0.113.9", ["new", "spam"]),
    ],
)
def test_few_words_that_somebody_else_has_sent_that_day_are_no_copy(client, text, network, states):
    client.post(FORM, a_form(message=text), REMOTE_ADDR="198.51.100.7")
    assert receipt_on(client.post(FORM, a_form(message=text), REMOTE_ADDR=network))
    assert sorted(Inquiry.objects.values_list("state", flat=True)) == states


def test_a_plea_that_a_leaflet_handed_out_is_read_from_everybody(client):
    text = (
        "I am held in a house by people who took my passport, and I cannot go out. Please send somebody who helps. "
        * 2
    )
    for network in ["198.51.100.7", "198.51.100.8", "203.0.113.9"]:
        client.post(FORM, a_form(message=text, kind="help", help_seen="1"), REMOTE_ADDR=network)
    assert list(Inquiry.objects.values_list("state", flat=True)) == ["new"] * 3


def test_many_share_a_network_and_nobody_is_refused(ask, officer):
    for number in range(abuse.FROM_A_NETWORK.times + 5):
        assert receipt_on(ask(message=f"Message {number}"))
    assert Inquiry.objects.spam().count() == 5
    assert Mail.objects.filter(kind="inquiry-flood").count() == 1


def test_a_flood_from_one_network_leaves_the_way_of_others_open(client, monkeypatch):
    monkeypatch.setattr(
        abuse, "FROM_EVERYONE", replace(abuse.FROM_EVERYONE, times=abuse.FROM_A_NETWORK.times + 2)
    )
    for number in range(abuse.FROM_EVERYONE.times + 10):
        client.post(FORM, a_form(message=f"Message {number}"), REMOTE_ADDR="198.51.100.7")
    client.post(FORM, a_form(message="A real one", kind="research"), REMOTE_ADDR="203.0.113.9")
    newest = Inquiry.objects.order_by("received_at").last()
    assert (newest.state, newest.words["kind"]) == ("new", "research")


def test_one_form_sent_over_and_over_fills_no_thread_and_starts_a_new_one(client, monkeypatch):
    monkeypatch.setattr(reception, "MOST_ENTRIES", 3)
    form = a_form(message="Message 0", name="Ann")
    for number in range(3):
        assert receipt_on(client.post(FORM, form | {"message": f"Message {number}"}))
    page = client.post(FORM, form | {"message": "Message 3"}, follow=True)
    assert page.status_code == 422
    assert "The conversation that this form began is full or deleted." in page.text
    assert "Message 3</textarea>" in page.content.decode()
    assert Inquiry.objects.get().entries.count() == 3
    again = form | {"message": "Message 3", "nonce": hidden(page, "nonce")}
    assert receipt_on(client.post(FORM, again))
    assert sorted(inquiry.entries.count() for inquiry in Inquiry.objects.all()) == [1, 3]


def test_a_cache_that_is_down_stops_nobody_nor_do_counters_that_are(ask, settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    (tmp_path / "file").touch()
    settings.THROTTLE_FILE = tmp_path / "file" / "throttle.sqlite3"
    assert receipt_on(ask())


characters = some.text(
    some.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=300
)


@given(
    text=characters | some.sampled_from([LONG[:9_990], "\r\n", "a\r\nb\nc\r", "\u202eابج\u202c", "é́🇱🇦👩‍👩‍👧"])
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_keeps_every_character(client, officer, text):
    """From the form through encryption to the desk and the mailbox."""
    text += "."  # a message of blanks alone is none
    page = client.post(FORM, a_form(message=text))
    inquiry = Inquiry.objects.latest("received_at")
    stored = inquiry.entries.get().words["text"]
    assert stored == text
    thread = client.post(MAILBOX, {"receipt": " ".join(receipt_on(page))})
    assert f'dir="auto">{escape(text)}</div>' in thread.content.decode()
    client.force_login(officer)
    at_desk = client.get(f"{DESK}{inquiry.pk}/").content.decode()
    shown = re.search(r'class="entry-text" dir="auto">(.*?)</div>', at_desk, re.DOTALL)[1]
    assert unmarked(shown) == text
    client.logout()


def unmarked(html):
    """Return the text behind what the desk shows: marks become the characters that they stand for."""
    from html import unescape

    html = re.sub(r' <span class="host">\[.*?\]</span>', "", html)
    html = re.sub(r'<span class="their-link">(.*?)</span>(?!\])', r"\1", html)
    pieces = re.split(r'<span class="invisible" title="[^"]*">U\+([0-9A-F]+)</span>', html)
    return "".join(unescape(p) if n % 2 == 0 else chr(int(p, 16)) for n, p in enumerate(pieces))
