"""`make soak`: bombs of full size and the largest honest files, each in the process that cleans, within its bounds."""

import io
import resource
import time
from collections.abc import Callable

import pytest

from articles import documents
from articles.documents import sandbox
from newsroom.sandbox import confining
from tests.articles.documents import bombs
from tests.articles.documents.specimens import large_document

SLACK = 5  # seconds for the start of the process and the copying
MOST = sandbox.MEMORY + confining.TO_ANSWER

BOMBS: list[Callable[[], bytes]] = [
    lambda: bombs.drawing(2_048),
    lambda: bombs.drawing_packed_twice(4_096),
    lambda: bombs.drawing_run_by_run(1_024),
    lambda: bombs.picture(10, 10, 2_048),
    lambda: bombs.picture(60_000, 60_000, 2_048),
    lambda: bombs.picture(11_000, 11_000, 350),
    lambda: bombs.forms(12, 12),
    lambda: bombs.map_of_letters(10),
    lambda: bombs.objects(2_048),
    lambda: bombs.arrays(2_000_000),
    lambda: bombs.nested(20_000),
    lambda: bombs.words(200_000),
    lambda: large_document(600_000),
    lambda: b"a,b,c\n" + b"1,two,3.5\n" * 4_900_000,
]


@pytest.mark.parametrize("make", BOMBS)
def test_no_file_takes_more_than_thirty_seconds_or_512_mb(make: Callable[[], bytes]) -> None:
    content = make()
    started = time.monotonic()
    try:
        outcome = f"{documents.clean(io.BytesIO(content), filename='a.csv').size:,} bytes"
    except documents.Refused as refusal:
        outcome = str(refusal.code)
    taken = time.monotonic() - started
    print(f"\n{len(content):,} bytes: {outcome} after {taken:.1f} s")
    assert taken < sandbox.SECONDS + SLACK
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST
