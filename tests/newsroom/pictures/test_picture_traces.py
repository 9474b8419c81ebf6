"""Promise 2: nothing of what a camera wrote is left on disk, nor where the server dies in the middle of an upload."""

import http.client
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.articles.documents import specimens
from tests.articles.documents.specimens import large_document
from tests.planted import FORMATS, PLANTED, sample, traces_below
from tests.servers import wait_until
from tests.staff import UPLOAD, Staff, multipart


def processes_of(server):
    """Return the processes of a running server, its supervisor first."""
    supervisor = psutil.Process(server.process.pid)
    return [supervisor, *supervisor.children(recursive=True)]


def kill_dead(server):
    """End every process of the server as a power cut would."""
    for process in processes_of(server):
        with suppress(psutil.NoSuchProcess):  # one that ended by itself since it was listed
            process.send_signal(signal.SIGKILL)
    server.process.wait(20)


def held_without_a_name(server, folder):
    """Return how many bytes the server holds in files of the folder that have no name."""
    held = 0
    for process in processes_of(server):
        for entry in Path(f"/proc/{process.pid}/fd").iterdir():
            try:
                target = str(entry.readlink())
                if target.startswith(str(folder)) and target.endswith("(deleted)"):
                    held += entry.stat().st_size
            except OSError:
                continue
    return held


def camera_notes(folder):
    """Return the groups of notes that exiftool finds in the pictures below a folder, beyond what pixels need."""
    command = ["exiftool", "-r", "-a", "-G1", "-u", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    groups = {line[1 : line.index("]")] for line in told.splitlines() if line.startswith("[")}
    assert "File" in groups
    return groups - {"ExifTool", "System", "File", "JFIF", "Composite", "RIFF"}


@pytest.fixture
def site(make_server, tmp_path):
    """Return a server of one's own, whose temporary files lie in a folder of their own."""
    (tmp_path / "temporary").mkdir()
    server = make_server(copy_of="demo", TMPDIR=str(tmp_path / "temporary"), WORKERS="1")
    server.temporary = tmp_path / "temporary"
    return server.start()


def test_no_file_keeps_what_cameras_and_makers_wrote_nor_after_a_kill(site):
    places = [site.data_dir, site.temporary]
    control = site.temporary / "control.jpg"
    control.write_bytes(sample("jpeg"))
    assert len(traces_below(*places)) > len(PLANTED)  # what is there would be found
    control.unlink()
    staff = Staff(site)
    token = staff.token_of("/admin/pictures/image/add/")
    for name in FORMATS:
        status, told = staff.upload(sample(name), token, alt_text="A field.", credit="Ours")
        assert status == 201, (name, told)
    assert traces_below(*places) == []

    # Large enough to be held in a file, and planted from one end to the other.
    large = sample("jpeg") + " ".join(PLANTED).encode() * 80_000
    assert 5_000_000 < len(large) < 8_000_000
    body, content_type = multipart({"csrfmiddlewaretoken": token, "credit": "Ours"}, large)
    headers = {"Content-Type": content_type, "Content-Length": str(len(body)), "Cookie": staff.cookies}

    for share, pause in [(0.7, 0), (1, 0.15)]:
        connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)
        connection.putrequest("POST", UPLOAD)
        for header in headers.items():
            connection.putheader(*header)
        connection.endheaders()
        connection.send(body[: int(len(body) * share)])
        if share < 1:
            assert wait_until(lambda: held_without_a_name(site, site.temporary) > 2_000_000)
        time.sleep(pause)
        kill_dead(site)
        connection.close()
        assert traces_below(*places) == []
        assert [path for path in site.temporary.rglob("*") if path.is_file()] == []
        if share < 1:
            site.start()
    if shutil.which("exiftool"):
        assert camera_notes(site.data_dir / "media") == set()

    # A document, killed while it is cleaned.
    before = {path for path in site.data_dir.rglob("*") if path.is_file()}
    site.start()
    staff = Staff(site)
    page = "/admin/articles/resource/add/"
    values = {"csrfmiddlewaretoken": staff.token_of(page), "_save": ""}
    body, content_type = multipart(values, large_document(100_000), "document", "ann-example.docx")
    family = len(processes_of(site))
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    connection.request("POST", page, body, {"Content-Type": content_type, "Cookie": staff.cookies})
    assert wait_until(lambda: len(processes_of(site)) > family)
    assert held_without_a_name(site, site.temporary) > 3_000_000
    kill_dead(site)
    connection.close()
    assert [path for path in site.temporary.rglob("*") if path.is_file()] == []
    new = {path for path in site.data_dir.rglob("*") if path.is_file()} - before
    secrets = [secret.encode() for secret in specimens.SECRETS]
    assert [path for path in new if any(secret in path.read_bytes() for secret in secrets)] == []
    assert [path for path in new if path.name.startswith("document.")] == []
