"""Puts a backup in place of a site.

Until the database is replaced nothing of the site has changed; from then on a marker in it says that the rest has to
follow, and nobody is served before. So an end at any moment leaves the old site, or the new one that `restore
--continue` finishes.
"""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction

from newsroom.filestore import identity
from newsroom.guard import counters
from newsroom.outbox.models import Clock

from .. import naming, places, presence, reading, settling, verifying
from ..engines import engine
from ..keeping import own, owner
from ..manifest import About, Tables, require_engine, require_known
from ..models import BackupRun
from ..reading import Read
from ..refused import Refused
from ..running import REASONABLE, size_in_words
from . import marker, questions, workplace

type Say = Callable[[str], None]
type Ask = Callable[[str], bool]


OTHERS_FILES = (
    "The pictures and documents here are those of another database, such as the site itself where this is a trial: they "
    "would be replaced by those of the backup. Set a FILES_URL of its own, or add --take-files where no other site uses "
    "them. Nothing was changed."
)


class Restoring:
    """One backup on its way into the site."""

    def __init__(
        self, named: str, without: frozenset[str], say: Say, ask: Ask, takes_files: bool = False
    ) -> None:
        self.named, self.path = named, Path(named).absolute()
        self.without, self.say, self.ask, self.takes_files = without, say, ask, takes_files

    def run(self) -> None:
        """Check everything, ask, and put it in place; raises Refused, where nothing has changed unless it says so."""
        if taken := places.own_folder_around(self.path):
            raise Refused(f"{self.path} lies in {taken}, which a restore empties: move it elsewhere first.")
        with presence.nobody_serves(), ExitStack() as at_the_end:
            folder = workplace.new()
            at_the_end.callback(workplace.clear)
            self._require_own_files()
            self._fetch(folder)
            self._require_room(folder)
            self.say("Reading the backup …")
            read = reading.unpack(self.path, folder, _pass, self._check)
            require_known(read.about, read.manifest)
            databases, tables = self._parts(read, folder)
            assert read.database is not None  # noqa: S101 - for mypy: it was unpacked
            with engine().prepared(folder, read.database, databases, tables, _pass) as prepared:
                self.say("Every byte of it is as it was saved.")
                self._ask(read, tables)
                workplace.write_list(read.about.uid, list(read.manifest.files))
                settling.before_replacing()
                self.say("Replacing the database …")
                if self.takes_files:
                    identity.detach()
                prepared.put_in_place(marker.writes(read.about.time, read.about.uid))
            at_the_end.pop_all()  # from here on the files in the folder are needed
            self.say("Replacing the files …")
        finish(self.say, self.ask)

    def _fetch(self, folder: Path) -> None:
        """Bring the backup and its parts from BACKUP_TO where it is named without a path."""
        site, _slash, name = self.named.rpartition("/")
        if self.path.exists() or not naming.NAME.fullmatch(name) or "/" in site or not settings.BACKUP_TO:
            return
        store = own.holding(site, name)
        there = store.sizes()
        wanted = [one for one in there if one == name or one.startswith(f"{name.removesuffix('.tar')}.")]
        self.say(f"Fetching {', '.join(sorted(wanted)) or name} …")
        paths = {one: store.fetch(one, folder) for one in wanted}
        self.path = paths.get(name, self.path)

    def _require_own_files(self) -> None:
        """Raise Refused where another site may use them, unless somebody says that none does."""
        if self.takes_files or (questions.has_database() and marker.is_there()):
            return  # a restore that was interrupted has asked
        if identity.is_of_another_database() or (identity.is_shared() and owner.is_a_copy()):
            raise Refused(OTHERS_FILES)

    def _check(self, about: About) -> None:
        if about.part:
            raise Refused(
                f"{self.path.name} holds the {about.part} alone: name the backup that it stands beside."
            )
        require_engine(about)

    def _require_room(self, folder: Path) -> None:
        if self.named.startswith("s3://"):
            raise Refused("Set BACKUP_TO to the bucket, and name the backup alone, without the address.")
        if not self.path.is_file():
            raise Refused(f"{self.path} is not there.")
        needed = 3 * self.path.stat().st_size + REASONABLE
        if shutil.disk_usage(folder).free < needed:
            raise Refused(
                f"There is no room to unpack it in {settings.DATA_DIR}: about {size_in_words(needed)} are needed."
            )

    def _parts(self, read: Read, folder: Path) -> tuple[list[Path], Tables]:
        """Unpack the parts beside it; raises Refused where one is missing that was not left out on purpose."""
        beside = {}
        for part in read.manifest.parts:
            path = self.path.with_name(naming.part_of(self.path.name, part))
            if part in self.without:
                continue
            if not path.is_file():
                raise Refused(
                    f"{path.name} is not beside it. Put it there, or add --without-{part} where its time was over."
                )
            beside[part] = path
        return verifying.load_parts(read, beside, folder, _pass)

    def _ask(self, read: Read, tables: Tables) -> None:
        there = questions.what_is_there()
        self.say(f"There is now: {there}.")
        self.say(f"It is replaced by {questions.what_comes(read, tables)}.")
        if not self.ask("Replace it?"):
            raise Refused("Nothing was changed.")


def finish(say: Say, ask: Ask) -> None:
    """Do what has to follow once the database was replaced; it can be interrupted and called again."""
    with presence.nobody_serves():
        if uid := marker.files_of():
            workplace.put_files_in_place(uid, _pass)
            marker.note_files_in_place()
        call_command("migrate", interactive=False, verbosity=0)
        identity.adopt_after_restore()
        made_at = marker.read()
        if made_at is not None:
            Session.objects.all().delete()
            Clock.objects.all().delete()  # else the time since the backup would pass for a jump of the clock
            counters.clear()
            with transaction.atomic():
                settling.begin(made_at)
                marker.remove()
        workplace.clear()
        settling.settle(say, ask)
        if made_at is not None:
            BackupRun.objects.create(
                kind=BackupRun.Kind.RESTORE,
                ok=True,
                words=f"The backup of {made_at:%Y-%m-%d %H:%M} was put back.",
            )


def _pass() -> None:
    """Do nothing between two steps: a restore is not asked to stop, it is ended."""
