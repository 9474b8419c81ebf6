"""`make bench`: requests a second of the home page, against servers that only hand out the same bytes."""

import http.client
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers import clean_environment, fetch, free_port, wait_until

SECONDS = 5
READERS = 8
BARE = """
import sys
from pathlib import Path
PAGE = Path({page!r}).read_bytes()

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
"""
NGINX = """
daemon off; {user} worker_processes 2; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type text/html;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; root {folder}/pages; keepalive_requests 1000000; }}
}}
"""


def requests_a_second(url):
    """Return how many requests a second the readers get answered over kept connections."""
    counts, stop = [0] * READERS, threading.Event()

    def read(index):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        while not stop.is_set():
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            counts[index] += 1
        connection.close()

    threads = [threading.Thread(target=read, args=[index]) for index in range(READERS)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    time.sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def answers(url):
    try:
        return fetch(url)[0] == 200
    except OSError:
        return False


def beside(command, url, **options):
    """Start a server for comparison, measure it and stop it; return its requests a second."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    try:
        wait_until(lambda: answers(url))
        requests_a_second(url)  # warm
        return requests_a_second(url)
    finally:
        process.terminate()
        process.wait(20)


def test_home_page_against_the_same_bytes_from_a_file(server, tmp_path):
    status, page = server.get("/")
    assert status == 200
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_bytes(page)
    requests_a_second(server.url)  # warm
    ours = requests_a_second(server.url)
    print(f"\nhome page, {len(page)} bytes, {READERS} readers: {ours:.0f} requests a second")

    (tmp_path / "bare.py").write_text(BARE.format(page=str(tmp_path / "pages" / "index.html")))
    port = free_port()
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--no-ws", "--workers", "2",
               "--port", str(port), "bare:application"]  # fmt: skip
    bare = beside(granian, f"http://127.0.0.1:{port}", cwd=tmp_path, env=clean_environment())
    print(f"the same bytes from a bare application: {bare:.0f}, ratio {ours / bare:.3f}")

    if not shutil.which("nginx"):
        print("nginx is missing: `apt-get install nginx-light` brings it.")
        return
    port = free_port()
    user = "user root root;" if os.geteuid() == 0 else ""  # or it could not read the folder of this test
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, port=port, user=user))
    command = ["nginx", "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    plain = beside(command, f"http://127.0.0.1:{port}")
    print(f"the same bytes from nginx: {plain:.0f}, ratio {ours / plain:.3f}")
