"""A site at full load: readers as fast as it answers, an editor who publishes and corrects, a newsletter that goes out."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.bench import memory
from tests.servers import ROOT, fetch, wait_until
from tests.soak.freshness import readers

EVERY = 1.0  # seconds between two looks at the memory
LARGEST = 220  # megabytes a process
GROWTH = 1.1  # from the second quarter of the time to the last
BACK = 2.0  # seconds
EDITOR = """
import time
from django.db import transaction
from articles.models import Article

end, number = time.time() + {seconds}, 0
while time.time() < end:
    with transaction.atomic():
        article = Article(title=f"Edition {{number}}", slug=f"edition-{{number}}", dek="One of many.",
                          body_html="<p>" + "A sentence of the bulletin. " * 60 + "</p>")
        article.publish()
        article.full_clean()
        article.save()
    with transaction.atomic():
        article.title += ", corrected"
        article.save()
    number += 1
    time.sleep(0.5)
print(number)
"""


class Load:
    """What happened to a campaign's running site while it was at full load for some seconds."""

    def __init__(self, campaign, seconds):
        self.campaign, self.server = campaign, campaign.site
        self.sizes = []  # {name and id of a process: megabytes}
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", EDITOR.format(seconds=seconds)]
        sent = []
        wait_until(lambda: campaign.mail.accepted, 60)  # the newsletter goes out from now on
        with readers(self.server) as end:
            editor = subprocess.Popen(command, cwd=ROOT, env=self.server.env, stdout=subprocess.PIPE, text=True,
                                      stderr=subprocess.PIPE)  # fmt: skip
            finish = time.monotonic() + seconds
            while time.monotonic() < finish:
                self.sizes.append(self._sizes())
                sent.append(len(campaign.mail.accepted))
                time.sleep(EVERY)
            self.slowest, self.errors, self.said = end() if end else (0, 0, "")
        said, self.complaints = editor.communicate(timeout=60)
        self.published = int(said or 0)
        self.sent, self.sent_late = sent[-1], sent[-1] - sent[len(sent) // 2]

    def _sizes(self):
        family = _living(psutil.Process(self.server.process.pid).children(recursive=True))
        web = {f"web {pid}": memory.resident(pid) for pid in memory.web_processes(self.server.process.pid)}
        return web | {
            f"worker {one.pid}": memory.resident(one.pid) for one in family if "worker" in one.cmdline()
        }

    def grown(self):
        """Return the processes that took more memory at the end than in the second quarter, with both medians."""
        quarter = len(self.sizes) // 4
        found = {}
        for name in self.sizes[-1]:
            early = statistics.median(one[name] for one in self.sizes[quarter : 2 * quarter] if name in one)
            late = statistics.median(one[name] for one in self.sizes[-quarter:])
            if late > early * GROWTH:
                found[name] = early, late
        return found

    def hold(self):
        """Assert that nobody was refused and nothing was lost."""
        assert self.errors == 0, self.said
        assert self.published > 0, self.complaints
        assert self.sent > 0
        assert max(size for one in self.sizes for size in one.values()) < LARGEST
        assert "Traceback" not in self.server.output
        assert "locked" not in self.server.output + self.complaints


def seconds_until_back(server, victim):
    """Kill a child of the site without a goodbye, and return how long it takes until all is as before."""
    before = children(server, victim)
    began = time.monotonic()
    before[0].kill()
    wait_until(lambda: not _living(before[:1]), 5)
    while time.monotonic() - began < 30:
        there = {one.pid for one in children(server, victim)} - {before[0].pid}
        if len(there) >= len(before) and all(_answers(server) for _ in range(6)):
            break
        time.sleep(0.05)
    return time.monotonic() - began


def children(server, victim):
    """Return the processes of a kind: "web" (granian), "web worker" or "worker"."""
    supervisor = psutil.Process(server.process.pid)
    children = _living(supervisor.children())
    if victim == "worker":
        return [one for one in children if "worker" in one.cmdline()]
    web = [one for one in children if "newsroom.server.processes" in one.cmdline()]
    return web if victim == "web" else _living(child for one in web for child in one.children())


def _living(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def _answers(server):
    try:
        return fetch(f"{server.url}/", 2)[0] == 200
    except OSError:
        return False


def statuses_on_a_full_disk(server):
    """Return how reading and writing are answered while nothing more can be written to the disk of the site."""
    from tests.smalldisk import full
    from tests.soak.asking import Person

    with full(Path(server.data_dir)):
        reading = [
            fetch(server.url + path)[0] for path in ("/", "/news/?page=2", "/search/?q=news", "/get-help/")
        ]
        status, text = Person(server).post("/newsletter/", address="ann@example.org")
    return reading, status, text
