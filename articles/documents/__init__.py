"""Cleans uploaded documents: removes traces of their makers, and reports hidden content to the editor.

    document = documents.clean(upload, filename=upload.name)   # or raises documents.Refused
    document.findings   # what an editor has to accept before the file may be public

The package uses no model and leaves no file on disk.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cleaning import MAX_BYTES, Document, clean
    from .messages import Finding, Refused

__all__ = ["MAX_BYTES", "Document", "Finding", "Refused", "clean"]


def __getattr__(name: str) -> Any:  # Any: each name is of another kind
    """Return one of the names above once it is used: the process that reads a document needs none, nor Django."""
    if name not in __all__:
        raise AttributeError(name)
    from . import cleaning, messages

    return getattr(cleaning if hasattr(cleaning, name) else messages, name)
