"""`make bench`: the newsletter's sender against a bare smtplib loop, its memory, and a ledger of a million rows."""

import json

import pytest

from tests.bench import results
from tests.conftest import database_url
from tests.soak.killing import campaign, readers

ROUNDS, MESSAGES = 3, 1500
LARGE, SMALL = 200_000, 1_000

ISSUES = """
from django.utils import timezone
from articles.dates import PartialDate
from articles.models import Article
from newsletter.sending import lifecycle
from newsletter.models import Issue, Item

def make_issue(name):
    issue = Issue.objects.create(slug=name, subject="News of the month")
    for number in range(20):
        article = Article(title=f"Article {number} of {name}", slug=f"{name}-{number}",
                          dek="What it says, in one sentence of the usual length, as editors write it. " * 2,
                          body_html="<p>Text.</p>", display_date=PartialDate(2026, 1))
        article.publish()
        article.save()
        Item.objects.create(issue=issue, article=article, blurb=article.dek, group=f"Part {number // 5}")
    lifecycle.schedule(issue, timezone.now())
    return issue
"""
RATE = (
    ISSUES
    + """
import json, smtplib, time
from django.core.mail import mailers
from newsletter.sending import enqueuing, jobs, mail, returnpaths
from newsletter.models import Delivery, Subscriber
from newsletter.readers.tokens import UNSUBSCRIBE

def bare(issue):
    prepared = mail.prepare(issue)
    messages = []
    for reader in Subscriber.objects.all():
        message = prepared.message(reader, message_id=returnpaths.message_id(issue, reader),
            return_path=returnpaths.return_path(issue, reader), unsubscribe_url=UNSUBSCRIBE.url(reader))
        messages.append((message.from_email, message.to, message.mime))
    server = smtplib.SMTP("127.0.0.1", mailers.default.port)
    began = time.perf_counter()
    for sender, to, wire in messages:
        server.sendmail(sender, to, wire)
    seconds = time.perf_counter() - began
    server.quit()
    return len(messages) / seconds, len(messages[0][2])

def ours(issue):
    lifecycle.start(issue)
    enqueuing.enqueue_due()
    began = time.perf_counter()
    while Delivery.objects.filter(issue=issue, state="queued").exists():
        jobs.send_due()
    return Delivery.objects.filter(issue=issue, state="sent").count() / (time.perf_counter() - began)

found = []
for number in range(rounds):
    issue = make_issue(f"issue-{number}")
    rate, size = bare(issue)
    found.append((rate, ours(issue)))
print(json.dumps([size, found]))
"""
)
MANY = """
import json
from django.utils import timezone
from newsletter.models import Subscriber

now = timezone.now()
for start in range(0, count, 10_000):
    Subscriber.objects.bulk_create([
        Subscriber(address=f"many-{number}@d{number % 50}.example", address_key=f"many-{number}@d{number % 50}.example",
                   state="confirmed", confirmed_at=now, state_changed_at=now)
        for number in range(start, min(start + 10_000, count))])
print(json.dumps(None))
"""
START = """
import json, time
from django.utils import timezone
from newsletter.sending import enqueuing, jobs, lifecycle
from newsletter.models import Delivery, Issue
from tests.bench import memory

issue = Issue.objects.get()
lifecycle.schedule(issue, timezone.now())
began = time.perf_counter()
lifecycle.start(issue)
enqueuing.enqueue_due()
seconds = time.perf_counter() - began
count = Delivery.objects.filter(issue=issue).count()
jobs.send_due(15)
print(json.dumps([count, seconds, Delivery.objects.filter(issue=issue, state="sent").count(),
                  memory.peak()]))
"""
PROGRESS = """
import json, statistics, time
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from newsletter.sending import lifecycle
from newsletter.models import Batch, Dispatch, Issue

issue = Issue.objects.get()
Issue.objects.update(state="sending", published_at="2026-01-01T00:00Z")
Dispatch.objects.create(issue=issue, last_id=0, is_complete=True)
Batch.objects.bulk_create([Batch(issue=issue, size=500, sent=250, deferred=10, bounced=3) for _ in range(2000)])
series = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 499) SELECT i FROM n"
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO newsletter_delivery (issue_id, batch_id, state, attempts, is_uncertain, is_returned, answer) "
                   f"SELECT %s, b.id, 'sent', 1, %s, %s, '250' FROM newsletter_batch b, ({series}) s", [issue.pk, False, False])
    cursor.execute("ANALYZE")

def milliseconds(run):
    run()
    times, busy = [], time.process_time()
    for _ in range(20):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), (time.process_time() - busy) * 50

client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.create_superuser("boss", "boss@example.org"))
url = reverse("admin:newsletter_issue_progress", args=[issue.pk])
assert client.get(url).status_code == 200
print(json.dumps([issue.deliveries.count(), milliseconds(lambda: lifecycle.progress(issue)),
                  milliseconds(lambda: client.get(url))]))
"""


def run(site, code, **values):
    """Run code in a process of its own; return what it printed as JSON."""
    given = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    return json.loads(site.run(given + code).splitlines()[-1])


def test_the_sender_against_a_bare_loop_of_smtplib(tmp_path):
    with campaign(tmp_path, readers(MESSAGES), database_url()) as site:
        site.run("from newsletter.models import Issue; Issue.objects.all().delete()")
        size, found = run(site, RATE, rounds=ROUNDS)
    bare, ours = sorted(found, key=lambda pair: pair[1] / pair[0])[len(found) // 2]
    ratio = results.note(f"newsletter, messages of {size:,} bytes", "bare smtplib", ours, bare, unit="/s")
    assert ratio >= 0.7


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_starting_and_memory(tmp_path, count):
    with campaign(tmp_path, readers(1), database_url()) as site:
        run(site, MANY, count=count)
        written, seconds, sent, megabytes = run(site, START)
    print(
        f"\n{written} readers: started in {seconds:.1f} s; sender's peak {megabytes:.0f} MB after {sent} messages"
    )
    results.state(f"the newsletter's sender with {count:,} readers", f"{megabytes:.0f} MB")
    assert written == count + 1
    assert seconds < 30
    assert megabytes < 150


def test_the_progress_page_at_a_million_deliveries(tmp_path):
    with campaign(tmp_path, readers(1), database_url()) as site:
        assert site.site.manage("collectstatic", "--noinput", "--verbosity", "0").returncode == 0
        count, (query, _), (page, busy) = run(site, PROGRESS)
    print(f"\n{count} deliveries: figures in {query:.1f} ms, the admin's page in {page:.1f} ms "
          f"({busy:.1f} ms of one core)")  # fmt: skip
    assert count == 1_000_000
    assert page < 50
