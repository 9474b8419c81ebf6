"""What lies in DATA_DIR is for the site's own user alone, and what visitors fetch holds no list of itself."""

import os
import stat

import pytest

from tests.conftest import database_url
from tests.servers import Server, fetch


def open_to_others(folder):
    """Return what below the folder, itself included, any other user has a right on."""
    found = [folder] if folder.stat().st_mode & 0o077 else []
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if mode & 0o077 and not stat.S_ISLNK(mode):
            found.append(path.relative_to(folder))
    return found


@pytest.fixture(scope="module")
def site():
    """Return a running site whose starter has the usual umask, begun from files with the rights of before."""
    before = os.umask(0o022)
    running = Server(database_url(), copy_of="demo")
    for path in [running.data_dir, *running.data_dir.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    (running.data_dir / "static").mkdir(exist_ok=True)
    (running.data_dir / "static" / "staticfiles.json").write_text("{}")
    (running.data_dir / "not-ours").mkdir(mode=0o755)
    yield running.start("serve")
    os.umask(before)
    running.remove()


def test_no_other_user_reads_what_the_site_keeps(site):
    site.get("/search/?q=hotline")
    site.get("/resources/?country=LA")
    assert site.manage("sendtestemail", "someone@example.org").returncode == 0
    assert list((site.data_dir / "mail").glob("*.eml"))
    assert open_to_others(site.data_dir) == [(site.data_dir / "not-ours").relative_to(site.data_dir)]


def test_what_is_uploaded_is_written_without_rights_for_others(site):
    code = """
from django.core.files.base import ContentFile
from django.core.files.storage import storages
for name in ("default", "documents"):
    storages[name].save("new/of/today.txt", ContentFile(b"x"))
"""
    done = site.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    assert (site.data_dir / "media" / "new" / "of" / "today.txt").is_file()
    assert [path for path in open_to_others(site.data_dir) if "new" in path.parts] == []


def test_nobody_fetches_the_list_of_static_files(site):
    assert fetch(f"{site.url}/static/staticfiles.json")[0] == 404
    assert not (site.data_dir / "static" / "staticfiles.json").exists()
    page = site.get("/")[1].decode()
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert sheet.count(".") == 2, "its name carries a hash"
    assert fetch(site.url + sheet)[0] == 200


@pytest.mark.parametrize("path", [
    "/static/../newsroom.sqlite3", "/static/%2e%2e/newsroom.sqlite3", "/static/..%2fsecrets/secret-key", "/static/",
    "/media/../newsroom.sqlite3", "/media/%2e%2e/secrets/secret-key", "/media/", "/static/admin/", "/static-files",
])  # fmt: skip
def test_nobody_fetches_what_lies_beside_or_a_list_of_a_folder(site, path):
    assert fetch(site.url + path)[0] in {400, 404}
