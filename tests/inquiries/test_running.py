"""Inquiries on a running site with a mail server: a worker killed, a disk full, a flood, and what is left behind.

The long forms are in `make soak`.
"""

import psutil
import pytest

from tests.conftest import database_url
from tests.mailserver import MailServer
from tests.pageforms import value
from tests.servers import Server, wait_until
from tests.smalldisk import full, small_disk
from tests.soak import asking, flooding

DISK = 96  # megabytes


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the running demo with its data on a small disk where one can be mounted, and a mail server in .mail."""
    folder = tmp_path_factory.mktemp("site")
    mail = MailServer(folder / "mail").start()
    with small_disk(DISK) as disk:
        data_dir = (disk or folder) / "data"
        data_dir.mkdir()
        server = Server(database_url(), copy_of="demo", data_dir=data_dir, EMAIL_URL=mail.url)
        server.mail, server.disk = mail, disk
        try:
            server.start()
            server.officer, server.opened = asking.sign_in(server), flooding.opened_long_ago(server)
            yield server
        finally:
            server.remove()
            mail.kill()


@pytest.fixture
def ask(site):
    """Return a function that sends an inquiry, and returns what its sender has sent, the status and the page."""

    def send(**fields):
        visitor = asking.Person(site)
        form = asking.filled(visitor.get(flooding.FORM), **fields) | {"opened": site.opened}
        return form, *visitor.post(flooding.FORM, **form)

    return send


def test_a_worker_killed_between_storing_and_mailing_mails_once(site, ask):
    address = "stuck-ann@example.org"
    _form, status, page = ask(message="Killed", reply_by="full", address=address)
    assert (status, len(asking.words_on(page))) == (200, 9)
    wait_until(lambda: any(one["to"] == address for one in site.mail.refused), 60)
    [worker] = [
        p for p in psutil.Process(site.process.pid).children(recursive=True) if "worker" in p.cmdline()
    ]
    worker.kill()
    wait_until(lambda: address in [one["to"] for one in site.mail.accepted], 60)
    # The mail to the officers was posted after it, and leaves after it.
    wait_until(lambda: any(message["Subject"] == "A new inquiry waits" for message in site.mail.messages), 60)
    [mail] = [message for message in site.mail.messages if message["To"] == address]
    assert asking.reference_on(page) in mail.get_body(["plain"]).get_content()


def test_a_full_disk_keeps_the_text_and_a_retry_makes_one_inquiry(site, ask):
    if site.disk is None:
        pytest.skip("A small disk can be mounted by root alone.")
    before = asking.lying_there(site.officer)
    text = "What I typed for an hour. " * 300
    visitor = asking.Person(site)
    with full(site.disk):
        form, status, page = ask(message=text, name="Ann")
        if (
            database_url()
        ):  # the database lies on another disk: counting guesses and floods has to wait, no more
            assert (status, len(asking.words_on(page))) == (200, 9)
        else:
            assert status == 503
            assert "may not have been stored" in page
            assert f"{text}</textarea>" in page
            assert value(page, "nonce") == form["nonce"]
            assert site.get("/get-help/")[0] == 200
    first, second = (visitor.post(flooding.FORM, **form) for _ in range(2))
    assert first[0] == second[0] == 200
    assert asking.words_on(first[1]) == asking.words_on(second[1]) != []
    assert asking.lying_there(site.officer) == before + 1


def test_guesses_cost_no_more_than_the_throttle_allows(site):
    attack = flooding.Attack(site, "guess", count=300, connections=6, source="127.0.3.1")
    reader = flooding.Reader(site)
    assert reader.read_while(lambda: not attack.is_over())
    answers, _seconds = attack.result()
    assert set(answers) == {422, 429} and sum(answers.values()) == 300, answers
    assert answers[422] <= flooding.LIMIT, answers


def test_a_flood_of_forms_buries_nobody(site):
    flood = flooding.flood_of_forms(site, site.officer, site.opened, 30, 3)
    assert set(flood.answers) <= {200, 429}, (flood.answers, site.lines[-12:])
    assert flood.answers[200] <= flooding.DOOR, flood.answers
    assert flood.opened == flood.sent and flood.on_top and flood.beside_the_spam


def test_a_few_inquiries_leave_no_word_behind(site):
    assert asking.found_behind(site, site.mail, site.officer, 3) == []
