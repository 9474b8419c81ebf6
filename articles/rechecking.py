"""Finds stored texts and documents that today's rules of cleaning would change; `manage.py recheck` asks."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from articles import documents
from articles.resources import documentstore
from articles.resources.models.resource import Resource
from newsroom.richtext.pictures import rich_text_fields
from newsroom.richtext.sanitiser import problem_of, sanitise


def texts() -> Iterator[str]:
    """Yield a sentence for each stored rich text that today's rules would change or refuse."""
    for model in apps.get_models():
        names = rich_text_fields(model)
        labels = {field.name: field.verbose_name for field in model._meta.concrete_fields}
        for row in model._default_manager.only("pk", *names).order_by("pk").iterator(200) if names else ():
            for name in names:
                what = _text_differs(getattr(row, name))
                if what:
                    yield f"{_named(row)}, {labels[name]}: {what}"


def _text_differs(stored: str) -> str:
    problem = problem_of(stored)
    if problem:
        return problem
    cleaned = sanitise(stored)
    if cleaned == stored:
        return ""
    return f"{len(stored)} characters become {len(cleaned)} when it is saved again"


def stored_documents() -> Iterator[str]:
    """Yield a sentence for each stored file that today's rules would refuse, cut, or ask its editor about."""
    for resource in Resource.objects.exclude(storage_key="").order_by("pk").iterator(50):
        what = _document_differs(resource)
        if what:
            yield f"{_named(resource)}, file: {what}"


def _document_differs(resource: Resource) -> str:
    try:
        with documentstore.opened(resource.storage_key, resource.file_extension) as file:
            stored = file.read()
            file.seek(0)
            today = documents.clean(file, filename=f"file.{resource.file_extension}")
    except FileNotFoundError:
        return "it is missing in the folder of documents"
    except documents.Refused as error:
        return f"it would be refused: {' '.join(error.messages)}"
    kept = documentstore.kept(resource.storage_key)
    accepted = set(kept.findings) if kept else set()
    found = [str(finding.message) for finding in today.findings]
    asked = [sentence for sentence in found if sentence not in accepted]
    if asked:
        return f"its editor would be asked: {' '.join(asked)}"
    # Cleaning may reorder names inside a PDF without changing its length; a cut shortens it.
    if len(today.data) != len(stored):
        return f"{len(stored)} bytes become {len(today.data)}: replace it by the same file, sent once more"
    return ""


def _named(row: models.Model) -> str:
    return f"{row._meta.verbose_name} {row.pk} “{row}”"
