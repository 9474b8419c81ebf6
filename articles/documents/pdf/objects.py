"""The type of a value in a PDF."""

from typing import Any

# What pikepdf returns for a key: an Object (dictionary, stream, array, name or string), int, bool, Decimal or None.
# It is Any because pikepdf gives Object no attributes for the keys of dictionaries, which rules set and read.
type PdfValue = Any
