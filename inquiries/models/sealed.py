"""Rows whose personal values are encrypted together in one column."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import models

from newsroom.guard import encryption
from newsroom.storage.rows import StandingRow

STEP = 256  # bytes: lengths are rounded up, so that they tell less about what was chosen and written


class SealedModel(StandingRow):
    """A row whose values are read from `words` and written with `seal()`; the database holds one token of all."""

    # The names of its values, each with its default. What stands in `words` is JSON, hence Any.
    EMPTY: Mapping[str, Any] = MappingProxyType({})

    sealed = models.TextField(editable=False)

    class Meta:
        abstract = True
        default_permissions = ()

    @property
    def words(self) -> Mapping[str, Any]:
        """Return the values by name, decrypted once; raises Unreadable."""
        opened_from, words = self.__dict__.get("_opened", (None, None))
        if words is None or opened_from != self.sealed:
            stored = json.loads(encryption.decrypt(self.sealed)) if self.sealed else {}
            words = MappingProxyType({**self.EMPTY, **stored})
            self.__dict__["_opened"] = (self.sealed, words)
        return words

    def seal(self, **changes: object) -> None:
        """Replace some of the values; the caller saves.

        Raises TypeError for an unknown name, and Unreadable where the other values can't be decrypted.
        """
        unknown = changes.keys() - self.EMPTY.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} holds no {', '.join(sorted(unknown))}.")
        text = json.dumps({**self.words, **changes})
        self.sealed = encryption.encrypt(text.ljust(-(-len(text) // STEP) * STEP))
