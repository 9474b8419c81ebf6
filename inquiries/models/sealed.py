"""Rows whose words lie encrypted together in one column."""

import json
from types import MappingProxyType

from django.db import models

from newsroom.guard import encryption
from newsroom.storage.rows import StandingRow

STEP = 256  # bytes: lengths are rounded up, so that they tell less about what was chosen and written


class SealedModel(StandingRow):
    """A row that is read with `words` and written with `seal()`; the database holds one token of both."""

    EMPTY = MappingProxyType({})  # the names that it holds, each with what stands there at first

    sealed = models.TextField(editable=False)

    class Meta:
        abstract = True
        default_permissions = ()

    @property
    def words(self):
        """Return the names and values, decrypted once; raises Unreadable."""
        opened_from, words = self.__dict__.get("_opened", (None, None))
        if words is None or opened_from != self.sealed:
            stored = json.loads(encryption.decrypt(self.sealed)) if self.sealed else {}
            words = MappingProxyType({**self.EMPTY, **stored})
            self.__dict__["_opened"] = (self.sealed, words)
        return words

    def seal(self, **changes) -> None:
        """Replace some of the words; the caller saves. Raises Unreadable where the others can't be kept."""
        unknown = changes.keys() - self.EMPTY.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} holds no {', '.join(sorted(unknown))}.")
        text = json.dumps({**self.words, **changes})
        self.sealed = encryption.encrypt(text.ljust(-(-len(text) // STEP) * STEP))
