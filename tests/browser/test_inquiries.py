"""Asking in confidence, in a real browser without JavaScript: from the form to nothing left."""

import re
import subprocess

import html5lib
import pytest
from django.template.loader import render_to_string

from inquiries.forms import InquiryForm
from tests.browser.accessible import violations, violations_in_both_schemes

pytestmark = pytest.mark.browser
DESK = "/admin/inquiries/inquiry/"
LEFT = """
from datetime import timedelta
from django.utils import timezone
from inquiries import retention
from inquiries.models import Entry, Event, Inquiry
gone = [i.pk for i in Inquiry.objects.all() if i.words["reference"] == {reference!r}]
Inquiry.objects.filter(pk__in=gone).update(closed_at=timezone.now() - timedelta(days=91))
retention.run()
print(len(gone), sum(m.objects.filter(**{{f: gone}}).count() for m, f in
      [(Inquiry, "pk__in"), (Entry, "inquiry__in"), (Event, "inquiry__in")]))
"""
# What a phone would have to scroll sideways in a box of its own.
SIDEWAYS = """[...document.querySelectorAll("main *")].filter((one) => one.clientWidth > 1
    && one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
    .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def officer(make_desk):
    """Return a page of the officer of the demo, signed in."""
    return make_desk("desk", "inquiries", bypass_csp=True).page


def ask(page, kind="Question", **fields):
    """Fill in the form as a person does, and return reference and receipt."""
    page.wait_for_timeout(2100)  # nobody is faster
    page.get_by_role("group", name="What is it about?").get_by_label(kind).check()
    for label, text in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(text)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Your message has arrived").wait_for()
    return page.locator(".reference b").inner_text(), page.locator(".receipt li b").all_inner_texts()


def open_mailbox(page, server, receipt):
    page.goto(f"{server.url}/inquiries/mailbox/")
    page.get_by_label("Your receipt").fill(" ".join(receipt))
    page.get_by_role("button", name="Open").click()
    page.get_by_role("heading", name="Your messages").wait_for()


def test_it_is_asked_answered_written_back_closed_and_then_gone(server, visitor, officer):
    page = visitor(f"{server.url}/about/")
    page.get_by_role("link", name="Ask us in confidence").click()
    reference, receipt = ask(page, Your_message="Which law came in 2004?\n\nThank you")
    assert len(receipt) == 9

    officer.goto(f"{server.url}{DESK}")
    officer.get_by_role("link", name=reference).click()
    assert "Which law came in 2004?" in officer.locator(".entry-text").inner_text()
    officer.get_by_label("Your answer").fill("It is the one that the minister signed.")
    officer.get_by_role("button", name="Send the answer").click()
    assert "stands in their mailbox" in officer.locator(".messagelist").inner_text()

    open_mailbox(page, server, receipt)
    assert "It is the one that the minister signed." in page.locator("main").inner_text()
    page.get_by_label("Write again").fill("And who wrote it?")
    page.get_by_role("button", name="Send").click()
    assert "Your message was added." in page.locator("main").inner_text()
    assert page.context.cookies() == []
    assert page.url == f"{server.url}/inquiries/mailbox/"

    officer.reload()
    assert "And who wrote it?" in officer.locator(".desk-thread").inner_text()
    officer.get_by_role("button", name="Close", exact=True).click()
    open_mailbox(page, server, receipt)
    assert "This conversation has ended." in page.locator("main").inner_text()

    left = server.manage("shell", "--no-imports", "-c", LEFT.format(reference=reference))
    assert left.stdout.split() == ["1", "0"], left.stderr
    page.goto(f"{server.url}/inquiries/mailbox/")
    page.get_by_label("Your receipt").fill(" ".join(receipt))
    page.get_by_role("button", name="Open").click()
    assert "No message belongs to this receipt" in page.locator("main").inner_text()


def test_it_is_asked_with_mail_and_the_answer_comes_by_mail(server, visitor, officer):
    page = visitor(f"{server.url}/inquiries/")
    page.get_by_label("Email me the full answer").check()
    reference, _receipt = ask(page, Your_message="By mail, please", Mail_address="ann@example.org")
    officer.goto(f"{server.url}{DESK}")
    officer.get_by_role("link", name=reference).click()
    officer.get_by_label("Your answer").fill("Here it comes by mail.")
    officer.get_by_role("button", name="Send the answer").click()

    def mails():
        texts = [path.read_text() for path in (server.data_dir / "mail").glob("*.eml")]
        return [text for text in texts if reference in text and "To: ann@example.org" in text]

    from tests.servers import wait_until

    wait_until(lambda: len(mails()) == 2)
    assert sum("Here it comes by mail." in text for text in mails()) == 1
    assert not any("By mail, please" in text for text in mails())


def press(page, button):
    """Press a button and wait until the page that answers is there as a whole."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def pages_of(server, page):
    """Yield each page of a visitor: the form, its errors, help first, the receipt, the mailbox and so on."""
    page.goto(f"{server.url}/inquiries/")
    yield "form"
    press(page, "Send")
    yield "errors"
    page.wait_for_timeout(2100)
    page.get_by_label("I or someone needs help").check()
    page.get_by_label("Your message").fill(f"Nobody needs help. {page.viewport_size}")
    press(page, "Send")
    yield "help first"
    press(page, "Send")
    yield "received"
    receipt = page.locator(".receipt li b").all_inner_texts()
    page.goto(f"{server.url}/inquiries/mailbox/")
    yield "mailbox"
    press(page, "Open")
    yield "wrong receipt"
    open_mailbox(page, server, receipt)
    yield "thread"
    press(page, "Close and delete everything")
    yield "delete"
    press(page, "Yes, delete everything")
    yield "deleted"


