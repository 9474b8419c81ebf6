"""The desk: what officers see and do, and that each of it is logged."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from inquiries.desk import blanks, figures
from inquiries.mailbox import receipts
from inquiries.models import CannedAnswer, DeskSettings, Entry, Event, Inquiry, MonthlyFigures
from inquiries.models.inquiry import InquiryKind
from inquiries.visible import visible
from newsroom.configuration.environment import new_encryption_key
from newsroom.guard.spreadsheets import harmless

from .conftest import DESK, FORM

pytestmark = pytest.mark.django_db


def deeds(inquiry=None):
    return [event.words["deed"] for event in Event.objects.filter(inquiry=inquiry)]


def test_the_inbox_shows_the_urgent_first_and_nothing_but_what_a_list_may_show(desk, ask):
    ask(message="planted question", name="Planted Name", country="LA")
    ask(message="planted cry", kind="help", help_seen="1", country="TH", address="planted@example.org")
    text = desk.get(DESK).content.decode()
    first, second = Inquiry.objects.order_by("-received_at")
    assert text.index(first.words["reference"]) < text.index(second.words["reference"])
    assert "Laos" in text
    assert "I or someone needs help" in text
    assert "lanted" not in text


@pytest.mark.parametrize("state", Inquiry.State.values)
def test_each_state_has_its_tab(desk, inquiry, state):
    closed_at = timezone.now() if state == "closed" else None
    Inquiry.objects.update(state=state, closed_at=closed_at)
    assert inquiry.words["reference"] in desk.get(DESK, {"state": state}).content.decode()
    others = set(Inquiry.State.values) - {state}
    assert not any(
        inquiry.words["reference"] in desk.get(DESK, {"state": o}).content.decode() for o in others
    )
    assert desk.get(DESK, {"state": "nowhere"}).status_code == 404


def test_what_is_overdue_is_marked(desk, inquiry):
    assert "overdue" not in desk.get(DESK).content.decode().split("<tbody")[1]
    Inquiry.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "overdue" in desk.get(DESK).content.decode().split("<tbody")[1]


def test_the_promise_counts_working_days():
    from inquiries.models.desk import working_days_after

    friday = timezone.datetime(2026, 11, 27).date()
    assert working_days_after(friday, 1) == timezone.datetime(2026, 11, 30).date()
    assert working_days_after(friday, 5) == timezone.datetime(2026, 12, 4).date()


@pytest.mark.parametrize("state", ["new", "spam", "closed"])
def test_the_inbox_asks_the_database_as_often_for_50_as_for_one(desk, ask, state, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    closed_at = timezone.now() if state == "closed" else None
    Inquiry.objects.update(state=state, closed_at=closed_at)
    desk.get(DESK, {"state": state})
    with CaptureQueriesContext(connection) as one:
        desk.get(DESK, {"state": state})
    model = Inquiry.objects.get()
    Inquiry.objects.bulk_create(
        Inquiry(lookup=str(n), state=state, closed_at=closed_at, sealed=model.sealed) for n in range(49)
    )
    with django_assert_num_queries(len(one)):
        text = desk.get(DESK, {"state": state}).content.decode()
    assert text.count('<th scope="row" role="rowheader"') == 50


def test_a_reading_is_logged_with_who_and_when_and_no_word(desk, inquiry, officer):
    desk.get(f"{DESK}{inquiry.pk}/")
    event = Event.objects.get()
    assert (event.officer, event.inquiry_id, event.words["deed"]) == (officer, inquiry.pk, "read")
    assert event.at <= timezone.now()
    log = desk.get(f"{DESK}log/").content.decode()
    assert inquiry.words["reference"] in log
    assert "read it" in log


def test_an_answer_goes_to_the_mailbox_and_is_signed_off(at_desk, inquiry, officer):
    at_desk(inquiry, "answer", text="It stands\r\nunder <Resources>.")
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.due_on, inquiry.officer) == ("answered", None, officer)
    assert inquiry.entries.last().words["text"] == "It stands\r\nunder <Resources>."
    assert deeds(inquiry)[0] == "answered"


def test_a_question_back_waits_for_them(at_desk, inquiry):
    at_desk(inquiry, "ask", text="Which year?")
    inquiry.refresh_from_db()
    assert inquiry.state == "waiting"
    assert deeds(inquiry)[0] == "asked-back"


def test_a_double_click_answers_once(desk, inquiry):
    found = desk.get(f"{DESK}{inquiry.pk}/").context
    form = {"action": "answer", "text": "Yes.", "once": found["once"], "last_entry": found["last_entry"]}
    for _ in range(2):
        assert desk.post(f"{DESK}{inquiry.pk}/", form).status_code == 302
    assert inquiry.entries.count() == 2


@pytest.mark.parametrize(("action", "name"), [("answer", "text"), ("note", "note")])
def test_words_typed_after_an_answer_that_got_lost_are_no_double_click(desk, inquiry, action, name):
    url = f"{DESK}{inquiry.pk}/"
    found = desk.get(url).context
    form = {"action": action, "once": found["once"], "last_entry": found["last_entry"]}
    assert desk.post(url, form | {name: "Yes."}).status_code == 302
    again = desk.post(url, form | {name: "Yes. And call first."})
    assert again.status_code == 409
    assert "Yes. And call first.</textarea>" in again.content.decode()
    assert inquiry.entries.count() == 2


def test_an_answer_whose_number_is_none_of_ours_is_not_said_to_be_sent(desk, inquiry):
    url = f"{DESK}{inquiry.pk}/"
    form = {
        "action": "answer",
        "text": "Yes.",
        "once": "x",
        "last_entry": desk.get(url).context["last_entry"],
    }
    again = desk.post(url, form)
    assert again.status_code == 409
    assert "Yes.</textarea>" in again.content.decode()


def test_two_presses_at_the_same_moment_answer_once_and_complain_of_nothing(desk, inquiry, officer):
    found = desk.get(f"{DESK}{inquiry.pk}/").context
    form = {"action": "answer", "text": "Yes.", "once": found["once"], "last_entry": found["last_entry"]}
    looked = []

    def other_press(execute, sql, params, many, context):
        """Answer in another request, right after this one has looked whether its form was sent before."""
        result = execute(sql, params, many, context)
        if not looked and sql.startswith("SELECT") and '"once" =' in sql:
            looked.append(sql)
            Inquiry.objects.get().answer(
                "Yes.", officer, once=receipts.once("answer", f"{found['once']} Yes.")
            )
        return result

    with connection.execute_wrapper(other_press):
        assert desk.post(f"{DESK}{inquiry.pk}/", form).status_code == 302
    assert looked and inquiry.entries.count() == 2


def test_an_answer_that_crossed_with_a_message_is_shown_that_first(desk, inquiry):
    found = desk.get(f"{DESK}{inquiry.pk}/").context
    inquiry.hear("Wait, I meant 2007.")
    form = {"action": "answer", "text": "My answer", "once": found["once"], "last_entry": found["last_entry"]}
    page = desk.post(f"{DESK}{inquiry.pk}/", form)
    assert page.status_code == 409
    assert "I meant 2007" in page.content.decode()
    assert "My answer</textarea>" in page.content.decode()
    assert inquiry.entries.count() == 2
    fresh = {"once": page.context["once"], "last_entry": page.context["last_entry"]}
    assert desk.post(f"{DESK}{inquiry.pk}/", form | fresh).status_code == 302
    assert inquiry.entries.count() == 3


def test_a_canned_answer_fills_the_blanks_it_knows_and_is_no_template(at_desk, ask, desk, officer):
    ask(name="Ann {{ 7|add:7 }}")
    inquiry = Inquiry.objects.get()
    canned = CannedAnswer.objects.create(
        title="Hello", text="Dear [[name]], {{ 3|add:3 }} [[hotline]] [[reference]]. [[Officer]]"
    )
    page = at_desk(inquiry, "insert", canned=canned.pk, text="First line")
    text = page.context["answer_form"]["text"].value()
    reference = inquiry.words["reference"]
    assert text == (
        f"First line\n\nDear Ann {{{{ 7|add:7 }}}}, {{{{ 3|add:3 }}}} [[hotline]] {reference}. {officer.username}"
    )
    refused = at_desk(inquiry, "answer", text=text)
    assert refused.status_code == 422
    assert "[[hotline]]" in str(refused.context["answer_form"].errors)
    assert blanks.open_blanks("[[a]] and [[b c]]") == ["[[a]]", "[[b c]]"]


def test_a_note_stays_inside(at_desk, desk, inquiry):
    at_desk(inquiry, "note", note="Ann knows him")
    assert inquiry.entries.last().words["voice"] == Entry.Voice.NOTE
    assert "Ann knows him" in desk.get(f"{DESK}{inquiry.pk}/").content.decode()


def test_it_is_taken_handed_over_and_given_back(at_desk, inquiry, officer, make_user):
    at_desk(inquiry, "take")
    inquiry.refresh_from_db()
    assert (inquiry.officer, inquiry.state) == (officer, "open")
    other = make_user("other", "Inquiry officer")
    at_desk(inquiry, "assign", officer=other.pk)
    inquiry.refresh_from_db()
    assert inquiry.officer == other
    outsider = make_user("outsider", "Editor")
    assert at_desk(inquiry, "assign", officer=outsider.pk).status_code == 422
    at_desk(inquiry, "assign", officer="")
    inquiry.refresh_from_db()
    assert inquiry.officer is None


def test_the_checklist_of_a_referral_remembers_who_ticked_what(at_desk, inquiry, officer):
    at_desk(inquiry, "refer", referred_to="Shelter North", steps=["consent", "least"])
    at_desk(inquiry, "refer", referred_to="Shelter North", steps=["consent", "told"])
    inquiry.refresh_from_db()
    words = inquiry.words
    assert words["referred_to"] == "Shelter North"
    assert list(words["referral"]) == ["consent", "told"]
    assert words["referral"]["consent"] == [timezone.localdate().isoformat(), officer.username]


def test_spam_and_back_and_closed_and_reopened(at_desk, inquiry):
    for deed, state in [("spam", "spam"), ("not-spam", "open"), ("close", "closed"), ("reopen", "open")]:
        at_desk(inquiry, deed)
        inquiry.refresh_from_db()
        assert inquiry.state == state
    assert [deed for deed in deeds(inquiry) if deed != "read"] == ["reopened", "closed", "not-spam", "spam"]


def test_search_looks_into_what_is_open_and_shows_no_more_than_a_list(desk, ask):
    ask(message="The Mekong café report", name="Ann")
    ask(message="Something else")
    found = desk.post(f"{DESK}search/", {"q": "MEKONG ann"})
    assert [row.reference for row in found.context["rows"]] == [
        i.words["reference"] for i in Inquiry.objects.all() if "Ann" in i.words["name"]
    ]
    assert "café report" not in found.content.decode()
    assert desk.post(f"{DESK}search/", {"q": "mekong nobody"}).context["rows"] == []
    assert desk.get(f"{DESK}search/").status_code == 405
    assert "searched" in deeds()


@pytest.mark.parametrize(("text", "shown"), [
    ("<b>&", "&lt;b&gt;&amp;"),
    ("a\u202eb", 'a<span class="invisible" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>b'),
    ("a\u200bb", 'a<span class="invisible" title="ZERO WIDTH SPACE">U+200B</span>b'),
    ("pass\u200dword", 'pass<span class="invisible" title="ZERO WIDTH JOINER">U+200D</span>word'),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("👩\u200d👧", "👩\u200d👧"),
    ("\x07", '<span class="invisible" title="">U+0007</span>'),
    ("\U000e0041", '<span class="invisible" title="TAG LATIN CAPITAL LETTER A">U+E0041</span>'),
    ("\u3164", '<span class="invisible" title="HANGUL FILLER">U+3164</span>'),
    ("a\r\n\tb", "a\r\n\tb"),
])  # fmt: skip
def test_no_character_of_a_stranger_is_invisible(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(("link", "host"), [
    ("https://example.org/a", "example.org"),
    ("http://bank.example@evil.example/x", "evil.example"),
    ("https://аpple.com/", "xn--pple-43d.com"),
    ("www.example.org", "www.example.org"),
    ("https://[broken", "no host"),
])  # fmt: skip
def test_a_link_of_a_stranger_is_text_with_its_host(link, host):
    html = visible(f"see {link} now")
    assert "<a" not in html
    assert "href" not in html
    assert host in html.split('class="host"')[1]


def test_figures_point_to_nobody_and_hide_what_is_few(desk, ask):
    for number in range(6):
        ask(message=f"Message {number}", country="LA", kind="research")
    ask(message="One", country="KH", kind="media")
    ask(message="Spam", country="VN", website="x")
    bars = {title: {bar.label: bar.shown for bar in lines} for title, _column, lines in figures.tables()}
    # Cambodia alone would say that somebody wrote, and 7 - 6 how many.
    assert bars["By country"] == {"Laos": "5", "other countries together": "<5"}
    assert bars["By kind"]["Research request"] == "5"
    assert bars["By kind"]["Media"] == bars["By kind"]["Question"] == "<5"
    text = desk.get(f"{DESK}figures/").content.decode()
    assert "&lt;5" in text
    assert "<rect" in text
    Inquiry.objects.all().delete()
    assert {bar.label for bar in figures.tables()[2][2]} == {"Laos", "other countries together"}


def possible(shown):
    """Return the least and the most that a cell can stand for."""
    step = int(next(cell for table in shown for cell in table if cell.startswith("<"))[1:])
    return [
        [(0, step - 1) if cell.startswith("<") else (int(cell), int(cell) + step - 1) for cell in table]
        for table in shown
    ]


def left_open(shown):
    """Return for each hidden cell how many numbers the tables, which share one sum, leave possible."""
    cells = possible(shown)
    least = max(sum(low for low, _ in table) for table in cells)
    most = min(sum(high for _, high in table) for table in cells)
    for table in cells:
        lows, highs = sum(low for low, _ in table), sum(high for _, high in table)
        for low, high in table:
            if low == 0:
                yield min(high, most - lows) - max(0, least - highs + high) + 1


@given(some.dictionaries(
    some.tuples(some.integers(0, 11), some.sampled_from(InquiryKind.values), some.sampled_from(["LA", "TH", "KH", ""])),
    some.integers(1, 30), max_size=25,
))  # fmt: skip
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sum_and_no_other_table_gives_a_small_number_away(counts):
    MonthlyFigures.objects.all().delete()
    months = figures._last_months()
    for place, month in enumerate(months):
        row = MonthlyFigures(month=month)
        row.seal(counts={f"{kind} {country}": n for (at, kind, country), n in counts.items() if at == place})
        row.save()
    shown = [[bar.shown for bar in bars] for _title, _column, bars in figures.tables()]
    assert all(number >= 3 for number in left_open(shown))


def test_where_rounding_to_five_would_still_tell_it_is_rounded_more(db):
    """9 + 9 + 9 + 9 + 4 are 40: '5, 5, 5, 5, <5' beside a month of '40' would leave nothing else."""
    counts = {"question LA": 9, "research TH": 9, "help KH": 9, "offer VN": 9, "media MM": 4}
    row = MonthlyFigures(month=timezone.localdate().replace(day=1))
    row.seal(counts=counts)
    row.save()
    found = figures.tables()
    assert figures.step_of(found) == 10
    assert all(number >= 3 for number in left_open([[bar.shown for bar in bars] for _t, _c, bars in found]))


def test_one_more_message_shows_hardly_ever(desk, ask):
    """Who looks every day must not see each one come in."""
    seen = []
    for number in range(9):
        ask(message=f"Message {number}", country="LA", kind="research")
        seen.append([[bar.shown for bar in bars] for _title, _column, bars in figures.tables()])
    assert len({str(one) for one in seen}) == 2


def test_what_is_taken_out_of_spam_is_counted_once(at_desk, ask):
    ask(website="x", country="LA")
    inquiry = Inquiry.objects.get()
    for _ in range(2):
        at_desk(inquiry, "not-spam")
        at_desk(inquiry, "spam")
    assert MonthlyFigures.objects.get().words["counts"] == {"question LA": 1}


def rows_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "＝1+1", "\u200b=1", "|cmd", "%x"])  # fmt: skip
def test_no_cell_of_an_export_is_a_formula(at_desk, ask, text):
    ask(message=f"{text}\r\nsecond; line", name=text.strip() or text)
    response = at_desk(Inquiry.objects.get(), "export")
    cells = [cell for row in rows_of(response) for cell in row if cell]
    assert not any(harmless(cell) != cell and not cell.startswith("'") for cell in cells)
    assert f"'{text}\r\nsecond; line" in cells
    assert "no-store" in response.headers["Cache-Control"]


def test_an_export_of_a_period_holds_its_inquiries_and_is_logged(desk, ask):
    ask(message="Inside", kind="research")
    ask(message="Before")
    ask(message="Spam", website="x")
    before = Inquiry.objects.get(
        state="new",
        received_at=min(Inquiry.objects.filter(state="new").values_list("received_at", flat=True)),
    )
    Inquiry.objects.filter(pk=before.pk).update(received_at=timezone.now() - timedelta(days=40))
    today = timezone.localdate().isoformat()
    response = desk.post(f"{DESK}export/", {"first": today, "last": today})
    rows = rows_of(response)
    assert len(rows) == 2
    assert dict(zip(*rows, strict=True))["text"] == "Before"
    assert "exported-period" in deeds()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert desk.post(f"{DESK}export/", {"first": today, "last": "2001-01-01"}).status_code == 200


@pytest.mark.parametrize(
    ("first", "last", "rows"),
    [("0001-01-01", "9999-12-31", 2), ("9999-12-31", "9999-12-31", 1), ("0001-01-01", "0001-01-01", 1)],
)
@pytest.mark.parametrize("zone", ["Asia/Vientiane", "America/Lima"])
def test_an_export_of_any_period_is_answered(desk, ask, settings, first, last, rows, zone):
    settings.TIME_ZONE = zone
    ask(message="Inside", kind="research")
    assert len(rows_of(desk.post(f"{DESK}export/", {"first": first, "last": last}))) == rows


def test_a_country_has_the_name_at_the_desk_that_editors_gave_it(desk, at_desk, ask, client, make_country):
    make_country(iso_code="LA", name="Lao PDR")
    assert "Lao PDR" in client.get(FORM).content.decode()
    ask(country="LA")
    inquiry = Inquiry.objects.get()
    for number in range(5):
        ask(country="LA", message=f"Message {number}")
    pages = [desk.get(f"{DESK}{path}") for path in ("", f"{inquiry.pk}/", "figures/")]
    for page in [*pages, desk.post(f"{DESK}search/", {"q": "PDR"})]:
        text = page.content.decode()
        assert "Lao PDR" in text
        assert "Laos" not in text
    assert '"Lao PDR","English"' in at_desk(inquiry, "export").content.decode()


def test_countries_and_languages_stand_in_words_on_the_desk_and_in_exports(desk, at_desk, ask):
    ask(country="VN", language="en")
    inquiry = Inquiry.objects.get()
    page = desk.get(f"{DESK}{inquiry.pk}/").content.decode()
    assert "<dd>Vietnam</dd>" in page
    assert "<dd>English</dd>" in page
    assert '"Vietnam","English"' in at_desk(inquiry, "export").content.decode()


def test_an_export_needs_the_permission_too(desk, at_desk, inquiry, officer):
    officer.groups.get().permissions.clear()
    assert desk.get(f"{DESK}export/").status_code == 403
    assert at_desk(inquiry, "export").status_code == 403
    assert 'value="export"' not in desk.get(f"{DESK}{inquiry.pk}/").content.decode()


def test_nothing_goes_to_recent_actions(desk, at_desk, inquiry):
    at_desk(inquiry, "answer", text="Yes.")
    desk.post("/admin/inquiries/cannedanswer/add/", {"title": "Hello", "text": "Dear [[name]]"})
    canned = CannedAnswer.objects.get()
    desk.post(f"/admin/inquiries/cannedanswer/{canned.pk}/delete/", {"post": "yes"})
    settings = {f.name: f.default for f in DeskSettings._meta.fields if f.name.endswith("_days")}
    answer = desk.post("/admin/inquiries/desksettings/1/change/", settings | {"answer_days": 7})
    assert answer.status_code == 302
    assert DeskSettings.load().answer_days == 7
    assert "settings" in deeds()
    assert not CannedAnswer.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_missing_key_is_said_and_nothing_is_overwritten(desk, inquiry, settings):
    sealed = inquiry.sealed
    settings.INQUIRY_KEYS = [new_encryption_key()]
    inbox = desk.get(DESK)
    assert inbox.status_code == 200
    assert "its key is missing" in inbox.content.decode()
    for page in [
        desk.get(f"{DESK}{inquiry.pk}/"),
        desk.post(f"{DESK}{inquiry.pk}/", {"action": "refer", "referred_to": "X"}),
        desk.post(f"{DESK}{inquiry.pk}/", {"action": "not-spam"}),
    ]:
        assert page.status_code == 503
        assert "INQUIRY_KEYS" in page.content.decode()
        assert sealed[:30] not in page.content.decode()
    inquiry.refresh_from_db()
    assert (inquiry.sealed, inquiry.state) == (sealed, "new")


def test_an_unknown_deed_does_nothing(desk, inquiry):
    assert desk.post(f"{DESK}{inquiry.pk}/", {"action": "explode"}).status_code == 404
    assert desk.post(f"{DESK}{inquiry.pk}/").status_code == 404
