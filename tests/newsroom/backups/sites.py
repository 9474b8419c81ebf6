"""Sites of their own to make backups of, and what is compared between them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyrage

from newsroom.backups.keeping import owner
from tests.conftest import database_url
from tests.servers import Server

FILL = """
import os
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.contrib.auth.models import User
from articles.models import Topic
from inquiries.models import Inquiry
for number in range(3):
    storages["default"].save(f"pictures/{number:032x}/master.jpg", ContentFile(os.urandom(70_000)))
    storages["documents"].save(f"{number:032x}/document.pdf", ContentFile(os.urandom(3_000)))
Topic.objects.create(name="Prevention", slug="prevention")
User.objects.create_user("ann", "ann@example.org", None)
Inquiry.objects.create(lookup="r1", sealed="SEALED-WORDS")
"""


def key_file(folder: Path) -> Path:
    """Make a key of backups, and return its path."""
    path = folder / "backup.key"
    path.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    path.chmod(0o600)
    return path


def make_site(folder: Path, **values: str) -> Server:
    """Return a site with tables, some rows and files; its backups go to `folder`."""
    folder.mkdir(exist_ok=True)
    if not values.keys() & {"BACKUP_PASSPHRASE", "BACKUP_KEY_FILE"}:
        values["BACKUP_KEY_FILE"] = str(key_file(folder))
    site = Server(database_url(), copy_of="tables", BACKUP_TO=str(folder / "backups"), **values)
    run(site, FILL)
    return site


def run(site: Server, code: str) -> str:
    """Run code inside the site, in a process of its own; return what it printed."""
    done = site.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def back_up(site: Server, *options: str) -> Path:
    """Make a backup; return its path."""
    done = site.manage("backup", *options)
    assert done.returncode == 0, done.stderr
    return max(folder_of(site).glob("newsroom-*[0-9].tar"))


def folder_of(site: Server) -> Path:
    """Return the folder in which the site keeps its backups."""
    return Path(site.env["BACKUP_TO"]) / owner.name_for(site.url)


def files_of(site: Server) -> dict[str, bytes]:
    """Return all files of media and documents, but for the mark of the store, which each site writes itself."""
    folders = [site.data_dir / name for name in ("media", "documents")]
    paths = [path for folder in folders for path in folder.rglob("[!.]*") if path.is_file()]
    return {str(path.relative_to(site.data_dir)): path.read_bytes() for path in paths}


def sql(site: Server, statement: str) -> list:
    """Run a statement in the site's database; return its rows."""
    url = site.env.get("DATABASE_URL")
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []
    with closing(
        sqlite3.connect(site.data_dir / "newsroom.sqlite3", timeout=20, isolation_level=None)
    ) as connection:
        return connection.execute(statement).fetchall()


def rows_of(site: Server) -> dict[str, list[str]]:
    """Return the rows of every table."""
    if site.env.get("DATABASE_URL"):
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    else:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    return {name: sorted(map(repr, sql(site, f'SELECT * FROM "{name}"'))) for (name,) in sql(site, named)}
