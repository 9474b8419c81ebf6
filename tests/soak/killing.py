"""An issue sent by workers that are killed at random moments, to a real server that writes down what it took."""

import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path

from tests.mailserver import MailServer
from tests.servers import ROOT, Server, wait_until

SET_UP = """
import json
from pathlib import Path
from django.utils import timezone
from articles.dates import PartialDate
from articles.models import Article
from newsletter.sending import lifecycle
from newsletter.models import Issue, Item, Subscriber
from newsroom.sitesettings.models import SiteSettings

settings = SiteSettings.load()
settings.postal_address = "1 Example Street"
settings.save()
article = Article(title="The news", slug="the-news", dek="One sentence.", body_html="<p>Text.</p>",
                  display_date=PartialDate(2026, 1))
article.publish()
article.save()
issue = Issue.objects.create(slug="issue", subject="News of the month")
Item.objects.create(issue=issue, article=article, blurb="What it says.")
now = timezone.now()
Subscriber.objects.bulk_create(
    [Subscriber(address=one, address_key=one, state="confirmed", confirmed_at=now, state_changed_at=now)
     for one in json.loads(Path({path!r}).read_text())], batch_size=1000)
lifecycle.schedule(issue, now)
"""
FIGURES = """
import json
from newsletter.sending import lifecycle
from newsletter.models import DomainPause, Issue, Subscriber, Suppression
issue = Issue.objects.get()
progress = lifecycle.progress(issue)
names = ["total", "sent", "deferred", "bounced", "failed", "cancelled", "uncertain", "waiting"]
print(json.dumps({name: getattr(progress, name) for name in names} | {
    "state": issue.state,
    "suppressed": Suppression.objects.count(),
    "undeliverable": Subscriber.objects.filter(state="bounced").count(),
    "paused": list(DomainPause.objects.values_list("domain", flat=True))}))
"""
# The test lets time pass faster: what was put off is due now.
LATER = [
    "UPDATE newsletter_delivery SET due_at = CURRENT_TIMESTAMP WHERE state = 'deferred'",
    "UPDATE newsletter_batch SET due_at = CURRENT_TIMESTAMP WHERE due_at IS NOT NULL AND due_at > CURRENT_TIMESTAMP",
]
OPEN = "SELECT COUNT(*) FROM newsletter_batch WHERE due_at IS NOT NULL"
WRITTEN = "SELECT COUNT(*) FROM newsletter_dispatch WHERE is_complete"
UNTRIED = "SELECT COUNT(*) FROM newsletter_delivery WHERE state IN ('queued', 'sending')"


