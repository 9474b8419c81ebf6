"""Promise 4, in its short form: senders are killed while an issue leaves, and nobody is left out."""

from tests.conftest import database_url
from tests.soak.killing import campaign, readers


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
