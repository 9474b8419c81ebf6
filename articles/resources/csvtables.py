"""Published CSV files as tables that an editor puts into a text."""

from itertools import islice
from typing import TypedDict

from articles.documents.table import rows_in
from articles.resources import documentstore
from articles.resources.models.resource import Resource

MOST_LISTED = 50
MOST_ROWS = 201  # with the head
MOST_COLUMNS = 12
MOST_BYTES = 2_000_000  # that are read of a file


class Table(TypedDict):
    """The rows of a file, the first of which names the columns."""

    rows: list[list[str]]
    is_whole: bool


def listed() -> list[Resource]:
    """Return the published resources whose file is a CSV, the newest first."""
    return list(Resource.objects.published().filter(file_extension="csv")[:MOST_LISTED])


def table_of(resource: Resource) -> Table:
    """Return as much of a resource's CSV file as a table of a text may hold.

    Raises FileNotFoundError where the file was removed, FilesAway, DocumentError for what is no table.
    """
    with documentstore.opened(resource.storage_key, resource.file_extension) as file:
        data = file.read(MOST_BYTES + 1)
    text = data[:MOST_BYTES].decode("utf-8-sig", "replace")
    found = list(islice(rows_in(text, ".csv"), MOST_ROWS + 1))
    rows = [[" ".join(cell.split()) for cell in row[:MOST_COLUMNS]] for row in found[:MOST_ROWS]]
    is_whole = (
        len(data) <= MOST_BYTES and len(found) <= MOST_ROWS and all(len(row) <= MOST_COLUMNS for row in found)
    )
    return Table(rows=rows, is_whole=is_whole)
