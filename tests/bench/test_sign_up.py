"""`make bench`: how long a sign-up takes over HTTP for addresses that we know and that we don't (Must hold 5)."""

import http.client
import random
import statistics
import time
from urllib.parse import urlencode, urlsplit

from tests.bench import results
from tests.newsletter.readers.timing import standard_score

EACH = 600
KNOW = """
from newsletter.models import Subscriber
readers = [Subscriber(state="confirmed") for _ in range({count})]
for number, reader in enumerate(readers):
    reader.set_address(f"known-{{number:05}}@example.org")
Subscriber.objects.bulk_create(readers)
"""


def test_a_sign_up_takes_as_long_for_a_known_address_as_for_an_unknown_one(make_server):
    server = make_server(copy_of="demo", WORKERS="1", TRUSTED_PROXIES="127.0.0.1")
    done = server.manage("shell", "--no-imports", "-c", KNOW.format(count=EACH))
    assert done.returncode == 0, done.stderr
    server.start()
    asked = [
        (kind, f"{kind}-{number:05}@example.org") for kind in ("known", "other") for number in range(EACH)
    ]
    random.shuffle(asked)
    times, answers = {"known": [], "other": []}, set()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    for number, (kind, address) in enumerate(asked):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.{number // 256}.{number % 256}.1",
        }
        began = time.perf_counter()
        connection.request("POST", "/newsletter/", urlencode({"address": address}), headers)
        answer = connection.getresponse()
        body = answer.read()
        times[kind].append(time.perf_counter() - began)
        answers.add((answer.status, body, *sorted(h for h in answer.getheaders() if h[0].lower() != "date")))
    medians = {kind: statistics.median(values) * 1000 for kind, values in times.items()}
    score = standard_score(times["known"], times["other"])
    what = f"sign-up of a known address, {score:+.1f} standard deviations"
    results.note(what, "of an unknown one", medians["known"], medians["other"], unit="ms")
    assert len(answers) == 1
    assert abs(score) < 3.5
