"""Purges a word; the ledger of erasures keeps its hash, and a restore does it again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from newsroom.backups import ledger
from newsroom.backups.erasures.key import hasher
from newsroom.richtext.fields import RichTextField
from newsroom.richtext.sanitiser import sanitise

from .. import content as contents
from .. import retention
from ..leftover import Leftover
from ..models import GoneAddress, ShareLink, Trashed, Version
from ..trash import leaving
from . import meanwhile, places
from .models import Purge
from .places import Held
from .wanted import Hashed, Phrase, Wanted, covered, covered_in, texts_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from newsroom.backups.erasures.lines import Entry

PURGED = "word purged"  # kind in the ledger of erasures
MOST_NAMED = 30
ADDRESSES = {"slug", "path"}  # a piece whose own address holds it has to be moved by hand
BESIDE = {"comment", "failure"}  # said of a version: covered, since changes may wait in it


@dataclass
class Done:
    """What a purge has done."""

    deleted: int = 0
    covered: int = 0
    addresses: list[str] = field(default_factory=list)  # that visitors knew
    left: list[Held] = field(default_factory=list)  # what shows it still, since people have to edit it
    came_back: int = 0  # of what was deleted and covered: saved while the purge ran


def purge(phrase: Phrase, by: "AbstractBaseUser", *, is_gone: bool) -> Done:
    """Purge a phrase; addresses that hold it answer 410 (is_gone) or 404."""
    done = _purged(phrase, is_gone=is_gone)
    meanwhile.let_writers_pass()
    again = _purged(phrase, is_gone=is_gone)
    done.came_back, done.left = again.deleted + again.covered, again.left
    done.deleted, done.covered = done.deleted + again.deleted, done.covered + again.covered
    done.addresses += again.addresses
    Purge.objects.create(by_id=by.pk, deleted=done.deleted, covered=done.covered)
    return done


def _purged(phrase: Phrase, *, is_gone: bool) -> Done:
    """Purge what is stored now, in a transaction that nobody who saves it overtakes."""
    with transaction.atomic():
        meanwhile.wait_for_writers()
        done = _done(phrase, is_gone=is_gone)
        if not is_gone:
            GoneAddress.objects.holding(" ".join(phrase.words)).delete()
        done.left = [one for model in places.live() for one in places.holding(phrase, live_rows(model))]
        ledger.note(PURGED, phrase.subject, **phrase.details)
        Leftover.note(*places.every_table(), GoneAddress)
        transaction.on_commit(cache.clear)
    return done


def _done(wanted: Wanted, *, is_gone: bool) -> Done:
    """Delete and cover what is not live."""
    done = Done()
    for model in places.redirects():
        for held in list(places.holding(wanted, places.all_of(model))):
            done.addresses.append(held.row.path)
            held.row.delete()
            if is_gone:
                GoneAddress.note(held.row.path)
            done.deleted += 1
    for model in places.past():
        held_rows = list(places.holding(wanted, places.all_of(model)))
        if model is Version:
            for held in [one for one in held_rows if one.found.keys() <= BESIDE]:
                held_rows.remove(held)
                cover(held)
                done.covered += 1
        done.deleted += len(held_rows)
        if model is Trashed:
            for held in held_rows:
                done.addresses += [held.row.address] if held.row.address else []
                leaving.erase(held.row)
        elif model is Version:
            keys = {held.row.pk for held in held_rows}
            keys -= {held.row.pk for held in held_rows if _is_differed_from(held.row, keys, wanted)}
            retention.delete(Version.objects.filter(pk__in=keys))
        else:
            model._base_manager.filter(pk__in=[held.row.pk for held in held_rows]).delete()
    for rows in [*places.sent().values(), LogEntry.objects.all()]:
        for held in list(places.holding(wanted, rows)):
            cover(held)
            done.covered += 1
    return done


def _is_differed_from(version: Version, going: set[int], wanted: Wanted) -> bool:
    """Return whether a working copy that stays is what differs from a version; then it is emptied of the phrase.

    Without it nobody could tell what the copy changes, such as that it takes the name out.
    """
    copies = Version.objects.waiting().filter(model=version.model, object_id=version.object_id)
    copy = copies.exclude(pk__in=going).first()
    if copy is None or copy.public is None or copy.public.pk != version.pk:
        return False
    content = contents.read(version.content)
    below = [row["fields"] for rows in content["rows"].values() for row in rows]
    for values in [content["fields"], *below]:
        for name, text in values.items():
            if text and any(map(wanted.found_in, texts_of(text))):
                values[name] = ""
    written = contents.write(content)
    emptied = {"content": written, "digest": contents.digest_of(written)}
    emptied |= {name: "" for name in ("comment", "failure") if wanted.found_in(getattr(version, name))}
    Version.objects.filter(pk=version.pk).update(**emptied)
    ShareLink.objects.filter(version=version).delete()
    return True


def live_rows(model: type[Model]) -> Any:  # a queryset of it
    """Return what people can edit of a model."""
    rows = places.all_of(model)
    sent = places.sent().get(model)
    return rows if sent is None else rows.exclude(pk__in=sent.values("pk"))


def cover(held: Held) -> None:
    """Put a block in the place of a phrase wherever a row holds it, but for addresses."""
    model = type(held.row)
    texts = {}
    for name, found in held.found.items():
        value = getattr(held.row, name)
        if name not in ADDRESSES:
            is_rich = isinstance(model._meta.get_field(name), RichTextField)
            texts[name] = sanitise(covered(value, found)) if is_rich else covered_in(value, found)
    if texts:
        model._base_manager.filter(pk=held.row.pk).update(**texts)
        held.row.refresh_from_db()
        if hasattr(held.row, "reindex"):
            held.row.reindex()


def redo(entries: "Sequence[Entry]") -> str:
    """Purge again after a backup was put back; return a sentence for the report.

    What is live in the backup and holds it is covered, and unpublished where its address holds it too.
    """
    wanted = Hashed(hasher())
    for entry in entries:
        wanted.add(entry.subject, entry.details)
    with transaction.atomic():
        done = _done(wanted, is_gone=False)
        rows = [one for model in places.live() for one in places.holding(wanted, live_rows(model))]
        for held in rows:
            cover(held)
            if ADDRESSES & held.found.keys() and hasattr(held.row, "withdraw"):
                held.row.withdraw()
                held.row.save(update_fields=["state", "first_published_at", "updated_at"])
            done.covered += 1
        Leftover.note(*places.every_table())
    if not done.deleted and not done.covered:
        return ""
    told = _("Purged again: %(deleted)s deleted, %(covered)s covered. Look at: %(names)s")
    names = ", ".join(f"{one.row._meta.verbose_name} {one.row.pk}" for one in rows[:MOST_NAMED]) or "–"
    return told % {"deleted": done.deleted, "covered": done.covered, "names": names}
