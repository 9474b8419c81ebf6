"""The types of what statements of the index take and return."""

import datetime
from collections.abc import Sequence

type Value = str | int | datetime.date | None
type Row = Sequence[Value]
type Counts = dict[str, dict[int, int]]  # name of a column to {value: documents}
