"""Many large pictures uploaded while visitors read and editors save: the load of the soak and of its short form."""

import io
import queue
import re
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil
from PIL import Image

from tests.servers import fetch
from tests.staff import Staff

PAGES = ["/", "/news/", "/feeds/news.rss", "/countries/", "/sitemap.xml", "/news/?page=2"]
AT_ONCE = 2  # as the upload page of the admin does
DRAFT = {
    "slug": "", "dek": "", "body_html": "<p>Typed while pictures come in.</p>", "lead_picture": "",
    "language": "en", "display_date": "", "published_at_0": "", "published_at_1": "", "bylines": "",
    "source_relation": "", "source_title": "", "source_publication": "", "source_date": "", "source_url": "",
    "dateline": "", "content_note": "", "translation_of": "", "_save": "",
}  # fmt: skip


def photo(width=4000, height=3000):
    """Return a JPEG of 12 megapixels and some megabytes, with grain like a camera's."""
    tile = Image.effect_noise((500, 500), 40).convert("RGB")
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    for left in range(0, width, 1000):
        for top in range(0, height, 500):
            picture.paste(tile, (left, top))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


@dataclass
class Load:
    """What happened: how long each thing took in seconds, and what came back."""

    seconds: float = 0.0
    stored: dict = field(default_factory=dict)  # uuid to the address of a rendition
    refused: list = field(default_factory=list)
    pages: list = field(default_factory=list)  # (status, seconds)
    forms: list = field(default_factory=list)  # (status, seconds)
    waits: list = field(default_factory=list)  # for the write lock of SQLite
    megabytes: dict = field(default_factory=dict)  # process to its peak

    def __str__(self):
        def slowest(taken):
            taken = sorted(taken)
            return f"{taken[len(taken) // 2]:.2f} s, slowest {taken[-1]:.2f} s" if taken else "none"

        return (
            f"{len(self.stored)} pictures in {self.seconds:.0f} s, {self.seconds / len(self.stored):.2f} s each; "
            f"{len(self.pages)} pages, half within {slowest([taken for _status, taken in self.pages])}; "
            f"{len(self.forms)} forms, half within {slowest([taken for _status, taken in self.forms])}; "
            f"write lock free: half within {slowest(self.waits)}; "
            f"peak memory of the web processes in MB: {sorted(self.megabytes.values())}"
        )


def upload_under_load(server, count, readers=2, pause=0.0):
    """Upload so many pictures while readers load pages and an editor saves drafts; return the Load.

    A reader takes a pause in seconds between two pages.
    """
    load, stop, work = Load(), threading.Event(), queue.SimpleQueue()
    contents = photo()
    for _number in range(count):
        work.put(str(uuid4()))
    around = [
        *[
            threading.Thread(target=_read, args=[server, load, stop, number, pause], daemon=True)
            for number in range(readers)
        ],
        threading.Thread(target=_save_drafts, args=[server, load, stop], daemon=True),
    ]
    if not server.database:
        database = server.data_dir / "newsroom.sqlite3"
        around.append(threading.Thread(target=_ask_for_the_lock, args=[database, load, stop], daemon=True))
    uploaders = [
        threading.Thread(target=_upload, args=[server, load, work, contents], daemon=True)
        for _n in range(AT_ONCE)
    ]
    began = time.monotonic()
    for thread in around + uploaders:
        thread.start()
    for thread in uploaders:
        thread.join()
    load.seconds = time.monotonic() - began
    stop.set()
    for thread in around:
        thread.join()
    for process in psutil.Process(server.process.pid).children(recursive=True):
        status = Path(f"/proc/{process.pid}/status").read_text()
        if "newsroom.server.processes" in process.cmdline() or "multiprocessing" in " ".join(
            process.cmdline()
        ):
            load.megabytes[process.pid] = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024
    return load


def _upload(server, load, work, contents):
    staff = Staff(server)
    token = staff.token_of("/admin/pictures/image/add/")
    while True:
        try:
            key = work.get_nowait()
        except queue.Empty:
            return
        status, told = staff.upload(contents, token, uuid=key, alt_text=f"Grain {key}", credit="Ours")
        if status == 503:  # busy: the page asks again after a while
            time.sleep(2)
            work.put(key)
        elif status in {200, 201}:
            load.stored[key] = told["url"]
        else:
            load.refused.append((status, told))


def _read(server, load, stop, number, pause):
    while not stop.wait(pause):
        began = time.monotonic()
        status, _content = fetch(server.url + PAGES[number % len(PAGES)], timeout=60)
        load.pages.append((status, time.monotonic() - began))
        number += 1


def _save_drafts(server, load, stop):
    staff = Staff(server)
    page = "/admin/articles/article/add/"
    token = staff.token_of(page)
    while not stop.is_set():
        values = DRAFT | {"title": f"Draft {uuid4()}", "csrfmiddlewaretoken": token}
        began = time.monotonic()
        status = staff.send(page, values)
        load.forms.append((status, time.monotonic() - began))
        time.sleep(0.2)


def _ask_for_the_lock(database, load, stop):
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        while not stop.is_set():
            began = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            load.waits.append(time.monotonic() - began)
            time.sleep(0.05)


def hold(server, load, count):
    """Assert that nothing was lost or refused, and that no process grew large."""
    assert load.refused == [] and len(load.stored) == count
    for address in load.stored.values():
        assert server.get(address)[0] == 200, address
    assert {status for status, _taken in load.pages} <= {200, 404} and load.pages
    assert {status for status, _taken in load.forms} == {302}
    assert load.megabytes and max(load.megabytes.values()) < 500
    assert "Traceback" not in server.output and "locked" not in server.output
