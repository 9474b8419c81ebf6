"""/healthz for balancers, and the state of the whole site for monitoring."""

import json

import pytest

from newsroom.conditions import bounded, reports
from newsroom.conditions.conditions import Condition, Weight

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "k" * 24


@pytest.fixture(autouse=True)
def site(settings, tmp_path, file_database):
    """Let the site have a report in which nothing fails, and a key."""
    settings.DATA_DIR, settings.HEALTH_KEY = tmp_path, KEY
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["news.example.org"], "https://news.example.org"
    settings.SECURE_SSL_REDIRECT = True
    reports.store(
        [Condition("disk"), Condition("worker"), Condition("clock", "No NTP.", weight=Weight.UNREADY)]
    )


def ask(client, **headers):
    return client.get("/healthz/state", **headers)


def read(answer):
    return answer.status_code, json.loads(answer.content)["failing"]


def test_a_program_of_this_machine_reads_it_by_any_host(client):
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        for host in ("", "10.0.0.7:8000", "news.example.org"):
            asked = {"HTTP_HOST": host, "REMOTE_ADDR": address}
            assert ask(client, **asked).headers["Content-Type"] == "application/json", asked
            assert client.get("/healthz", **asked).content == b"ok\n", asked


def test_a_visitor_whom_a_proxy_of_this_machine_brings_does_not(client):
    for header in ("X_FORWARDED_FOR", "FORWARDED", "X_FORWARDED_PROTO", "X_REAL_IP", "VIA"):
        answer = ask(client, HTTP_HOST="news.example.org", **{f"HTTP_{header}": "https"})
        assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, "Bearer"), header
        assert b"disk" not in answer.content


def test_from_elsewhere_it_takes_the_key_and_in_a_header_alone(client, settings):
    away = {"REMOTE_ADDR": "203.0.113.5", "HTTP_HOST": "news.example.org"}
    assert ask(client, **away, HTTP_AUTHORIZATION=f"Bearer {KEY}").status_code in {200, 503}
    for wrong in (f"Bearer {KEY}x", "Bearer ", f"Basic {KEY}", "Bearer ké"):
        assert ask(client, **away, HTTP_AUTHORIZATION=wrong).status_code == 401
    assert client.get(f"/healthz/state?key={KEY}", **away).status_code == 401
    settings.HEALTH_KEY = ""
    assert ask(client, **away, HTTP_AUTHORIZATION="Bearer ").status_code == 401


def test_it_is_503_with_name_and_reason_while_one_thing_fails_and_200_while_one_is_not_set_up(
    client, monkeypatch
):
    from newsroom import health

    monkeypatch.setattr(health, "_live", health._database)  # no worker runs here
    assert read(ask(client)) == (200, [])
    reports.store([Condition("disk", "It is full.", "Delete something.")])
    answer = ask(client)
    assert read(answer) == (503, ["disk"])
    assert json.loads(answer.content)["conditions"]["disk"] == {
        "state": "failing", "problem": "It is full.", "advice": "Delete something.",
    }  # fmt: skip
    assert client.get("/healthz").status_code == 200, "pages can be served"


def test_the_worker_is_looked_at_when_it_is_asked(client):
    assert read(ask(client)) == (503, ["worker"])


def test_without_a_watch_it_examines_by_itself(client, settings, tmp_path):
    (tmp_path / "watch" / "report.json").unlink()
    found = json.loads(ask(client).content)
    assert {"disk", "database", "writing", "mail", "clock"} <= found["conditions"].keys()


def test_many_who_ask_within_a_second_cost_one_look(client, monkeypatch):
    monkeypatch.setattr(bounded, "REMEMBERED", 60)
    looked = []
    examiner = bounded.Examiner([("disk", lambda: looked.append(1) or Condition("disk"))], True)
    monkeypatch.setattr("newsroom.health._database", examiner)
    assert {client.get("/healthz").status_code for _ in range(20)} == {200}
    assert len(looked) == 1
