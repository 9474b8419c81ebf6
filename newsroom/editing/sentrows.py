"""The rows below a form as they were sent, without those that somebody else has deleted meanwhile."""

import re
from collections.abc import Container

from django.http import QueryDict

FIELD = re.compile(r"(?P<prefix>.+)-(?P<number>[0-9]{1,4})-(?P<name>[A-Za-z_]+)")


def without_gone_rows(data: QueryDict, stored: Container[str]) -> QueryDict:
    """Return the data without sent rows whose key ('prefix-pk') is not stored any more, the others renumbered.

    Django would refuse such a row, and would lose one of the others.
    """
    gone: dict[str, list[int]] = {}
    for name, key in data.items():
        match = FIELD.fullmatch(name)
        if match and match["name"] == "id" and key and f"{match['prefix']}-{key}" not in stored:
            gone.setdefault(match["prefix"], []).append(int(match["number"]))
    if not gone:
        return data
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        moved = _moved(name, gone)
        if moved:
            kept.setlist(moved, values)
    for prefix, numbers in gone.items():
        for count in (f"{prefix}-TOTAL_FORMS", f"{prefix}-INITIAL_FORMS"):
            if (sent := kept.get(count, "")).isdecimal():
                kept[count] = str(max(int(sent) - len(numbers), 0))
    return kept


def _moved(name: str, gone: dict[str, list[int]]) -> str:
    """Return the renumbered name of a field, or nothing where its row is left out."""
    match = FIELD.fullmatch(name)
    if not match or match["prefix"] not in gone:
        return name
    number, numbers = int(match["number"]), gone[match["prefix"]]
    if number in numbers:
        return ""
    return f"{match['prefix']}-{number - sum(one < number for one in numbers)}-{match['name']}"
