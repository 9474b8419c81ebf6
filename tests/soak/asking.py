"""Inquiries with planted words on a running site, and the search for those words in all that it left behind."""

import http.cookiejar
import itertools
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from tests.pageforms import value
from tests.servers import wait_until

DESK = "/admin/inquiries/inquiry/"
SHELL = ["shell", "--no-imports", "-c"]
COUNTRY, COUNTRY_NAME = "BV", "Bouvet"  # nothing else on the site names it


class Person:
    """A browser without JavaScript."""

    def __init__(self, server):
        self.server = server
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path):
        """Return the text of a page."""
        return self.opener.open(self.server.url + path, timeout=60).read().decode()

    def post(self, path, **fields):
        """Return status and text of the page that a form leads to."""
        data = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.server.url + path, data, {"Referer": self.server.url + path})
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def words_on(page):
    """Return the receipt that a page shows."""
    return re.findall(r"<li><b>(\w+)</b></li>", page)


def reference_on(page):
    return re.search(r'class="reference">[^<]*<b>([^<]+)</b>', page)[1]


def filled(page, **fields):
    """Return what a browser sends for the form on a page."""
    return {"nonce": value(page, "nonce"), "opened": value(page, "opened"), "kind": "question", "language": "en",
            "reply_by": "receipt", "country": ""} | fields  # fmt: skip


def sign_in(server, username="inquiries"):
    """Return the browser of somebody of the staff."""
    person = Person(server)
    token = value(person.get("/admin/login/"), "csrfmiddlewaretoken")
    person.post("/admin/login/", username=username, password=server.password, csrfmiddlewaretoken=token)
    return person


def at_desk(officer, pk, deed, **fields):
    """Do something with an inquiry, as its page offers it."""
    page = officer.get(f"{DESK}{pk}/")
    names = [
        "csrfmiddlewaretoken",
        "once",
        "last_entry",
    ]  # spam offers no answer, so the last two are missing
    form = {name: value(page, name) for name in names if f'name="{name}"' in page}
    return officer.post(f"{DESK}{pk}/", action=deed, **form, **fields)


def found_behind(server, mail, officer, count):
    """Ask, answer, export and purge; return which words lay in any byte in between and after.

    Afterwards the pieces of their ciphertexts count as well.
    """
    secrets = plant(server, officer, count)
    full = len(range(2, count, 3))
    wait_until(lambda: sum("planted-answer" in str(m.get_body()) for m in mail.messages) >= full, 300)
    meanwhile = seen_in(left_behind(server), secrets)
    pieces = purge(server)
    assert len(pieces) > count * 3
    left = left_behind(server)
    return meanwhile + seen_in(left, secrets) + [piece for piece in pieces if piece.encode() in left]


def listed(officer, state):
    """Return {reference: key} of what lies on the desk in a state, over all pages of the list."""
    found = {}
    for number in itertools.count(1):
        page = officer.get(f"{DESK}?state={state}&page={number}")
        found |= {reference: pk for pk, reference in re.findall(rf'{DESK}([\w-]+)/">(\w+-\w+)</a>', page)}
        if f"page={number + 1}" not in page:
            return found


def lying_there(officer):
    """Return how many inquiries there are, whatever their state."""
    tabs = re.findall(r"\?state=(\w+)[^>]*>[^<]*<span>(\d+)</span>", officer.get(DESK))
    return sum(int(number) for state, number in tabs if state != "todo")


def plant(server, officer, count):
    """Let so many people ask and officers answer; return every secret that must be nowhere in plain letters."""
    secrets, receipts, references = [], [], []
    for number in range(count):
        visitor = Person(server)
        page = visitor.get("/inquiries/")
        mark = f"planted{number:04}"
        fields = filled(page, message=f"{mark}-question", name=f"{mark}-name", organisation=f"{mark}-house",
                        address=f"{mark}@example.org", country=COUNTRY, reply_by=["receipt", "notice", "full"][number % 3])  # fmt: skip
        status, page = visitor.post("/inquiries/", **fields)
        words = words_on(page)
        assert (status, len(words)) == (200, 9)
        receipts.append(words)
        references.append(reference_on(page))
        # Two of the words can stand side by side in an article of the demo; three hardly can.
        secrets += [mark, *(" ".join(words[at : at + 3]) for at in range(7)), "".join(words)]
    keys = listed(officer, "spam")  # they were sent faster than any person writes
    for number, pk in enumerate(keys[reference] for reference in references):
        at_desk(officer, pk, "not-spam")
        at_desk(officer, pk, "note", note=f"planted-note-{number}")
        at_desk(officer, pk, "answer", text=f"planted-answer-{number}")
        at_desk(officer, pk, "export")
    export = officer.get(f"{DESK}export/")
    today = time.strftime("%Y-%m-%d", time.gmtime())
    token = value(export, "csrfmiddlewaretoken")
    status, table = officer.post(f"{DESK}export/", csrfmiddlewaretoken=token, first=today, last=today)
    assert table.count("planted-answer-") == count
    search = value(officer.get(DESK), "csrfmiddlewaretoken")
    officer.post(f"{DESK}search/", csrfmiddlewaretoken=search, q="planted0001")
    for words in receipts[:20]:
        visitor = Person(server)
        _status, thread = visitor.post("/inquiries/mailbox/", receipt=" ".join(words))
        fields = {"ticket": value(thread, "ticket"), "nonce": value(thread, "nonce"), "action": "write"}
        visitor.post("/inquiries/mailbox/", message="planted-again", **fields)
    return [*secrets, "planted-", COUNTRY_NAME, f'"{COUNTRY}"', f"question {COUNTRY}"]


def left_behind(server):
    """Return the raw bytes of everything that the site keeps and says: files, dump of the database, output."""
    found = bytearray(server.output.encode())
    for path in sorted(server.data_dir.rglob("*")):
        if path.is_file() and "static" not in path.relative_to(server.data_dir).parts:
            found += path.read_bytes()
    url = server.env.get("DATABASE_URL")
    if url:
        found += subprocess.run(["pg_dump", url], capture_output=True, check=True).stdout
    return found


def seen_in(found, secrets):
    """Return which of the secrets lie in what was found."""
    return [secret for secret in secrets if secret.encode() in found or secret.encode("utf-16-le") in found]


PURGE = """
from datetime import timedelta
from django.utils import timezone
from inquiries.models import Entry, Event, Inquiry
for model in (Inquiry, Entry, Event):
    for token in model.objects.values_list("sealed", flat=True): print("sealed", token)
Inquiry.objects.update(received_at=timezone.now() - timedelta(days=400))
Event.objects.update(at=timezone.now() - timedelta(days=400))
from django.core.management import call_command
call_command("purge_inquiries")
"""


def purge(server):
    """Let all be old, purge, and return pieces of every ciphertext that there was."""
    done = server.manage(*SHELL, PURGE)
    assert done.returncode == 0, done.stderr
    tokens = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("sealed ")]
    return [token[at : at + 40] for token in tokens for at in range(20, len(token) - 40, 500)]
