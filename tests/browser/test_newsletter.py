"""Must hold 1 of the newsletter: from the box on a page to the issue in the mailbox, and out by one click."""

import re
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.mailserver import MailServer
from tests.servers import wait_until

pytestmark = pytest.mark.browser

ADDRESS = "Ann.Reader@example.org"
STATE = f"from newsletter.models import Subscriber as S; print(S.objects.get(address={ADDRESS!r}).state)"


@pytest.fixture
def mailbox(tmp_path):
    """Return a running mail server."""
    running = MailServer(tmp_path / "mail").start()
    yield running
    running.kill()


@pytest.fixture
def site(make_server, mailbox):
    return make_server(copy_of="demo", EMAIL_URL=mailbox.url, WORKERS="1").start()


def shell(site, code):
    done = site.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def mails_to(mailbox, address):
    return [message for message in mailbox.messages if message["To"] == address]


def scan(site, message):
    """GET every link to our own site in a message and its headers, as a scanner does; return how many."""
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    links = {
        url
        for text in [*texts, *map(str, message.values())]
        for url in re.findall(r'https?://[^\s"<>]+', text)
    }
    own = sorted(link for link in links if link.startswith(site.url))
    for link in own:
        try:
            urllib.request.urlopen(link, timeout=20).close()
        except urllib.error.HTTPError as error:
            assert error.code < 500, link
    return len(own)


def send_soon(page, site, number):
    """Check an issue, and let it leave in two seconds."""
    page.goto(f"{site.url}/admin/newsletter/issue/{number}/send/")
    at = timezone.localtime(timezone.now() + timedelta(seconds=2))
    page.fill("#id_at_0", f"{at:%Y-%m-%d}")
    page.fill("#id_at_1", f"{at:%H:%M:%S}")
    page.click("[name=_schedule]")
    page.wait_for_url("**/progress/")
    page.wait_for_selector("[data-state=sent]", timeout=30_000)


def test_a_reader_signs_up_reads_an_issue_and_leaves_and_no_scanner_changes_anything(site, mailbox, browser):
    page = browser.new_context().new_page()
    page.goto(f"{site.url}/countries/")
    page.fill("#newsletter-address", ADDRESS)
    page.get_by_role("region", name="Newsletter").get_by_role("button").click()
    (confirmation,) = wait_until(lambda: mails_to(mailbox, ADDRESS))
    assert scan(site, confirmation) == 1
    assert shell(site, STATE) == "pending"
    page.goto(re.search(r"https?://\S+/confirm/\S+", confirmation.get_body(("plain",)).get_content())[0])
    page.get_by_role("button", name="Yes, send me the newsletter").click()

    page.goto(f"{site.url}/admin/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", site.password)
    page.click("[type=submit]")
    page.goto(f"{site.url}/admin/newsletter/issue/add/")
    page.fill("#id_since_0", "2022-01-01")
    page.get_by_role("button", name="Make the draft").click()
    page.fill("#id_subject", "Seven women go home")
    page.fill("#id_preheader", "And what they need there.")
    page.get_by_role("button", name="Save and preview").click()
    page.wait_for_url("**/preview/")
    written = int(re.search(r"/issue/(\d+)/preview/", page.url)[1])
    phone = page.frame_locator("iframe").first
    assert phone.get_by_role("heading", level=1).inner_text() == "Seven women go home"
    send_soon(page, site, written)

    _confirmation, _welcome, issue = mails_to(mailbox, ADDRESS)
    assert issue["Subject"] == "Seven women go home"
    text, html = issue.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for part in issue.walk():
        assert part.defects == []
    assert scan(site, issue) > 3
    assert shell(site, STATE) == "confirmed"

    assert issue["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = issue["List-Unsubscribe"].strip("<>")
    with urllib.request.urlopen(link, data=b"List-Unsubscribe=One-Click", timeout=20) as answer:
        assert answer.status == 200
    page.goto(f"{site.url}/admin/newsletter/issue/?state__exact=draft")
    page.get_by_role("link", name="After the first year").click()
    send_soon(page, site, int(re.search(r"/issue/(\d+)/change/", page.url)[1]))
    assert "After the first year" in [message["Subject"] for message in mailbox.messages]
    assert [message["Subject"] for message in mails_to(mailbox, ADDRESS)][2:] == ["Seven women go home"]
    page.context.close()
