"""What an upgrade writes down as it goes, so that it can be gone on with or undone after it was killed."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from newsroom.conditions.conditions import Condition, Weight

from . import messages

BEGUN, MIGRATED, DONE, BACK = "begun", "migrated", "done", "back"
PUTTING_BACK = "putting back"  # the copy of the database, and what was erased since is not yet erased again


@dataclass
class Journal:
    """The last upgrade of this machine: between which releases, and how far it has come."""

    before: str  # folders
    after: str
    link: str  # the symlink that names the release that is served
    applied: list[list[str]]  # migrations that the database had before
    at: str  # when the site stood aside or was switched, in ISO 8601
    phase: str = BEGUN
    undoable: bool = True  # whether undoing the migrations gives back the former tables
    copied: bool = False  # whether a copy of the database lies beside it
    commands: list[str] = field(
        default_factory=list
    )  # how the site is stopped and started, where it can't be asked

    @classmethod
    def last(cls) -> Self | None:
        """Return the last one, or None where nothing was upgraded here."""
        values = messages.read(messages.UPGRADE)
        known = {one.name for one in dataclasses.fields(cls)}  # a later version may have written more
        return cls(**{name: value for name, value in values.items() if name in known}) if values else None

    def note(self, **changes: object) -> None:
        """Change it and write it down."""
        for name, value in changes.items():
            setattr(self, name, value)
        messages.write(messages.UPGRADE, **dataclasses.asdict(self))

    @property
    def is_open(self) -> bool:
        """Return whether it has been begun and neither finished nor undone."""
        return self.phase in {BEGUN, MIGRATED, PUTTING_BACK}

    @property
    def folder_before(self) -> Path:
        """Return the folder of the release before."""
        return Path(self.before)


def condition() -> Condition:
    """Return whether the last upgrade has come to an end: else the next start may find a version that does not fit."""
    last = Journal.last()
    if last is None or not last.is_open or messages.is_held(messages.UPGRADE_LOCK):
        return Condition("upgrade")
    return Condition(
        "upgrade",
        _("The one to the version in %(folder)s has ended before its time.") % {"folder": last.after},
        _("Run `manage.py upgrade %(folder)s` once more, or `manage.py upgrade --back`.")
        % {"folder": last.after},
        Weight.UNREADY,
    )