def test_its_pages_are_accessible_valid_fit_320_pixels_and_print_the_reference_alone(server, visitor):
    page = visitor(f"{server.url}/inquiries/", javascript=True, width=320)
    for name in pages_of(server, page):
        page.emulate_media(media="print")
        shown = page.evaluate("document.body.innerText").strip()
        page.emulate_media(media="screen")
        assert re.fullmatch(r"(Reference: [0-9A-Z]{4}-[0-9A-Z]{4})?", shown), (name, shown)
        assert bool(shown) == (name in {"received", "thread"}), name
        assert violations_in_both_schemes(page) == "", name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert page.locator("h1").count() == 1, name
        assert page.title() == "Newsroom", name
        html5lib.HTMLParser(strict=True).parse(page.content())


def test_its_first_field_stands_in_the_first_two_screens_of_a_phone(server, visitor):
    page = visitor(f"{server.url}/inquiries/")
    box = page.get_by_label("Research request").bounding_box()
    assert box["y"] + box["height"] <= 2 * 640
    assert page.locator("#leave").is_visible()


def test_neither_back_nor_forward_asks_to_send_anything_again_and_a_receipt_that_is_kept_is_gone(
    server, visitor
):
    page = visitor(f"{server.url}/inquiries/")  # without a script, which would help
    press(page, "Send")  # without a message: the answer is the form with its errors
    page.get_by_role("link", name="Already have a receipt?").click()
    page.go_back()
    assert page.get_by_role("alert").is_visible()
    page.wait_for_timeout(2100)
    page.get_by_label("I or someone needs help").check()
    page.get_by_label("Your message").fill("Nobody needs help. It is a test of Back.")
    press(page, "Send")
    press(page, "Send")
    answer = page.url
    assert page.locator(".receipt li").count() == 9
    page.get_by_role("link", name="Open the mailbox").click()
    for _ in range(4):
        page.go_back()
        assert page.url.startswith(f"{server.url}/inquiries/")
        assert page.get_by_role("heading", level=1).is_visible()
        status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
        assert status == (410 if "/draft/" in page.url else 200)
    page.goto(answer)
    press(page, "I have written it down")
    assert page.locator(".receipt li").count() == 0
    page.go_back()
    assert page.locator(".receipt li").count() == 0


@pytest.mark.django_db
def test_the_page_for_what_was_not_stored_is_a_form_like_any_other(server, visitor):
    """What makes it come is tried in tests/inquiries; here it is looked at."""
    typed = {"kind": "question", "message": "What I typed for an hour. " * 300}
    asked = InquiryForm(typed, languages=lambda: [("en", "English")])
    html = render_to_string("inquiries/not_stored.html", {"form": asked})
    page = visitor(f"{server.url}/healthz", javascript=True, width=320)
    page.route("**/inquiries/", lambda route: route.fulfill(body=html, content_type="text/html", status=503))
    page.goto(f"{server.url}/inquiries/")
    assert page.get_by_label("Your message").input_value().startswith("What I typed")
    assert not page.get_by_label("Leave this field empty").is_visible()
    assert page.get_by_label("Your message").bounding_box()["width"] <= 320 - 2 * 16
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations_in_both_schemes(page) == ""


def test_its_errors_are_announced_and_lead_to_their_fields(server, visitor):
    page = visitor(f"{server.url}/inquiries/", javascript=True)
    press(page, "Send")
    summary = page.get_by_role("alert")
    assert summary.get_by_role("heading").inner_text() == "Please look at this once more"
    summary.get_by_role("link", name="Write your message.").click()
    assert page.evaluate("document.querySelector(':target').id") == "id_message"
    message = page.get_by_role("textbox", name="Your message")
    assert message.get_attribute("aria-invalid") == "true"
    assert "id_message_error" in message.get_attribute("aria-describedby")


def test_the_desk_is_accessible(server, officer):
    officer.goto(f"{server.url}{DESK}?state=answered")
    rows = officer.locator(".desk-list").get_by_role("rowheader")
    addresses = [rows.get_by_role("link").first.get_attribute("href")]
    assert re.fullmatch(f"{DESK}[-0-9a-f]{{36}}/", addresses[0])
    addresses += [DESK, f"{DESK}?state=spam", f"{DESK}figures/", f"{DESK}export/", f"{DESK}log/"]
    for address in addresses:
        officer.goto(server.url + address)
        assert violations(officer, runOnly=["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]) == "", address
        officer.set_viewport_size({"width": 360, "height": 740})
        assert officer.evaluate("document.documentElement.scrollWidth") <= 360, address
        assert officer.evaluate(SIDEWAYS) == [], address
        officer.set_viewport_size({"width": 1280, "height": 900})


def test_a_text_browser_can_use_it(server, tmp_path):
    import shutil

    if not shutil.which("w3m"):
        pytest.skip("w3m is missing: `apt-get install w3m` brings it.")
    text = subprocess.run(
        ["w3m", "-dump", "-cols", "76", f"{server.url}/inquiries/"],
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        timeout=60,
    ).stdout
    for words in ["Before you write", "What is it about?", "Research request", "Your message", "Send"]:
        assert words in text.replace("\xa0", " ")
