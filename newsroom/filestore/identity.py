"""Ties the database to the one store that holds its files: each knows the other by the same id.

A machine that looks into another store would answer "gone" for every picture, and delete as orphans what it does not
know. So it does not start.
"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from newsroom.conditions.commands import here
from newsroom.conditions.conditions import Condition
from newsroom.faults.outages import FilesAway
from newsroom.offers import offered

from .away import MARKER
from .models import Store

SAMPLE = 10  # folders of an app that are looked for


def is_wanted() -> bool:
    """Return whether the files could lie elsewhere than this machine's DATA_DIR, beside an SQLite database."""
    return bool(settings.FILES_URL) or connection.vendor != "sqlite"


def _token_of_database() -> str:
    return Store.objects.filter(pk=1).values_list("token", flat=True).first() or ""


def _token_of_store() -> str:
    """Return the id that lies in the store, or "". Raises FilesAway, OSError."""
    with suppress(FileNotFoundError), default_storage.open(MARKER) as file:
        return str(file.read().decode("ascii", "replace")).strip()
    return ""


def folders(limit: int | None = None) -> Iterator[tuple[str, str]]:
    """Yield storage and folder of the files that the database knows, up to a limit an app."""
    for offer in offered("stored_folders"):
        yield from islice(offer(), limit)


def is_missing(alias: str, folder: str) -> bool:
    """Return whether a folder of files is not in the store."""
    return not storages[alias].exists(folder)


def _knows_files_elsewhere() -> bool:
    """Return whether the database knows files, and none of the first of them is in this store."""
    sample = list(folders(SAMPLE))
    return bool(sample) and all(is_missing(*one) for one in sample)


def problem() -> str:
    """Return why this store can't be the one of the database, in one line that says what to do; "" if it can.

    Raises FilesAway, DatabaseError.
    """
    known, found = _token_of_database(), _token_of_store()
    if known == found and known:
        return ""
    if not known and (not found or not settings.FILES_URL) and not _knows_files_elsewhere():
        return ""  # nothing is tied yet
    adopting = here("If the files were moved or lost, `manage.py adopt_files` makes this store the site's.")
    if not settings.FILES_URL:
        return (
            "The pictures and documents of this site do not lie in this machine's DATA_DIR: set FILES_URL to the folder "
            f"or bucket that all machines share. {adopting}"
        )
    if not found:
        return (
            "FILES_URL names a folder or bucket that does not hold the pictures and documents of this site: mount the "
            f"folder, or mend FILES_URL. {adopting}"
        )
    return f"FILES_URL names a folder or bucket of another site: give each site its own. {adopting}"


def require_own_store() -> None:
    """Raise CommandError where this store is not the one of the database; the first start ties the two.

    A store that is away is no reason to stay away: pages go on without pictures.
    """
    if not is_wanted():
        return
    try:
        told = problem()
        if told:
            raise CommandError(told)
        _tie(_token_of_database() or _new_token())
    except FilesAway:
        return


def is_own_store() -> bool:
    """Return whether what lies in this store is this site's, so that what no row names may be deleted."""
    return not is_wanted() or not problem()


def _new_token() -> str:
    """Return the id in the database, which two machines may be about to write at once."""
    return Store.objects.get_or_create(pk=1, defaults={"token": secrets.token_hex(16)})[0].token


def _tie(token: str) -> None:
    """Write the id into the store, unless it is there."""
    if _token_of_store() == token:
        return
    default_storage.delete(MARKER)
    default_storage.save(MARKER, ContentFile(token.encode("ascii")))


def is_shared() -> bool:
    """Return whether other machines may use this store; raises FilesAway."""
    return bool(settings.FILES_URL and _token_of_store())


def is_of_another_database() -> bool:
    """Return whether this store is tied to another database than the one here, if there is one; raises FilesAway."""
    if not is_wanted():
        return False
    found = _token_of_store()
    return bool(found) and found != _token_here()


def _token_here() -> str:
    """Return the id in the database; "" where there is none, or none that can be read."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith("file:") and not Path(name).is_file():
        return ""  # asking would make an empty one
    with suppress(DatabaseError):
        return _token_of_database()
    return ""


def detach() -> None:
    """Make this store a stranger to the database that had it, until adopt_after_restore(); raises FilesAway."""
    if is_wanted():
        _tie(secrets.token_hex(16))


def adopt_after_restore() -> None:
    """Tie a database that was put back to the store that its files were put into; raises FilesAway."""
    found = _token_of_store() if is_wanted() else ""
    if is_wanted() and (not found or found != _token_of_database()):
        adopt()


def adopt() -> None:
    """Tie the database to this store from now on, under a new id: a site that used either does so no longer.

    Raises FilesAway.
    """
    token = secrets.token_hex(16)
    _tie(token)
    Store.objects.update_or_create(pk=1, defaults={"token": token})


def privacy() -> Condition:
    """Return whether the bucket, if it is one, is closed to everybody but the site."""
    store: Any = default_storage  # a Bucket, which is imported only where there is one
    if not settings.FILES_URL.startswith("s3:") or not store.is_open_to_all():
        return Condition("bucket")
    return Condition(
        "bucket",
        _("Everybody can read the bucket of FILES_URL, files that are not public too."),
        _("Make it private: the site itself serves what is public."),
    )


def condition() -> Condition:
    """Return whether this machine reaches the store, and it is the one of the database."""
    if not is_wanted():
        return Condition("files")
    try:
        told = problem()
    except FilesAway as error:
        return Condition(
            "files",
            _("The store of pictures and documents can’t be used: %(reason)s.") % {"reason": error.reason},
            _("Look after the folder or bucket that FILES_URL names; pages go on without pictures."),
        )
    if told:
        return Condition(
            "files", _("This machine looks for pictures and documents in the wrong place."), told
        )
    return Condition("files")
