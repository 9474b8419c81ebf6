"""Which tables had words deleted whose bytes the database's files may still hold."""

from newsroom.storage.leftovers import TableWithLeftovers


class Leftover(TableWithLeftovers):
    """A table from which words were deleted."""

    class Meta(TableWithLeftovers.Meta):
        abstract = False
