"""Cleans the pictures inside documents, in every format and at every level of nesting.

    content = pictures.cleaned(content, name, report)   # a clean picture, or raises DocumentError("picture")
    address = pictures.data_uri(address, report)        # "data:…" with a clean picture, or the same DocumentError

A picture in a format that can't be cleaned is refused.
"""

from .cleaning import cleaned, data_uri

__all__ = ["cleaned", "data_uri"]
