"""Cleans uploaded documents: removes traces of their makers, and reports hidden content to the editor.

    document = documents.clean(upload, filename=upload.name)   # or raises documents.Refused
    document.findings   # what an editor has to accept before the file may be public

The package uses no model and leaves no file on disk.
"""

from .cleaning import MAX_BYTES, Document, clean
from .messages import Finding, Refused

__all__ = ["MAX_BYTES", "Document", "Finding", "Refused", "clean"]
