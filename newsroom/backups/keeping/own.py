"""The backups of this site in BACKUP_TO, and what else lies there."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.backups import naming, places
from newsroom.backups.models import BackupRun
from newsroom.backups.refused import Refused

from . import owner
from .stores import Bucket, Folder, Store

NO_SITES = {"erasures", "unfinished"}  # folders of the time before sites had folders


class Own:
    """The folder of this site, and those of its backups that were made before sites had folders."""

    def __init__(self, root: Store) -> None:
        self.root, self.own = root, root.within(owner.name())

    @property
    def where(self) -> str:
        """Return in words where new backups go."""
        return self.own.where

    def within(self, folder: str) -> Store:
        """Return the store in a folder of this one."""
        return self.own.within(folder)

    def folders(self) -> list[str]:
        """Return the names of the folders in it."""
        return self.own.folders()

    def place_for(self, name: str, folder: Path) -> Path:
        """Return where a new file is written first."""
        return self.own.place_for(name, folder)

    def keep(self, path: Path, name: str) -> None:
        """Give a finished file its name."""
        self.own.keep(path, name)

    def fetch(self, name: str, folder: Path) -> Path:
        """Return the path of a file, which is brought into this folder where it is not on this machine."""
        return self._holding(name).fetch(name, folder)

    def sizes(self) -> dict[str, int]:
        """Return the names of backups and their parts, with their sizes in bytes."""
        return self._former() | self.own.sizes()

    def has(self, name: str) -> bool:
        """Return whether a file is there, whatever its name."""
        return self._holding(name).has(name)

    def delete(self, name: str) -> None:
        """Delete a file."""
        self._holding(name).delete(name)

    def sweep(self) -> None:
        """Delete what was begun and never finished."""
        self.own.sweep()

    def free(self) -> int | None:
        """Return the free bytes, or None where nobody knows."""
        return self.own.free()

    def _holding(self, name: str) -> Store:
        return self.root if not self.own.has(name) and name in self._former() else self.own

    def _former(self) -> dict[str, int]:
        """Return those that lie beside the folders of sites, and that this one knows to be its own."""
        there = self.root.sizes()
        runs = BackupRun.objects.filter(kind=BackupRun.Kind.BACKUP, ok=True, elsewhere=False)
        ours = set(runs.values_list("name", flat=True)) if there else set()
        return {name: size for name, size in there.items() if _backup_of(name) in ours}

    def unknown(self) -> list[str]:
        """Return the backups that lie beside the folders of sites, and may be of this one or of another."""
        return sorted(self.root.sizes().keys() - self._former().keys())

    def of_others(self) -> list[str]:
        """Return the names of the folders that hold backups of other sites."""
        return [one for one in _sites(self.root) if one != owner.name() and self.root.within(one).sizes()]


def _sites(root: Store) -> list[str]:
    """Return the names of the folders of sites, all of them."""
    return [one for one in root.folders() if one not in NO_SITES]


def _backup_of(name: str) -> str:
    return naming.name_of(naming.time_of(name))


def store(to: str = "") -> Store:
    """Return the store in this folder, or the one of this site in BACKUP_TO; raises Refused where there is neither."""
    return _folder(to) if to else Own(root())


def root() -> Store:
    """Return the store that BACKUP_TO names, with the backups of all sites; raises Refused where it names none."""
    if settings.BACKUP_BUCKET:
        return Bucket(settings.BACKUP_BUCKET)
    if not settings.BACKUP_TO:
        raise Refused("Where to? Name a folder by --to DIR, or set BACKUP_TO.")
    return _folder(settings.BACKUP_TO)


def _folder(to: str) -> Folder:
    if to.startswith("s3://"):
        raise Refused("--to takes a folder; for a bucket set BACKUP_TO.")
    path = Path(to.removeprefix("file://")).absolute()
    if taken := places.own_folder_around(path):
        raise Refused(
            f"{path} lies in {taken}, which the site itself fills and empties: take another folder."
        )
    return Folder(path)


def beside(kept: Own) -> list[str]:
    """Return in sentences what lies in BACKUP_TO beside the backups of this site."""
    told = []
    if others := kept.of_others():
        sentence = _("Backups of other sites lie there too, and are left alone: %(names)s.")
        told.append(sentence % {"names": ", ".join(others)})
    if unknown := kept.unknown():
        sentence = ngettext(
            "%(count)s file lies there of which nobody knows whose backup it is: this site does not delete it.",
            "%(count)s files lie there of which nobody knows whose backups they are: this site deletes none.",
            len(unknown),
        )
        told.append(sentence % {"count": len(unknown)})
    return told


def newest(kept: Store) -> str:
    """Return the name of the newest backup; raises Refused where there is none."""
    found = naming.backups_in(list(kept.sizes()))
    if not found:
        raise Refused("There is no backup yet: `manage.py backup` makes one.")
    return found[-1]


def holding(folder: str, name: str) -> Store:
    """Return the store in BACKUP_TO that holds a backup of any site, on a machine that may have no database yet.

    Raises Refused where there is none, or several and no folder says which.
    """
    everything = root()
    named = [folder] if folder else ["", *_sites(everything)]
    found = {one: kept for one in named if name in (kept := _store_in(everything, one)).sizes()}
    if len(found) > 1:
        choices = " or ".join(f"{one}/{name}".lstrip("/") for one in found)
        raise Refused(f"Several sites keep a backup of that name: say {choices}.")
    for kept in found.values():
        return kept
    raise Refused(f"{name} is not in BACKUP_TO.")


def _store_in(everything: Store, folder: str) -> Store:
    return everything.within(folder) if folder else everything
