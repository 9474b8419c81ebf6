"""Does again with pictures from a backup what the ledger of erasures says; retouched.py notes it."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from newsroom.backups.erasures.key import hasher
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of

from .models import Image
from .retouched import REPLACE, Step


class Ways:
    """The ways of pictures from key to key, as the ledger tells them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._keyed = hasher()
        self._stands_for: dict[str, str] = {}
        self._next: dict[str, Entry] = {}
        self._last: dict[str, str] = {}  # picture to the key that it reached last
        for entry in entries:
            to = str(entry.details["to"])
            if entry.details["step"] == "again":
                self._stands_for[to] = str(entry.details["reached"])
        for entry in entries:
            if entry.details["step"] != "again":
                self._next[self._reached(entry.subject)] = entry
            self._last[str(entry.details["picture"])] = self._reached(str(entry.details["to"]))

    def _reached(self, key: str) -> str:
        return self._stands_for.get(key, key)

    def from_key(self, storage_key: str) -> tuple[list[Entry], str]:
        """Return the steps that lead on from a storage key, and the hash of the key that they reach."""
        here, steps, seen = self._reached(self._keyed(storage_key)), [], set[str]()
        while here in self._next and here not in seen:
            seen.add(here)
            steps.append(self._next[here])
            here = self._reached(str(self._next[here].details["to"]))
        return steps, here

    def is_lost(self, image: Image, reached: str) -> bool:
        """Return whether a step is missing between what a picture reaches and where it was last."""
        return self._last.get(self._keyed(str(image.uuid)), reached) != reached


def redo_changes(entries: Sequence[Entry]) -> int:
    """Cover, crop and rotate again; withdraw what can't be taken where it was. Return how many pictures changed."""
    ways, changed = Ways(entries), 0
    for image in Image.objects.available():
        steps, reached = ways.from_key(image.storage_key)
        needed = [step for step in map(_step_of, steps) if step["step"] != "aim"]
        if ways.is_lost(image, reached) or any(step["step"] == REPLACE for step in needed):
            image.withdraw()
        elif needed:
            _redo(image, needed, reached)
        else:
            continue
        changed += 1
    return changed


def _redo(image: Image, steps: list[Step], reached: str) -> None:
    try:
        image.retouch_again(steps, reached)
    except ValidationError:  # its file is missing or damaged: rather no picture than a face
        image.withdraw()


def _step_of(entry: Entry) -> Step:
    step: Step = {"step": str(entry.details["step"])}
    turns, boxes = entry.details.get("turns"), entry.details.get("boxes")
    if isinstance(turns, int):
        step["turns"] = turns
    if isinstance(boxes, list):
        step["boxes"] = [(box[0], box[1], box[2], box[3]) for box in boxes]
    return step


def redo_withdrawals(entries: Sequence[Entry]) -> int:
    """Withdraw pictures again; return how many."""
    images = _restored(entries)
    for image, _entry in images:
        image.withdraw()
    return len(images)


def redo_hiding(entries: Sequence[Entry]) -> int:
    """Show no picture that was not to be shown any more, until an editor notes its consent; return how many."""
    hidden = [image for image, entry in _restored(entries) if image.updated_at < entry.at]
    for image in hidden:
        image.shows_recognisable_person, image.consent_reference = True, ""
        image.save(update_fields=["shows_recognisable_person", "consent_reference"])
    return len(hidden)


def redo_endings(entries: Sequence[Entry]) -> int:
    """Let consents end when they were to end last; return how many end earlier now."""
    earlier = 0
    for image, entry in _restored(entries):
        ends = datetime.date.fromisoformat(str(entry.details["on"]))
        if image.consent_expires is None or ends < image.consent_expires:
            image.consent_expires = ends
            image.save(update_fields=["consent_expires"])
            earlier += 1
    return earlier


def _restored(entries: Sequence[Entry]) -> list[tuple[Image, Entry]]:
    """Return the available pictures that these entries are about, each with the last one."""
    last = {entry.subject: entry for entry in entries}
    keys = rows_of(Image, "uuid", set(last))
    return [(image, last[keys[image.pk]]) for image in Image.objects.available().filter(pk__in=keys)]
