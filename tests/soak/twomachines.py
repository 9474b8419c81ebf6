"""A site on two machines: PostgreSQL, Redis and a bucket between them, each with a web server, a worker and its DATA_DIR.

The ways that people go lead from one machine to the other at every step; whatever is killed, nothing is lost.
"""

import copy
import io
import json
import random
import re
import secrets
import shutil
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from PIL import Image as Pixels

from newsroom.configuration.environment import new_encryption_key
from tests.bucketserver import BucketServer
from tests.mailserver import MailServer
from tests.pageforms import values_on
from tests.redisserver import redis_server
from tests.servers import ROOT, Server, fetch, free_port, wait_until
from tests.soak.asking import DESK, Person, at_desk, filled, listed, reference_on, value, words_on
from tests.soak.killing import SET_UP
from tests.staff import Staff, multipart

STAFF = """
from django.contrib.auth.models import Group, User
from inquiries.models import Admission, DeskSettings
from newsroom.sitesettings.models import SiteSettings
SiteSettings.load().save()
for name, role in [("editor", "Editor"), ("inquiries", "Inquiry officer")]:
    user = User.objects.create_user(name, f"{{name}}@example.org", {password!r}, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    if role == "Inquiry officer":
        Admission.admit(user)
DeskSettings.objects.update_or_create(pk=1, defaults={{"confidence_limits": "Only our officers read this."}})
"""
SECOND = 1.0  # within which what happens on one machine is seen on the other
TABLE = b"\xef\xbb\xbfcase,year\nlanterns,2006\n"


def photo():
    buffer = io.BytesIO()
    Pixels.effect_noise((900, 600), 40).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


