"""Where the files of resources lie: in folders that nobody can guess and that no address of the site reaches.

A file is kept from the moment it is clean. A resource owns it once it names its folder; what nobody owns is
removed after some hours, so that an upload outlives a form that was refused.
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from newsroom.outbox import clock

KEPT_FOR = timedelta(hours=6)  # while nobody owns it
ABOUT = "about.json"


@dataclass(frozen=True)
class Kept:
    """A clean document in its folder, with what is known of it (size in bytes)."""

    key: str
    extension: str
    content_type: str
    size: int
    pages: int | None
    findings: list = field(default_factory=list)  # sentences that an editor has to accept
    text: str = field(default="", repr=False)

    @property
    def label(self):
        """Return what kind of file it is, as people call it."""
        return self.extension.upper()


def _storage():
    return storages["documents"]


def keep(document):
    """Write a clean document into a folder of its own; return it as Kept."""
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


def kept(key: str):
    """Return the Kept document of a folder, or None where there is none any more."""
    try:
        with _storage().open(f"{key}/{ABOUT}") as file:
            return Kept(key=key, **json.loads(file.read()))
    except FileNotFoundError:
        return None


def opened(key: str, extension):
    """Return the open file of a folder; raises FileNotFoundError."""
    return _storage().open(f"{key}/{_name(extension)}")


def remove(key: str) -> None:
    """Delete a folder and everything in it."""
    try:
        _folders, names = _storage().listdir(key)
    except FileNotFoundError:
        return
    for name in names:
        _storage().delete(f"{key}/{name}")
    _storage().delete(key)


def remove_after_commit(key: str) -> None:
    """Delete a folder once what forgets it is committed."""
    if key:
        transaction.on_commit(lambda: remove(key))


def remove_unowned(owned):
    """Remove the folders that are not among the owned ones and older than KEPT_FOR; return their number."""
    try:
        keys, _files = _storage().listdir("")
    except FileNotFoundError:
        return 0
    if not clock.may_purge():
        return 0
    removed = 0
    for key in set(keys) - set(owned):
        try:
            newest = max(_storage().get_modified_time(f"{key}/{name}") for name in _names_in(key))
            if timezone.now() - newest > KEPT_FOR:
                remove(key)
                removed += 1
        except FileNotFoundError:  # somebody else is removing it
            continue
    clock.log_purge("files of documents that no resource has", removed)
    return removed


def _names_in(key: str):
    return _storage().listdir(key)[1] or ["."]


def _name(extension):
    return f"document.{extension}"
