"""Working copies: changes of a piece that wait in a version, shared by all who may change the piece.

A copy stands for what differs between it and the version that was stored when it was made. So what a command or SQL
changes in the row meanwhile stays where the copy has not changed the same.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from newsroom.versions import registry, snapshots
from newsroom.versions.content import Content, Row, Values
from newsroom.versions.models import Version

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

FIRST_KEY = -(10**17)  # of new rows below a piece until they are published: negative, the later the greater


def of(row: Model) -> Version | None:
    """Return the current working copy of a row."""
    return Version.objects.of(row).waiting().first()


def apply(version: Version, *, for_good: bool = False) -> Model:
    """Put the changes of a draft into its row, relations and rows below, or all of a saved version; return the row.

    Call it in a transaction: in one that is undone, or for good, by a save that the index and the ledger hear of. A
    new row below has a negative key until settle(). Raises IntegrityError where something that is the only one of its
    kind, such as an address, has been taken since.
    """
    model = registry.model_of(version.model)
    if model is None:
        raise LookupError(version.model)
    stored = model._base_manager.filter(pk=version.object_id).first()
    old, new = _base_of(version, stored), version.read()
    row = stored or model(pk=version.object_id)  # the settings, before anybody has saved them
    fields = {
        name: text
        for name, text in new["fields"].items()
        if (field := snapshots.field_of(model, name)) and field.editable
        if old is None or old["fields"].get(name) != text
    }
    _save(row, fields, for_good=for_good)
    for name, keys in new["relations"].items():
        _relate(row, name, keys, old["relations"].get(name, []) if old else snapshots.keys_of(row, name))
    for name in registry.entry_of(model).rows:
        former = old["rows"].get(name, []) if old else []
        _put_rows(row, name, new["rows"].get(name, []), former, for_good=for_good)
    return row


def _base_of(version: Version, stored: Model | None) -> Content | None:
    """Return what a version differs from: a draft from what was public, a saved one from what is stored now."""
    if version.kind == Version.Kind.SAVED:
        return snapshots.take(stored) if stored else None
    return version.public.read() if version.public else None


def _save(row: Model, values: Values, *, for_good: bool) -> None:
    for name, text in values.items():
        field = snapshots.field_of(type(row), name)
        if field is not None:
            setattr(row, field.attname, snapshots.value_of(field, text))
    is_new = row._state.adding
    if for_good:
        row.save(force_insert=is_new)
    else:
        row.save_base(raw=True, force_insert=is_new, force_update=not is_new)


def _relate(row: Model, name: str, new: list[int], old: list[int]) -> None:
    manager = getattr(row, name)
    gone, added = set(old) - set(new), set(new) - set(old)
    if gone:
        manager.remove(*gone)
    if added:  # what has been deleted since can't be named
        manager.add(*manager.model._base_manager.filter(pk__in=added).values_list("pk", flat=True))


def _put_rows(row: Model, name: str, new: list[Row], old: list[Row], *, for_good: bool) -> None:
    manager = getattr(row, name)
    former = {one["key"]: one["fields"] for one in old}
    gone = former.keys() - {one["key"] for one in new}
    changed = [one for one in new if former.get(one["key"]) != one["fields"]]
    keys = {one["key"] for one in changed} | gone
    stored = manager.in_bulk(keys) if keys else {}
    for below in (stored[key] for key in gone if key in stored):
        below.delete()
    for one in changed:
        below = stored.get(one["key"]) or manager.model(pk=one["key"])
        setattr(below, manager.field.name, row)
        _save(below, one["fields"], for_good=for_good)


def settle(row: Model) -> None:
    """Give the rows below a published piece that came from a working copy keys as all others have them."""
    for name in registry.entry_of(type(row)).rows:
        manager = getattr(row, name)
        for below in manager.filter(pk__lt=0).order_by("pk"):
            # Not delete(), which the ledger of erasures would note.
            queryset: Any = manager.model._base_manager.filter(pk=below.pk)
            queryset._raw_delete(queryset.db)
            below.pk, below._state.adding = None, True
            below.save(force_insert=True)


def keys_below(row: Model) -> dict[str, set[int]]:
    """Return the keys of the rows below a piece, by attribute."""
    return {
        name: set(getattr(row, name).values_list("pk", flat=True))
        for name in registry.entry_of(type(row)).rows
        if row.pk is not None
    }


def with_own_keys(content: Content, known: Mapping[str, set[int]]) -> Content:
    """Return a snapshot whose new rows have keys that no stored row ever has."""
    now = FIRST_KEY + time.time_ns() // 1000
    rows: dict[str, list[Row]] = {
        name: [
            one if one["key"] in known[name] else {**one, "key": now + number}
            for number, one in enumerate(found)
        ]
        for name, found in content["rows"].items()
    }
    return {**content, "rows": rows}


def keep(
    row: Model,
    content: Content,
    by: "AbstractBaseUser | None" = None,
    comment: str = "",
    based_on: Version | None = None,
) -> Version | None:
    """Write the changes of a piece as its working copy, and return it; None where nothing differs from what is stored.

    Call it in a transaction that holds the row, after catch_up().
    """
    version = Version.made_of(row, content)
    former = of(row)
    public = Version.objects.of(row).saved().defer("content").first()
    if public is not None and public.digest == version.digest:
        end(row)
        return None
    if former is not None and former.digest == version.digest and not comment:
        return former
    version.kind, version.based_on = Version.Kind.WORKING, based_on or former or public
    version.created_by_id, version.comment = by.pk if by else None, comment[:300]
    end(row)
    version.save(force_insert=True)
    return version


def end(row: Model) -> bool:
    """Let no changes of a piece wait any more: they are published, discarded or replaced, and stay in its history."""
    waiting = Version.objects.of(row).waiting()
    return bool(waiting.update(kind=Version.Kind.DRAFT, publish_at=None, scheduled_by=None, failure=""))


def take_time_off(model: str, key: int) -> None:
    """Let the changes of a piece wait without a time: it goes to the trash, and comes back with them to be looked at."""
    waiting = Version.objects.waiting().filter(model=model, object_id=key)
    waiting.update(publish_at=None, scheduled_by=None, failure="")
