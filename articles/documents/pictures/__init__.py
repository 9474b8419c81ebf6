"""The one picture cleaner of all documents: whatever form a picture comes in, and however deep it lies in others.

    content = pictures.cleaned(content, name, report)   # bytes of a picture, or raises Trouble("picture")
    address = pictures.data_uri(address, report)        # "data:…" with a clean picture in it, or the same Trouble

It knows no document. What it can't take apart is refused, so that nothing unknown stays.
"""

from .cleaning import cleaned, data_uri

__all__ = ["cleaned", "data_uri"]
