"""`make soak`: a bucket that takes connections and answers nothing holds up pictures, and no page."""

import statistics
import threading
import time

from tests.bucketserver import BucketServer
from tests.conftest import database_url
from tests.servers import Server, fetch, wait_until
from tests.soak.twomachines import STAFF, photo
from tests.staff import Staff

SECONDS = 30
SLOWEST = 3  # seconds that a page may take meanwhile


def test_pages_go_on_while_a_bucket_hangs(tmp_path):
    bucket = BucketServer().start()
    site = Server(database_url(), copy_of="tables", WORKERS="1", FILES_URL=bucket.make("files"))
    try:
        site.start("serve")
        done = site.manage("shell", "--no-imports", "-c", STAFF.format(password=site.password))
        assert done.returncode == 0, done.stderr
        status, told = Staff(site).upload(photo(), alt_text="A door.", credit="Ours")
        assert status == 201 and fetch(site.url + told["url"])[0] == 200
        pictures, pages, stop = [], [], threading.Event()

        def visit(path, answers):
            while not stop.is_set():
                began = time.monotonic()
                answers.append((fetch(site.url + path, 60)[0], time.monotonic() - began))

        threads = [threading.Thread(target=visit, args=[told["url"], pictures]) for _number in range(6)]
        threads += [threading.Thread(target=visit, args=["/", pages]) for _number in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(5)
        bucket.freeze()
        time.sleep(SECONDS)
        stop.set()
        for thread in threads:
            thread.join()
        bucket.thaw()
        wait_until(lambda: fetch(site.url + told["url"])[0] == 200)
        slow = max(took for _status, took in pages)
        print(
            f"\n{len(pages)} pages, half within {statistics.median(took for _s, took in pages):.2f} s, the slowest "
            f"{slow:.2f} s; pictures by status: { {s: [one for one, _t in pictures].count(s) for s in (200, 503)} }"
        )
        assert {status for status, _took in pages} == {200} and slow < SLOWEST
        assert {status for status, _took in pictures} == {200, 503}
    finally:
        site.remove()
        bucket.stop()
