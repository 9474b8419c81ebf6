"""`make soak`: 5,000 readers, senders killed at 20 random moments, and all that can go wrong beside."""

import os
import threading
import time

import pytest

from tests.conftest import database_url
from tests.servers import fetch
from tests.smalldisk import full, small_disk
from tests.soak.cluster import cluster
from tests.soak.killing import campaign, readers

READERS = int(os.environ.get("SOAK_READERS", 5000))
KILLS = int(os.environ.get("SOAK_KILLS", 20))
SENDERS = 3 if database_url() else 1
FULL_FOR = 4  # seconds


def run(tmp_path, addresses, arriving=None, *, also=(), kills=KILLS, lost=0, settled=True, **values):
    """Send to these addresses with senders killed and these other events; return the figures."""
    began = time.monotonic()
    with campaign(tmp_path, addresses, database_url(), SENDERS, **values) as sending:
        events = [sending.kill_one] * kills + [lambda do=do: do(sending) for do in also]
        sending.start_all()
        sending.at_random_moments(*events)
        sending.finish(settled)
        held = sending.hold(arriving, lost)
        held["seconds"] = round(time.monotonic() - began)
        print(f"\n{held}")
        return held | {"refused": sending.mail.refused}


def test_senders_killed(tmp_path):
    assert run(tmp_path, readers(READERS))["state"] == "sent"


def test_mail_server_killed_and_restarted(tmp_path):
    run(tmp_path, readers(READERS), also=[lambda sending: sending.restart_mail()] * 5)


def test_a_tenth_put_off(tmp_path):
    held = run(tmp_path, readers(READERS, busy=READERS // 10))
    assert held["state"] == "sent"
    assert held["deferred"] == 0


def test_a_twentieth_unknown(tmp_path):
    addresses = readers(READERS, unknown=READERS // 20)
    unknown = {one for one in addresses if one.startswith("unknown")}
    held = run(tmp_path, addresses, set(addresses) - unknown)
    assert held["bounced"] == held["suppressed"] == held["undeliverable"] == len(unknown)
    assert held["paused"] == []
    # Not tried again, but for those whose sender was killed between the answer and the commit.
    assert len(held["refused"]) <= len(unknown) + KILLS


def test_a_whole_domain_refuses_us(tmp_path):
    addresses = readers(READERS * 9 // 10)
    blocked = [f"reader-{number}@blocked.example" for number in range(READERS // 10)]
    held = run(tmp_path, [*addresses, *blocked], addresses, settled=False)
    assert held["suppressed"] == held["undeliverable"] == held["bounced"] == 0
    assert held["deferred"] == len(blocked)
    assert held["paused"] == ["blocked.example"]
    assert len(held["refused"]) <= 5 * (SENDERS + KILLS)


def test_a_whole_domain_calls_everybody_unknown(tmp_path):
    addresses = readers(READERS * 9 // 10)
    broken = [f"unknown-{number}@broken.example" for number in range(READERS // 10)]
    held = run(tmp_path, [*addresses, *broken], addresses, settled=False)
    assert held["suppressed"] == held["undeliverable"] == held["bounced"] == 0
    assert held["deferred"] == len(broken)
    assert held["paused"] == ["broken.example"]
    assert len(held["refused"]) <= 10 + 2 * (SENDERS + KILLS)


def test_answers_lost_after_data(tmp_path):
    lost = READERS // 100
    held = run(tmp_path, readers(READERS, lost=lost), lost=lost)
    assert held["state"] == "sent"
    assert held["twice"] >= lost


def test_database_restarted(tmp_path):
    if not database_url():
        pytest.skip("SQLite has no server that could be restarted; DATABASE_URL chooses PostgreSQL.")
    addresses = readers(READERS)
    with cluster() as postgres, campaign(tmp_path, addresses, postgres.url, SENDERS, is_new=True) as sending:
        sending.start_all()
        sending.at_random_moments(*[sending.kill_one] * (KILLS - 5), *[postgres.restart] * 5)
        sending.finish()
        print(f"\n{sending.hold()}")


def fill(sending):
    """Leave no room on the disk for a moment."""
    with full(sending.site.data_dir):
        time.sleep(FULL_FOR)


def test_the_disk_full_for_a_moment(tmp_path):
    if database_url():
        pytest.skip("The ledger lies on the database server's disk; unset DATABASE_URL for SQLite.")
    with small_disk(48) as folder:
        if folder is None:
            pytest.skip("A small disk can be mounted by root alone.")
        data_dir = folder / "data"
        data_dir.mkdir()
        run(tmp_path, readers(READERS), also=[fill] * 3, kills=KILLS // 2, data_dir=data_dir)


def test_the_website_is_used_meanwhile(tmp_path):
    """Pages are read and forms are sent while the issue leaves: nobody finds the database locked."""
    answers = []
    with campaign(tmp_path, readers(READERS), database_url(), SENDERS) as sending:
        sending.site.start("serve")  # with a worker of its own: one more sender
        stop = threading.Event()

        def visit(number):
            while not stop.is_set():
                form = f"address=visitor-{number}-{len(answers)}%40example.org".encode()
                answers.append(fetch(f"{sending.site.url}/")[0])
                answers.append(send_form(f"{sending.site.url}/newsletter/", form))

        threads = [threading.Thread(target=visit, args=[number]) for number in range(3)]
        for thread in threads:
            thread.start()
        try:
            sending.finish()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        held = sending.hold()
        assert "is locked" not in sending.site.output
        assert "Traceback" not in sending.site.output
        print(f"\n{held}, {len(answers)} answers: { ({code: answers.count(code) for code in set(answers)}) }")
        assert not [code for code in answers if code >= 500]
        assert held["twice"] == 0


def send_form(url, form):
    """Post a form and return the status."""
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(urllib.request.Request(url, form), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
