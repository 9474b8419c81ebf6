"""A writer sets up a second factor in a browser, and a dialog over an ended session asks for a code."""

import base64

import pytest
from django_otp.oath import TOTP

from tests.browser.accessible import FORCED, violations
from tests.browser.desk import ADD, SIZES, Desk

pytestmark = pytest.mark.browser
PAGE = "/admin/second-factor/"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def is_well(page):
    """Return whether axe finds nothing, the contrasts in the dark included, and nothing is wider than the screen."""
    found = [violations(page)]
    page.emulate_media(color_scheme="dark")
    found.append(violations(page, **FORCED))
    page.emulate_media(color_scheme="light")
    assert found == ["", ""]
    return not page.evaluate(WIDER)


def code_of(secret):
    return f"{TOTP(base64.b32decode(secret)).token():06}"


def test_it_is_set_up_on_a_telephone_and_asked_for_over_a_form(browser, server):
    desk = Desk(browser.new_context(**SIZES["phone"]), server, "phone")
    page = desk.page
    desk.sign_in("writer")
    desk.open(PAGE)
    key = page.locator(".app-key").inner_text().replace(" ", "")
    assert page.locator(".qr-code").evaluate("image => image.naturalWidth") > 100
    assert is_well(page)
    try:
        page.fill("#code", code_of(key))
        desk.hit(page.get_by_role("button", name="Set up"))
        page.locator(".recovery-codes").wait_for()
        recovery = page.locator(".recovery-codes code").all_inner_texts()
        assert len(recovery) == 10
        assert is_well(page)
        desk.open(ADD)
        page.fill("#id_title", "Written while the session ended")
        desk.context.clear_cookies()
        desk.hit(page.locator("input[name=_save]").last)
        dialog = page.locator("[data-sign-in]")
        assert not dialog.locator("#again-code").is_visible()
        dialog.locator("#again-password").fill(server.password)
        desk.hit(dialog.locator("button.default"))
        dialog.get_by_text("Enter the code that your app shows now").wait_for()
        dialog.locator("#again-code").fill(recovery[0])
        with page.expect_navigation(url="**/change/**"):
            desk.hit(dialog.locator("button.default"))
        assert page.locator("#id_title").input_value() == "Written while the session ended"
        desk.context.clear_cookies()
        desk.open("/admin/")
        page.fill("#id_username", "writer")
        page.fill("#id_password", server.password)
        desk.hit(page.locator("#login-form input[type=submit]"))
        page.locator("#id_sign_in_code").wait_for()
        assert is_well(page)
        page.fill("#id_sign_in_code", recovery[1])
        desk.hit(page.locator("#login-form input[type=submit]"))
        page.wait_for_url(f"{server.url}/admin/")
        assert [one for one in desk.complaints if "Content Security Policy" in one] == []
    finally:
        server.manage("reset_second_factor", "writer")
        desk.leave()
