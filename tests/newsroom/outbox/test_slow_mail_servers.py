"""A mail server that answers nothing, a letter now and then, or without end holds up one mail for a while, and no job."""

import socket
import threading
import time
from contextlib import suppress

import pytest
from django.db.models import F
from django.utils import timezone

from newsroom.outbox import conditions, posting, sending
from newsroom.outbox.models import Mail, Trouble
from newsroom.outbox.sending import send_due
from tests.newsroom.outbox.test_outbox import letter, letters  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 0.4  # seconds for a reply


class SlowServer:
    """Behaves, but for the step that it is slow in: "greeting", "mail" or "rcpt"."""

    def __init__(self, step, how):
        self.step, self.how = step, how
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.over.is_set():
            with suppress(OSError):
                threading.Thread(target=self._talk, args=[self.listener.accept()[0]], daemon=True).start()

    def _talk(self, connection):
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            self._say(connection, "greeting", b"220 mail.example.org\r\n")
            for line in lines:
                self._say(connection, line[:4].decode().lower(), b"250 yes\r\n")

    def _say(self, connection, step, words):
        if step != self.step:
            connection.sendall(words)
        elif self.how == "silent":
            self.over.wait(30)
        while step == self.step and not self.over.wait(0.05 if self.how == "trickles" else 0):
            connection.sendall(b"2" if self.how == "trickles" else b"250-more\r\n" * 100)

    def close(self):
        self.over.set()
        self.listener.close()


@pytest.fixture
def make_slow(settings):
    """Return a function that makes a slow server the site's own."""
    made = []

    def make(step, how):
        made.append(SlowServer(step, how))
        options = {"host": "127.0.0.1", "port": made[-1].listener.getsockname()[1], "timeout": PATIENCE}
        settings.MAILERS = {"default": {"BACKEND": "newsroom.outbox.smtp.Mailer", "OPTIONS": options}}
        sending.transport.close()

    yield make
    sending.transport.close()
    for server in made:
        server.close()


@pytest.mark.parametrize("how", ["silent", "trickles", "endless"])
def test_it_counts_as_out_of_reach_wherever_it_stops(make_slow, letters, how):  # noqa: F811
    letters["7"] = letter()
    posting.post("letter", 7)
    for step in ("greeting", "mail"):
        make_slow(step, how)
        Mail.objects.update(due_at=timezone.now())
        began = time.monotonic()
        assert send_due() == 0
        assert time.monotonic() - began < 10 * PATIENCE
        assert Trouble.objects.get().kind == Trouble.Cause.REACH
        assert "can’t be reached" in conditions.server().problem
        Trouble.objects.all().delete()
    assert Mail.objects.get().attempts == 2


def test_one_that_stops_at_the_recipient_leaves_the_other_jobs_their_turn(make_slow, letters, monkeypatch):  # noqa: F811
    make_slow("rcpt", "silent")
    monkeypatch.setattr(sending, "SLICE", 1.5 * PATIENCE)
    for number in range(6):
        letters[str(number)] = letter()
        posting.post("letter", number)
    assert send_due() == 0
    tried = Mail.objects.filter(attempts=1).count()
    assert 1 <= tried <= 2
    rest = Mail.objects.filter(attempts=0, due_at__lte=timezone.now(), due_at=F("wanted_at"))
    assert rest.count() == 6 - tried