class Campaign:
    """A site of its own with readers, an issue that is due, a mail server and the workers that send it."""

    def __init__(self, folder, addresses, database_url="", senders=1, is_new=False, data_dir=None, **values):
        self.addresses = addresses
        self.mail = MailServer(Path(folder) / "mail", keep=False).start()
        self.site = Server(
            database_url,
            copy_of="" if is_new else "tables",  # a new database server has no template to copy
            data_dir=data_dir,
            EMAIL_URL=f"{self.mail.url}?timeout=10",
            **values,
        )
        if is_new:
            assert self.site.manage("migrate").returncode == 0
        self.log = (Path(folder) / "workers.log").open("a+")
        self.workers = [None] * senders
        self.kills = self.mail_kills = 0
        path = Path(folder) / "addresses.json"
        path.write_text(json.dumps(addresses))
        self.run(SET_UP.format(path=str(path)))

    def run(self, code):
        """Run code inside the site, in a process of its own; return what it printed."""
        done = self.site.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, sql):
        """Return the one number that a query gives."""
        return self.sql(sql)[0][0]

    def sql(self, *statements):
        """Run SQL beside the workers; return the rows of the last statement."""
        url = self.site.env.get("DATABASE_URL")
        if url:
            import psycopg

            with psycopg.connect(url, autocommit=True) as connection:
                for statement in statements:
                    cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        import sqlite3

        connection = sqlite3.connect(
            self.site.data_dir / "newsroom.sqlite3", timeout=20, isolation_level=None
        )
        try:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall()
        finally:
            connection.close()

    def start(self, index):
        """Start a worker in this place."""
        command = [sys.executable, "manage.py", "worker"]
        self.workers[index] = subprocess.Popen(command, cwd=ROOT, env=self.site.env, stderr=self.log)

    def start_all(self):
        for index in range(len(self.workers)):
            self.start(index)

    def kill_one(self):
        """End one of the workers without a goodbye, and start another in its place."""
        index = random.randrange(len(self.workers))
        self.workers[index].kill()
        self.workers[index].wait()
        self.kills += 1
        self.start(index)

    def restart_mail(self):
        """End the mail server without a goodbye; it is back half a second later."""
        self.mail.kill()
        self.mail_kills += 1
        time.sleep(0.5)
        self.mail.start()

    def at_random_moments(self, *events):
        """Let the events happen at random moments while the messages leave."""
        count = len(self.addresses)
        moments = sorted(random.sample(range(count * 9 // 10), len(events)))
        for moment, event in zip(moments, events, strict=True):
            wait_until(lambda moment=moment: len(self.mail.accepted) >= moment or self.is_done(), 300)
            time.sleep(random.uniform(0, 0.05))
            event()

    def is_done(self):
        """Return whether the whole ledger is written and all of it is settled."""
        return self.ask(WRITTEN) == 1 and self.ask(OPEN) == 0

    def is_tried(self):
        """Return whether every message was tried once."""
        return self.ask(WRITTEN) == 1 and self.ask(UNTRIED) == 0

    def finish(self, settled=True, timeout=300):
        """Wait until it is sent, letting what was put off be due at once; where not all settles, until all is tried."""
        wait_until(self.is_tried, timeout)
        deadline = time.monotonic() + timeout
        while settled and not self.is_done():
            assert time.monotonic() < deadline, self.output
            self.sql(*LATER)
            time.sleep(0.5)

    @property
    def figures(self):
        """Return what the admin's page shows, and who is suppressed."""
        return json.loads(self.run(FIGURES))

    @property
    def output(self):
        """Return what the workers have written to stderr."""
        self.log.flush()
        return Path(self.log.name).read_text()

    def received(self):
        """Return {address: [Message-ID of every copy]}."""
        found = defaultdict(list)
        for one in self.mail.accepted:
            found[one["to"]].append(one["id"])
        return found

    def hold(self, arriving=None, lost_answers=0):
        """Assert that everybody got it, hardly anybody twice, and that the figures are those of the server."""
        figures = self.figures
        received = {to: ids for to, ids in self.received().items() if not to.startswith("visitor")}
        expected = set(self.addresses if arriving is None else arriving)
        assert set(received) == expected
        copies = Counter({to: len(ids) for to, ids in received.items()})
        twice = sum(copies.values()) - len(copies)
        assert twice <= self.kills + self.mail_kills * len(self.workers) + lost_answers
        assert all(len(set(ids)) == 1 for ids in received.values())
        assert figures["sent"] == len(expected), figures
        assert figures["total"] == len(self.addresses), figures
        assert (
            twice <= figures["uncertain"] <= self.kills + self.mail_kills * len(self.workers) + lost_answers
        )
        assert "is locked" not in self.output
        return {"readers": len(expected), "twice": twice, "kills": self.kills, **figures}

    def remove(self):
        """Stop everything and delete it."""
        for worker in self.workers:
            if worker is not None:
                worker.kill()
                worker.wait()
        self.mail.kill()
        self.log.close()
        self.site.remove()


@contextmanager
def campaign(*arguments, **values):
    """Run with a Campaign that is removed at the end."""
    made = Campaign(*arguments, **values)
    try:
        yield made
    finally:
        made.remove()


def readers(count, **special):
    """Return so many addresses at 40 domains, the first of them with these local parts: busy=10, unknown=5 …"""
    names = [f"{word}-{number}" for word, share in special.items() for number in range(share)]
    names += [f"reader-{number}" for number in range(count - len(names))]
    random.shuffle(names)
    return [f"{name}@d{number % 40}.example" for number, name in enumerate(names)]
