"""Documents that editors publish: told by content, cleaned of who made them, and searched for what is hidden.

    document = documents.clean(upload, filename=upload.name)   # or raises documents.Refused
    document.findings   # what an editor has to accept before the file may be public

It knows no model and writes no file that has a name.
"""

from .cleaning import MAX_BYTES, Document, clean
from .words import Finding, Refused

__all__ = ["MAX_BYTES", "Document", "Finding", "Refused", "clean"]
