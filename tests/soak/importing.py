"""A list of readers that is imported while the worker is killed again and again: of the soak and its short form."""

import json
import random
import signal
import subprocess
import sys
import time

from tests.servers import ROOT

# The worker's own job from the first line to the last; whenever it dies, it is started again.
RUN = """
import json, re
from pathlib import Path
from django.contrib.auth.models import User
from newsletter.readers import imports
from newsletter.models import Import, ImportRow, Subscriber, Suppression

if not Import.objects.exists():
    for number in range(10):
        known = Subscriber(state="confirmed")
        known.set_address(f"known{{number}}@example.org")
        known.save()
        Suppression.add(f"gone{{number}}@example.org", "erased")
    ann = User.objects.create(username="ann")
    imports.start(Import(consent="They signed up in May."), Path({path!r}).read_bytes(), "list.csv", ann)
print("ready", flush=True)
while (one := Import.objects.defer("content").get()).state != "done":
    if one.state == "waiting":
        imports.decide(one.pk, "importing")
    imports.work()
one = Import.objects.get()
print(json.dumps({{
    "counts": one.counts,
    "rows": list(ImportRow.objects.order_by("line").values_list("line", "fate", "reason")),
    "readers": Subscriber.objects.count(),
    "addresses": ImportRow.objects.exclude(address="").count(),
    "content": one.content is not None,
    "peak": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024,
}}))
"""


def write_list(path, size, wrong):
    """Write a list of so many lines, so many of them wrong, and 10 each that are known, suppressed or twice.

    Return the numbers of the wrong lines.
    """
    chosen = set(random.Random(4).sample(range(30, size), wrong))
    names = {0: "known{}", 1: "gone{}", 2: "twice"}
    with path.open("w", encoding="utf-8") as file:
        file.write("email,country\n")
        for number in range(size):
            name = names.get(number // 10, "reader{}").format(number % 10 if number < 30 else number)
            file.write("not an address,\n" if number in chosen else f"{name}@example.org,\n")
    return sorted(number + 2 for number in chosen)


def import_list(server, path, kills, seconds):
    """Import the list, killed so often after up to so many seconds each; return how it ended."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", RUN.format(path=str(path))]
    while True:
        process = subprocess.Popen(command, cwd=ROOT, env=server.env, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        if kills:
            time.sleep(random.uniform(0.05, seconds))
            process.send_signal(signal.SIGKILL)
        output = process.communicate(timeout=1800)[0]
        if output:
            return json.loads(output)
        assert kills
        kills -= 1


def hold(end, size, wrong):
    """Assert that it ended as if nobody had killed anything, and that no address is left behind."""
    added = size - 29 - len(wrong)
    assert end["counts"] == {"added": added, "known": 10, "suppressed": 10, "twice": 9, "wrong": len(wrong)}
    assert end["readers"] == 10 + added
    assert [line for line, _fate, _reason in end["rows"]] == wrong
    assert all(reason for _line, _fate, reason in end["rows"])
    assert end["addresses"] == 0
    assert not end["content"]
    assert end["peak"] < 200  # MB
