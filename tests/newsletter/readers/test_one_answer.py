"""Must hold 5: nobody learns from our answers, or from how long they take, whether we know an address."""

import random
import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.models import Subscriber, Suppression
from tests.newsletter.readers.timing import standard_score

pytestmark = pytest.mark.django_db
STANDINGS = ["unknown", "pending", "confirmed", "unsubscribed", "bounced", "erased"]


@pytest.fixture
def make_address(make_subscriber):
    """Return a function that makes an address with a standing; all are of the same length."""
    numbers = iter(range(100_000, 200_000))

    def make(standing):
        address = f"reader-{next(numbers)}@example.org"
        if standing in Subscriber.State.values:
            make_subscriber(address, state=standing)
        if standing in {"bounced", "erased"}:
            Suppression.add(address, standing)
        return address

    return make


@pytest.fixture
def post():
    """Return a function that sends a form with an address from a network of its own."""
    client, networks = Client(enforce_csrf_checks=True), iter(range(1, 60_000))

    def send(path, address):
        number = next(networks)
        visitor = f"10.{number // 256}.{number % 256}.1"
        return client.post(path, {"address": address, "opened": ""} if "manage" in path else {"address": address},
                           REMOTE_ADDR=visitor)  # fmt: skip

    return send


@pytest.mark.parametrize("path", ["/newsletter/", "/newsletter/manage/"])
def test_the_answer_is_the_same_to_the_byte_and_so_is_the_work(post, make_address, path, monkeypatch):
    from newsroom.guard import spamtrap

    monkeypatch.setattr(spamtrap, "seconds_since", lambda _token: 60)
    answers, work = set(), set()
    for standing in STANDINGS:
        address = make_address(standing)
        with CaptureQueriesContext(connection) as queries:
            answer = post(path, address)
        assert answer.status_code == 302
        answers.add((answer.status_code, answer.content, *sorted(answer.items())))
        work.add(tuple(re.sub(r"reader-\d+|'\d{4}-\d\d[^']*'", "?", query["sql"]) for query in queries))
    assert len(answers) == 1
    assert len(work) == 1
    assert "newsletter_subscriber" not in str(work)


def test_the_time_is_the_same_within_noise(post, make_address):
    times = {"unknown": [], "known": []}
    asked = [make_address(random.choice(STANDINGS[1:])) for _ in range(80)]
    asked = [("known", address) for address in asked] + [
        ("unknown", make_address("unknown")) for _ in range(80)
    ]
    random.shuffle(asked)
    for _ in range(5):
        post("/newsletter/", make_address("unknown"))
    for kind, address in asked:
        began = time.perf_counter()
        post("/newsletter/", address)
        times[kind].append(time.perf_counter() - began)
    assert abs(standard_score(times["known"], times["unknown"])) < 3.5
