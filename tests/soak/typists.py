"""Editors who type at the same time, each at pieces of their own, while readers load pages at full speed."""

import http.client
import json
import re
import statistics
import threading
import time
from html import unescape
from urllib.parse import urlsplit

from tests.pageforms import values_on
from tests.soak.freshness import readers

EDITORS = 20
PIECES = 2  # that each of them has open
EVERY = 2.0  # seconds between two texts, as in the script of a form
AGAIN = 0.5  # seconds until a text is sent again after the server was busy: the script waits longer

PREPARE = """
import json
from django.contrib.auth.models import Group, User
from django.test import Client
from articles.models import Article
found = []
for number in range({editors}):
    user = User.objects.create_user(f"typist{{number}}", f"typist{{number}}@example.org", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    client = Client()
    client.force_login(user)
    keys = []
    for piece in range({pieces}):
        article = Article.objects.create(title=f"Typed {{number}} {{piece}}", slug=f"typed-{{number}}-{{piece}}",
                                         body_html="<p>Text.</p>", created_by=user)
        keys.append(article.pk)
    cookies = "; ".join(f"{{name}}={{one.value}}" for name, one in client.cookies.items())
    found.append([user.pk, cookies, keys])
print(json.dumps(found))
"""
COUNT = """
import json
from newsroom.unsaved.models import UnsavedText
from newsroom.versions.models import Version
longest = max((len(row.content) for row in UnsavedText.objects.all()), default=0)
print(json.dumps([UnsavedText.objects.filter(user__username__startswith="typist").count(), Version.objects.count(), longest]))
"""


class Typist(threading.Thread):
    """Somebody who has forms open and types a word into each, again and again."""

    def __init__(self, server, key, cookies, pieces):
        super().__init__(daemon=True)
        self.key, self.server, self.pieces = str(key), server, pieces
        self.headers = {
            "Cookie": cookies, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "Origin": server.url,
        }  # fmt: skip
        self.times, self.wrong, self.busy, self.until = [], [], 0, 0.0
        self.forms = [self._open(piece) for piece in pieces]

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=60)
        try:
            connection.request(method, path, body, self.headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _open(self, piece):
        """Return what the script of a form needs: where to send, the number of the page, and the fields."""
        status, page = self._ask("GET", f"/admin/articles/article/{piece}/change/")
        assert status == 200, page[:300]
        named = dict(re.findall(r'data-(url|page|who)="([^"]*)"', page))
        assert named["who"] == self.key
        fields = [[name, one] for name, value in values_on(page).items() for one in _each(value)]
        return unescape(named["url"]), named["page"], fields

    def run(self):
        number = 0
        time.sleep(int(self.key) % 10 / 10 * EVERY)  # nobody begins at the same moment
        while time.monotonic() < self.until:
            for form in self.forms:
                typed = f"<p>{' '.join(f'word{one}' for one in range(300 + number))}</p>"
                began = time.monotonic()
                while not self._is_kept(form, typed):
                    time.sleep(AGAIN)
                self.times.append((time.monotonic() - began) * 1000)
            number += 1
            time.sleep(max(0, EVERY - self.times[-1] / 1000))

    def _is_kept(self, form, typed):
        """Send a text as the script does; a busy server asks it to try again, and everything else has to go well."""
        url, page, fields = form
        sent = [[name, typed if name == "body_html" else value] for name, value in fields]
        status, text = self._ask(
            "POST", url, json.dumps({"page": page, "taken": [], "who": self.key, "fields": sent})
        )
        if status == 503:
            self.busy += 1
            return False
        if status != 200 or json.loads(text)["state"] != "kept":
            self.wrong.append((status, text[:200]))
        return True


def _each(value):
    return value if isinstance(value, list) else [value]


def counted(server):
    """Return how many unsaved texts of typists and how many versions there are, and the longest text."""
    told = server.manage("shell", "--no-imports", "-c", COUNT)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def play(server, seconds, editors=EDITORS):
    """Let editors type for so long beside readers; nobody is refused, and each has one row a piece and no version."""
    told = server.manage("shell", "--no-imports", "-c", PREPARE.format(editors=editors, pieces=PIECES))
    assert told.returncode == 0, told.stderr
    typists = [Typist(server, *one) for one in json.loads(told.stdout)]
    _rows, versions, _longest = counted(server)
    with readers(server) as end:
        for one in typists:
            one.until = time.monotonic() + seconds
            one.start()
        for one in typists:
            one.join()
        slowest, errors, said = end() if end else (0, 0, "")
    times = sorted(took for one in typists for took in one.times)
    print(
        f"{len(times)} calls, median {statistics.median(times):.0f} ms, slowest of 100 {times[-len(times) // 100]:.0f} ms, "
        f"slowest {times[-1]:.0f} ms, sent again {sum(one.busy for one in typists)} times; readers: slowest of 100 {slowest:.0f} ms, {errors} errors"
    )
    wrong = [one for typist in typists for one in typist.wrong]
    assert not wrong, (len(wrong), wrong[:3])
    assert errors == 0, said
    assert len(times) >= editors * PIECES
    rows, after, longest = counted(server)
    assert (rows, after) == (editors * PIECES, versions)
    assert longest < 50_000  # the last text of a page, not all of them
    assert "locked" not in server.output and "Traceback" not in server.output
    return times
