"""A reader's way into the newsletter and out of it, on a phone, without JavaScript."""

import email
import re
import urllib.request
from email import policy

import pytest

from tests.browser.accessible import violations
from tests.servers import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser):
    """Return a page of a phone whose owner has switched JavaScript off."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def mails_to(server, address):
    """Return the messages that the server has sent to an address."""
    found = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((server.data_dir / "mail").glob("*.eml"))
    ]
    return [message for message in found if message["To"].casefold() == address.casefold()]


def links_in(message):
    """Return the addresses that a message links to, in both of its parts."""
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return sorted({url for text in texts for url in re.findall(r'https?://[^\s"<>]+', text)})


def mail_after(server, address, count):
    """Wait for the next message to an address, and return it; the welcome doesn't count: it comes when it may."""

    def asked_for():
        return [
            one for one in mails_to(server, address) if not one["Subject"].startswith("You are subscribed")
        ]

    return wait_until(lambda: asked_for()[count:], 40)[0]


def test_must_hold_1_from_the_box_to_the_button_and_a_scanner_changes_nothing(server, phone):
    address = "Box.Reader@Example.org"
    phone.goto(server.url + "/countries/")
    box = phone.get_by_role("region", name="Newsletter")
    box.get_by_label("Your email address").fill(address)
    box.get_by_role("button", name="Sign up").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
    message = mail_after(server, "box.reader@example.org", 0)
    [link] = links_in(message)
    for _ in range(2):
        with urllib.request.urlopen(link, timeout=20) as answer:
            assert answer.status == 200
    phone.goto(link)
    assert phone.get_by_role("heading", level=1).inner_text() == "Confirm your address"
    phone.get_by_role("button", name="Yes, send me the newsletter").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "You are subscribed"
    assert "Box.Reader@Example.org" in phone.inner_text("main")
    assert phone.context.cookies() == []


def test_a_mistyped_address_is_said_next_to_the_field(server, phone):
    phone.goto(server.url + "/newsletter/")
    phone.get_by_label("Your email address").fill("ann")
    phone.wait_for_timeout(2100)  # a person takes a while
    with phone.expect_navigation():
        phone.get_by_role("button", name="Sign up").click()
    assert phone.title().startswith("Error: ")
    assert phone.get_by_label("Your email address").input_value() == "ann"
    assert phone.get_by_label("Your email address").get_attribute("aria-invalid") == "true"
    assert "Enter an email address" in phone.locator(".field-error").inner_text()


def test_every_page_of_a_reader_is_accessible_and_does_what_it_says(server, browser):
    """Axe needs scripts, which our policy forbids: it looks over the shoulder of one that is told to ignore it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark", bypass_csp=True
    )
    page, address = context.new_page(), "whole.way@example.org"

    def check(heading):
        assert page.get_by_role("heading", level=1).inner_text() == heading
        assert violations(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

    def press(name):
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name=name).click()

    page.goto(server.url + "/newsletter/")
    page.get_by_label("Your email address").fill(address)
    page.get_by_text("Choose countries and topics").click()
    page.get_by_label("Laos").check()
    page.wait_for_timeout(2100)
    press("Sign up")
    page.goto(links_in(mail_after(server, address, 0))[0])
    check("Confirm your address")
    press("Yes, send me the newsletter")
    check("You are subscribed")
    page.goto(server.url + "/newsletter/manage/")
    page.get_by_label("Your email address").fill(address)
    page.wait_for_timeout(2100)
    check("Your newsletter page")
    press("Send me the link")
    check("Look into your mailbox")
    [manage] = links_in(mail_after(server, address, 1))
    page.goto(manage)
    check("Your newsletter page")
    assert page.get_by_label("Laos").is_checked()
    page.get_by_label("Pause for").select_option("3")
    press("Pause")
    assert "pauses until" in page.inner_text("main")
    press("End the pause now")
    page.get_by_label("New email address").fill("nowhere")
    press("Change the address")
    check("Your newsletter page")
    press("Unsubscribe")
    assert "No more newsletters come" in page.inner_text("main")
    page.goto(manage + "erase/")
    check("Delete your data")
    press("Delete my data")
    check("Your data is deleted")
    assert page.goto(manage).status == 404
    check("This link does not work any more")
    context.close()