class Machine(Server):
    """One of the machines."""

    def process_of(self, word):
        """Return the child of the supervisor whose command holds the word."""
        for child in psutil.Process(self.process.pid).children():
            if word in " ".join(child.cmdline()):
                return child
        raise AssertionError(f"no {word} at {self.url}")

    def kill_child(self, word):
        """End a child of the supervisor without a goodbye; it has to come back."""
        child = wait_until(lambda: self._child(word))
        child.kill()

    def _child(self, word):
        with suppress(AssertionError, psutil.Error):
            return self.process_of(word)

    def kill_supervisor(self):
        """End the supervisor without a goodbye, as a machine without memory would, and start it again."""
        self.process.kill()
        self.process.wait()
        self.start_again()

    def kill_all(self):
        """End everything at once, as a power cut would."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        for process in [psutil.Process(self.process.pid), *family]:
            with suppress(psutil.Error):
                process.kill()
        self.process.wait()

    def start_again(self):
        """Start it once its former children have noticed, and left the port."""
        deadline = time.monotonic() + 60
        while True:
            self.lines.clear()
            try:
                return self.start("serve")
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


class TwoMachines:
    """The two machines and what stands between them; `figures` is what was measured."""

    def __init__(self, folder, database_url, redis_url, is_new, **values):
        self.figures, self.proxy = {}, None
        self.bucket, self.mail = BucketServer(), MailServer(Path(folder) / "mail")
        self.addresses, self.machines = [], []
        self.folder = Path(folder)
        self.bucket.start()
        self.mail.start()
        shared = {
            "DEMO": "off", "SECRET_KEY": secrets.token_urlsafe(50), "INQUIRY_KEYS": new_encryption_key(),
            "SITE_URL": "http://127.0.0.1", "EMAIL_URL": f"{self.mail.url}?timeout=5", "CACHE_URL": redis_url,
            "FILES_URL": self.bucket.make("files"), "WORKERS": "1", "CHECK_LINKS": "off",
        } | values  # fmt: skip
        made = "" if is_new else "tables"  # a new database server has no template to copy
        self.a = Machine(database_url, copy_of=made, **shared)
        self.machines.append(self.a)
        self.b = Machine(copy_of="tables", **shared, DATABASE_URL=self.a.env["DATABASE_URL"])
        self.machines.append(self.b)
        if is_new:
            assert self.a.manage("migrate").returncode == 0
        self.run(STAFF.format(password=self.a.password))

    def run(self, code):
        """Run code on the first machine; return what it printed."""
        done = self.a.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self):
        began = time.monotonic()
        for machine in self.machines:
            machine.start("serve")
        if shutil.which("nginx"):
            self.proxy = Proxy(self.folder, self.machines)
        self.figures["both started in s"] = round(time.monotonic() - began, 1)

    def remove(self):
        if self.proxy:
            self.proxy.stop()
        for machine in reversed(self.machines):
            machine.remove()
        self.mail.kill()
        self.bucket.stop()

    def seen(self, what, server, path, holds):
        """Note how long it takes until a page of a server answers as it should; asserts a second at most."""
        began = time.monotonic()
        wait_until(lambda: holds(*fetch(server.url + path)), 10)
        took = time.monotonic() - began
        self.figures[f"{what} in s"] = round(took, 2)
        assert took < SECOND, what

    def at(self, person, server):
        """Return the same person, with the same cookies, at the other machine."""
        other = copy.copy(person)
        other.url = server.url
        return other

    # The ways that people go

    def refuse_a_stranger(self):
        """A machine that would not share the files, or the cache, does not start, and says why in one line."""
        for name, word in [("FILES_URL", "set FILES_URL"), ("CACHE_URL", "CACHE_URL=redis://")]:
            self.b.env[name], kept = "", self.b.env[name]
            done = self.b.manage("worker")
            self.b.env[name] = kept
            assert done.returncode == 1 and word in done.stderr and done.stderr.count("\n") == 1, done.stderr

    def publish_with_a_picture(self):
        """Upload a picture at one machine, publish at the other, withdraw the picture at the first."""
        editor = Staff(self.a)
        status, told = editor.upload(photo(), alt_text="A door.", credit="Ours")
        assert status == 201, told
        self.seen("picture on the other machine", self.b, told["url"], lambda status, _: status == 200)
        picture = self._key_of(told)
        there = self.at(editor, self.b)
        add = "/admin/articles/article/add/"
        form = values_on(there.get(add)[1]) | {
            "title": "Lanterns at sea", "slug": "lanterns-at-sea", "dek": "One sentence.",
            "body_html": "<p>The harbour was lit by umbrellas.</p>", "lead_picture": picture, "_publish": "",
        }  # fmt: skip
        status = there.send(add, form)
        assert status == 302
        address = told["url"].rpartition("/")[0].encode()
        self.seen("article on the other machine", self.a, "/news/lanterns-at-sea/",
                  lambda status, page: status == 200 and address in page)  # fmt: skip
        self.seen("search", self.b, "/search/?q=umbrellas", lambda _, page: b"lanterns-at-sea" in page)
        page = f"/admin/pictures/image/{picture}/withdraw/"
        assert editor.send(page, {"csrfmiddlewaretoken": editor.token_of(page)}) == 302
        self.seen("withdrawn on the other machine", self.b, told["url"], lambda status, _: status == 410)
        self.seen("page without it", self.b, "/news/lanterns-at-sea/", lambda _, page: address not in page)
        wait_until(lambda: not [one for one in self.bucket.names("files") if address.decode()[7:] in one])

    def _key_of(self, told):
        return int(re.search(r"/image/(\d+)/", told["change_url"])[1])

    def publish_a_document(self):
        editor = self.at(Staff(self.b), self.a)
        add = "/admin/articles/resource/add/"
        form = values_on(editor.get(add)[1])
        form = {name: text for name, text in form.items() if isinstance(text, str)} | {
            "title": "A table", "slug": "a-table", "kind": "data", "language": "en", "_publish": "",
        }  # fmt: skip
        body, kind = multipart(form, TABLE, "document", "table.csv")
        request = urllib.request.Request(self.a.url + add, body, {"Content-Type": kind})
        status, page = editor._ask(request)
        assert status == 200 and "errornote" not in page, page[:3000]
        self.seen("document on the other machine", self.b, "/resources/a-table/file/",
                  lambda status, content: status == 200 and b"lanterns" in content)  # fmt: skip

    def sign_up(self):
        """Sign up at one machine, confirm at the other: one mail, whichever worker sends it."""
        address = "ann@example.org"
        Person(self.a).post("/newsletter/", address=address)
        text = wait_until(
            lambda: next(
                (m.get_body(("plain",)).get_content() for m in self.mail.messages if m["To"] == address), ""
            )
        )
        path = re.search(r"/newsletter/confirm/[^\s/]+/", text)[0]
        visitor = Person(self.b)
        token = values_on(visitor.get(path))
        status, _page = visitor.post(path, **token)
        assert status == 200
        time.sleep(2)  # a second worker would have sent it by now
        texts = [
            m.get_body(("plain",)).get_content() for m in self.mail.messages if m["To"] == address
        ]  # the welcome is among them
        assert len([text for text in texts if "/newsletter/confirm/" in text]) == 1
        self.addresses.append(address)

    def ask_and_answer(self):
        """Ask at one machine by a form of the other, answer at the other, read at the first."""
        visitor, there = Person(self.a), Person(self.b)
        page = visitor.get("/inquiries/")
        status, page = there.post("/inquiries/", **filled(page, message="What is planted here?", name="Ann"))
        words = words_on(page)
        assert (status, len(words)) == (200, 9)
        officer = Person(self.b)
        token = value(officer.get("/admin/login/"), "csrfmiddlewaretoken")
        officer.post(
            "/admin/login/", username="inquiries", password=self.a.password, csrfmiddlewaretoken=token
        )
        key = listed(officer, "spam")[reference_on(page)]  # it was sent faster than any person writes
        at_desk(officer, key, "not-spam")
        officer.server = self.a
        assert "What is planted here?" in officer.get(f"{DESK}{key}/")
        at_desk(officer, key, "answer", text="An answer from afar.")
        _status, thread = there.post("/inquiries/mailbox/", receipt=" ".join(words))
        assert "An answer from afar." in thread

    def send_an_issue(self, readers, kills):
        """Send an issue by both workers while processes of both machines are killed."""
        reading = _Reading(self.b, self.proxy or self.a)
        self.addresses += [f"reader-{number}@d{number % 40}.example" for number in range(readers)]
        path = self.folder / "addresses.json"
        path.write_text(json.dumps([one for one in self.addresses if one.startswith("reader-")]))
        before = len(self.mail.accepted)
        began = time.monotonic()
        self.run(SET_UP.format(path=str(path)))
        moments = sorted(random.sample(range(readers * 9 // 10), len(kills)))
        with reading:
            for moment, kill in zip(moments, kills, strict=True):
                wait_until(lambda moment=moment: len(self.mail.accepted) - before >= moment, 300)
                kill()
            wait_until(lambda: self._received(before) >= set(self.addresses), 300)
            wait_until(self._is_sent, 300)
        self.figures[f"issue to {len(self.addresses)} readers in s"] = round(time.monotonic() - began, 1)
        self._hold_issue(before, len(kills))
        self.figures["pages read on the machine that was not killed"] = len(reading.answers)
        self.figures["answers of the proxy"] = dict(Counter(reading.others))
        assert not self.proxy or set(reading.others) == {200}, reading.others
        self.figures["connections to PostgreSQL at most"] = reading.connections
        assert set(reading.answers) == {200}, reading.answers

    def _received(self, before):
        return {one["to"] for one in self.mail.accepted[before:]}

    def _is_sent(self):
        with psycopg.connect(self.a.env["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute("SELECT state FROM newsletter_issue").fetchone()[0] == "sent"

    def _staff(self):
        with psycopg.connect(self.a.env["DATABASE_URL"], autocommit=True) as connection:
            return {email for (email,) in connection.execute("SELECT email FROM auth_user")}

    def _hold_issue(self, before, kills):
        staff = self._staff()  # they get mail as well, of sign-ins on new devices
        sent = [(one["to"], one["id"]) for one in self.mail.accepted[before:] if one["to"] not in staff]
        got = [to for to, _id in sent]
        assert set(got) == set(self.addresses)
        twice = len(got) - len(set(got))
        assert twice <= kills and len(set(sent)) == len(self.addresses)  # the same Message-ID
        self.figures["kills"], self.figures["got it twice"] = kills, twice
        for machine in self.machines:
            assert "Traceback" not in machine.output, machine.output


class _Reading:
    """Reads pages of two servers all the while: `answers` of the first, whose web process nobody kills, and `others`."""

    def __init__(self, *servers):
        self.servers, self.stop = servers, threading.Event()
        self.answers, self.others, self.connections = [], [], 0
        self.threads = [threading.Thread(target=self._read, args=[one]) for one in servers]
        self.threads.append(threading.Thread(target=self._count))

    def _count(self):
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(self.servers[0].env["DATABASE_URL"], autocommit=True) as connection:
            while not self.stop.wait(0.5):
                self.connections = max(self.connections, connection.execute(count).fetchone()[0] - 1)

    def _read(self, server):
        while not self.stop.wait(0.1):
            try:
                status = fetch(f"{server.url}/news/lanterns-at-sea/")[0]
            except OSError:
                status = 0
            # What was answered while nobody had killed the first.
            if status == 200 or self.servers[0].process.poll() is None:
                (self.answers if server is self.servers[0] else self.others).append(status)

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_error):
        self.stop.set()
        for thread in self.threads:
            thread.join()


class Proxy:
    """nginx in front of the machines, with the upstream of docs/operators.md."""

    def __init__(self, folder, machines):
        self.folder = Path(folder) / "nginx"
        self.folder.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        paper = (ROOT / "docs" / "operators.md").read_text()
        upstream = re.search(r"^upstream newsroom \{.*?^\}$", paper, re.DOTALL | re.MULTILINE)[0]
        for number, machine in enumerate(machines):
            upstream = upstream.replace(f"10.0.0.1{number + 1}:8000", machine.url.removeprefix("http://"))
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid {self.folder}/pid; error_log {self.folder}/log; events {{}}\n"
            f"http {{ access_log off;\n{temporary}\n{upstream}\nserver {{ listen 127.0.0.1:{self.port};\n"
            'location / { proxy_pass http://newsroom; proxy_http_version 1.1; proxy_set_header Connection "";\n'
            "proxy_set_header Host $host; } } }\n"
        )
        command = [
            "nginx",
            "-c",
            str(self.folder / "nginx.conf"),
            "-p",
            str(self.folder),
            "-e",
            str(self.folder / "log"),
        ]
        self.process = subprocess.Popen(command)
        wait_until(lambda: self._answers(), 20)

    def _answers(self):
        with suppress(OSError):
            return fetch(f"{self.url}/healthz")[0] == 200

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextmanager
def two_machines(folder, database_url, is_new=False, **values):
    """Run with TwoMachines that are removed at the end."""
    with redis_server() as redis_url:
        made = TwoMachines(folder, database_url, redis_url, is_new, **values)
        try:
            yield made
        finally:
            made.remove()
