"""A real SMTP server in a process of its own, which writes down what it has accepted.

What it answers goes by the address: unknown…@ has no mailbox, full…@ no room, busy…@ is put off once,
lost…@ is taken once without an answer, stuck…@ waits for ever at its first time, and …@blocked.example is refused for who we are.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP

from tests.servers import ROOT, free_port, wait_until

LIMIT = 32 * 1024 * 1024


class MailServer:
    """The running server: its port and what it has accepted; `messages` where the texts are kept too."""

    def __init__(self, folder, keep=True):
        self.folder, self.keep = Path(folder), keep
        self.port = free_port()
        self.process = None

    @property
    def mailer(self):
        """Return the setting MAILERS that leads here."""
        options = {"host": "127.0.0.1", "port": self.port, "timeout": 10}
        return {"default": {"BACKEND": "newsroom.outbox.smtp.Mailer", "OPTIONS": options}}

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.mailserver", str(self.port), str(self.folder)]
        self.process = subprocess.Popen([*command, "keep"] if self.keep else command, cwd=ROOT)
        wait_until(self._answers)
        return self

    def _answers(self):
        import socket

        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True

    def kill(self):
        """End it without a goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def accepted(self):
        """Return what it has accepted, in order: {"to", "from", "id"}."""
        return _lines(self.folder / "accepted.jsonl")

    @property
    def refused(self):
        """Return the addresses that it has refused, in order: {"to", "answer"}."""
        return _lines(self.folder / "refused.jsonl")

    @property
    def messages(self):
        """Return the parsed messages that it has accepted, in order."""
        paths = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def _lines(path):
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


class Handler:
    """Answers by the address, and writes down a message before it says that it took it."""

    def __init__(self, folder, keep):
        self.folder, self.keep = folder, keep
        self.ledger = self._open("accepted.jsonl")
        self.refusals = self._open("refused.jsonl")
        self.number = len(list(folder.glob("*.eml")))
        self.seen = set()

    def _open(self, name):
        return os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _first_time(self, address):
        if address in self.seen:
            return False
        self.seen.add(address)
        return True

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self._refusal(address)
        if refusal:
            os.write(self.refusals, json.dumps({"to": address, "answer": refusal[:9]}).encode() + b"\n")
            return refusal
        if address.startswith("stuck") and self._first_time(address):
            os.write(self.refusals, json.dumps({"to": address, "answer": "(silence)"}).encode() + b"\n")
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _refusal(self, address):
        name, _at, domain = address.partition("@")
        if domain == "blocked.example":
            return "550 5.7.1 Your network is on our list"
        if name.startswith("unknown"):
            return f"550 5.1.1 <{address}>: no such user here"
        if name.startswith("full"):
            return "552 5.2.2 The mailbox is full"
        if name.startswith("busy") and self._first_time(address):
            return "451 4.7.1 Come back later"
        return ""

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        head = envelope.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        line = {"to": to, "from": envelope.mail_from, "id": message_from_bytes(head)["Message-ID"]}
        if self.keep:
            self.number += 1
            (self.folder / f"{self.number:06}.eml").write_bytes(envelope.content)
        os.write(self.ledger, json.dumps(line).encode() + b"\n")
        if to.startswith("lost") and self._first_time(to):
            server.transport.abort()
        return "250 OK"


async def serve(port, folder, keep):
    """Serve for ever."""
    handler = Handler(folder, keep)
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, data_size_limit=LIMIT, hostname="mail.example"), "127.0.0.1", port
    )
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), "keep" in sys.argv))
