"""The store of the files of resources: each in a folder with a secret name, which no URL of the site reaches.

A file is stored as soon as it is cleaned. A resource owns it by naming its folder; folders that no resource
owns are removed after KEPT_FOR, so that an upload outlives a form that was refused.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.utils import timezone

from articles.documents import Document
from newsroom.filestore import identity, reading, removing
from newsroom.outbox import clock

KEPT_FOR = timedelta(hours=6)  # while no resource owns it
ABOUT = "about.json"


@dataclass(frozen=True)
class Kept:
    """A cleaned document in its folder."""

    key: str
    extension: str
    content_type: str
    size: int  # bytes
    pages: int | None
    findings: list[str] = field(default_factory=list)  # sentences that an editor has to accept
    text: str = field(default="", repr=False)  # for search

    @property
    def label(self) -> str:
        """Return its format as people call it: PDF."""
        return self.extension.upper()


def _storage() -> Storage:
    return storages["documents"]


def keep(document: Document) -> Kept:
    """Store a cleaned document in a new folder; raises FilesAway, and leaves nothing then."""
    kept = Kept(
        key=secrets.token_hex(16),
        extension=document.extension,
        content_type=document.content_type,
        size=document.size,
        pages=document.pages,
        findings=[str(finding.message) for finding in document.findings],
        text=document.text,
    )
    try:
        _storage().save(f"{kept.key}/{_name(kept.extension)}", ContentFile(document.data))
        about = json.dumps({name: value for name, value in vars(kept).items() if name != "key"})
        _storage().save(f"{kept.key}/{ABOUT}", ContentFile(about.encode("utf-8", "replace")))
    except BaseException:
        remove(kept.key)
        raise
    return kept


def kept(key: str) -> Kept | None:
    """Return the document in a folder, or None where it was removed."""
    try:
        with _storage().open(f"{key}/{ABOUT}") as file:
            return Kept(key=key, **json.loads(file.read()))
    except FileNotFoundError:
        return None


def opened(key: str, extension: str) -> File:
    """Return the open file in a folder; raises FileNotFoundError where it was removed."""
    return _storage().open(f"{key}/{_name(extension)}")


def opened_to_send(key: str, extension: str) -> tuple[Any, int, datetime]:
    """Return the open file in a folder, its size in bytes and when it was written.

    Raises FileNotFoundError where it was removed, FilesAway. Any: a File.
    """
    return reading.opened(_storage(), f"{key}/{_name(extension)}")


def remove(key: str) -> None:
    """Delete a folder that no row names, and everything in it."""
    removing.discard("documents", key)


def remove_after_commit(key: str) -> None:
    """Delete a folder once the current transaction is committed."""
    if key:
        removing.remove_after_commit("documents", key)


def remove_unowned(owned: Iterable[str]) -> int:
    """Remove the folders that are not owned and older than KEPT_FOR; return their number."""
    try:
        keys, _files = _storage().listdir("")
    except FileNotFoundError:
        return 0
    if not clock.may_purge() or not identity.is_own_store():
        return 0
    removed = 0
    for key in set(keys) - set(owned) - set(removing.held_in("documents")):
        try:
            newest = max(_storage().get_modified_time(f"{key}/{name}") for name in _names_in(key))
            if timezone.now() - newest > KEPT_FOR:
                removing.remove_folder(_storage(), key)
                removed += 1
        except FileNotFoundError:  # another process is removing it
            continue
    clock.log_purge("files of documents that no resource has", removed)
    return removed


def _names_in(key: str) -> list[str]:
    return _storage().listdir(key)[1] or ["."]


def _name(extension: str) -> str:
    return f"document.{extension}"
