"""The process that cleans: bounded in size, number, time and memory, and without a trace after a kill."""

import io
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
from django.conf import settings

from articles import documents
from articles.documents import cleaning, filetypes, sandbox
from articles.documents.report import Report
from tests.articles.documents import office
from tests.articles.documents.specimens import large_document
from tests.servers import wait_until

pytestmark = pytest.mark.own_process
CODES = {"too_large", "busy", "takes_too_long"}  # what is refused here


def refused(content):
    with pytest.raises(documents.Refused) as refusal:
        documents.clean(io.BytesIO(content))
    return refusal.value.code


def test_it_takes_50_mb_and_no_more():
    assert refused(bytes(documents.MAX_BYTES + 1)) == "too_large"
    assert refused(b"a,b\n" + b"1,2\n" * 100 + bytes(documents.MAX_BYTES - 404)) == "unknown"


def test_it_asks_to_come_again_while_others_are_in_work():
    for _number in range(cleaning.AT_ONCE):
        cleaning._slots.acquire()
    try:
        assert refused(b"a,b\n1,2\n") == "busy"
    finally:
        for _number in range(cleaning.AT_ONCE):
            cleaning._slots.release()
    assert documents.clean(io.BytesIO(b"a,b\n1,2\n")).extension == "csv"


def test_it_ends_what_takes_too_long(monkeypatch):
    assert documents.clean(io.BytesIO(large_document(2_000))).extension == "docx"
    monkeypatch.setattr(cleaning, "PATIENCE", 0.3)
    before = set(psutil.Process().children())
    assert refused(large_document(200_000)) == "takes_too_long"
    assert set(psutil.Process().children()) <= before


def test_it_can_not_take_all_the_memory():
    code = (
        "from articles.documents import sandbox; sandbox._confine()\n"
        "try: bytearray(sandbox.MEMORY)\nexcept MemoryError: print('bounded')"
    )
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert ended.stdout == b"bounded\n" and sandbox.MEMORY <= 2 * 1024**3


def test_a_kill_leaves_nothing_behind(tmp_path):
    code = (
        "import sys; from django.conf import settings; settings.configure(); from articles import documents; "
        "documents.clean(sys.stdin.buffer)"
    )
    given = tmp_path / "given.docx"
    given.write_bytes(large_document(300_000))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(settings.BASE_DIR)}
    with given.open("rb") as file:
        process = subprocess.Popen([sys.executable, "-c", code], stdin=file, env=environment)
    asked = psutil.Process(process.pid)
    assert wait_until(lambda: asked.children() and asked.children()[0].memory_info().rss > 60_000_000)
    (child,) = asked.children()
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    with suppress(psutil.NoSuchProcess):
        child.wait(20)
    assert not child.is_running()
    assert [path for path in temporary.rglob("*") if path.is_file()] == []


def test_styles_that_stand_on_each_other_without_end_cost_no_more():
    one = (
        '<w:style w:type="paragraph" w:styleId="S{}"><w:basedOn w:val="S{}"/><w:rPr><w:b/></w:rPr></w:style>'
    )
    styles = "".join(one.format(number, number - 1) for number in range(3_000))
    used = '<w:p><w:pPr><w:pStyle w:val="S{}"/></w:pPr><w:r><w:t>Words</w:t></w:r></w:p>'
    content = office.with_styles(styles, "".join(used.format(number) for number in range(3_000)))
    before = time.process_time()
    filetypes.cleaned(content, "", Report())
    assert time.process_time() - before < 15  # forty seconds when each style is followed to its end
