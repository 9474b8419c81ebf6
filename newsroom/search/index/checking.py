"""Compares the index with the content, and its tables with each other."""

from collections.abc import Iterator

from .. import registry
from ..models import Document, DocumentText, Spelling
from . import indexer, store


def size() -> int:
    """Return how many documents the index holds."""
    return Document.objects.count()


def problems() -> Iterator[str]:
    """Yield what is wrong, in sentences; nothing is changed."""
    for kind in registry.kinds():
        for keys in indexer.differing(kind):
            yield from (f"{kind.name} {key} {what}." for key, what in _differences(kind, keys))
    yield from store.current().problems()
    documents = set(Document.objects.values_list("pk", flat=True))
    for name, stored in [
        ("terms", store.current().keys()),
        ("text", set(DocumentText.objects.values_list("pk", flat=True))),
    ]:
        if documents - stored:
            yield f"{len(documents - stored)} entries have no {name}."
        if stored - documents:
            yield f"{len(stored - documents)} rows of {name} belong to no entry."
    wrong = _miscounted()
    if wrong:
        yield f"{wrong} words of the table of spellings are counted wrong."


def _differences(kind: registry.SearchKind, keys: list[int]) -> Iterator[tuple[int, str]]:
    """Yield each primary key with what is wrong with its entry."""
    rows = set(kind.rows().filter(pk__in=keys).values_list("pk", flat=True))
    entries = set(
        Document.objects.filter(kind=kind.number, object_id__in=keys).values_list("object_id", flat=True)
    )
    for key in keys:
        if key not in entries:
            yield key, "is missing"
        elif key not in rows:
            yield key, "is not public any more, and stands in the index still"
        else:
            yield key, "has changed since it was indexed"


def _miscounted() -> int:
    """Return how many words are counted wrong in the table of spellings."""
    counted, stored = (
        indexer.spellings_of_documents(),
        dict(Spelling.objects.values_list("word", "documents")),
    )
    return sum(counted.get(word) != stored.get(word) for word in counted.keys() | stored.keys())
