"""Promise 4, in its short form: senders are killed while an issue leaves, and nobody is left out."""

from tests.conftest import database_url
from tests.servers import wait_until
from tests.soak.killing import campaign, readers

DEFERRED = "SELECT COUNT(*) FROM newsletter_delivery WHERE state = 'deferred'"


def test_everybody_gets_the_issue_though_senders_are_killed(tmp_path):
    addresses = readers(240, busy=12, unknown=6, lost=2)
    unknown = {one for one in addresses if one.startswith("unknown")}
    senders = 3 if database_url() else 1
    with campaign(tmp_path, addresses, database_url(), senders) as sending:
        sending.start_all()
        sending.at_random_moments(sending.kill_one, sending.kill_one, sending.kill_one)
        sending.finish(timeout=60)
        held = sending.hold(set(addresses) - unknown, lost_answers=2)
        assert held["bounced"] == held["suppressed"] == held["undeliverable"] == len(unknown)
        assert held["state"] == "sent"


def test_a_domain_that_calls_everybody_unknown_suppresses_nobody_though_senders_are_killed(tmp_path):
    """Kills fall into the wave: before, between and after the transactions that count and undo it."""
    sound = readers(60)
    broken = [f"unknown-{number}@broken.example" for number in range(40)]
    addresses = [one for pair in zip(sound, broken, strict=False) for one in pair] + sound[40:]
    with campaign(tmp_path, addresses, database_url(), 3 if database_url() else 1) as sending:
        sending.start_all()
        for refusals in (3, 7, 10, 10):
            wait_until(lambda refusals=refusals: len(sending.mail.refused) >= refusals, 60)
            sending.kill_one()
        sending.finish(settled=False, timeout=60)
        wait_until(lambda: sending.ask(DEFERRED) == len(broken), 60)
        figures = sending.figures
        assert figures["deferred"] == len(broken)
        assert (figures["suppressed"], figures["undeliverable"], figures["bounced"]) == (0, 0, 0)
        assert figures["paused"] == ["broken.example"]
        assert set(sending.received()) == set(sound)
        assert len(sending.mail.refused) <= 10 + sending.kills + 3  # those in flight
