"""Writes into a site the whole time: each turn a file, and two rows in one transaction that name it."""

import subprocess
import sys
from contextlib import contextmanager

from tests.newsroom.backups.sites import sql
from tests.servers import ROOT, Server, wait_until

WRITE = """
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from articles.models import Topic
from inquiries.models import Inquiry
number = 0
while True:
    number += 1
    name = f"f{number:031x}"
    storages["documents"].save(f"{name}/document.pdf", ContentFile(name.encode() * 300))
    with transaction.atomic():
        Topic.objects.create(name=name, slug=f"a-{number}")
        Inquiry.objects.create(lookup=name, sealed="w" * 500)
        Topic.objects.create(name=f"also {name}", slug=f"b-{number}")
    if number % 5 == 0:  # it is taken away: first its rows, then its file
        with transaction.atomic():
            Topic.objects.filter(slug__in=[f"a-{number - 3}", f"b-{number - 3}"]).delete()
        storages["documents"].delete(f"f{number - 3:031x}/document.pdf")
"""


@contextmanager
def write_load(site: Server):
    """Write into the site meanwhile; yields a function that returns how many rows were written."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WRITE]
    process = subprocess.Popen(command, cwd=ROOT, env=site.env, stderr=subprocess.PIPE, text=True)

    def written():
        assert process.poll() is None, process.stderr.read()
        return sql(site, "SELECT count(*) FROM inquiries_inquiry")[0][0]

    try:
        wait_until(lambda: written() > 20)
        yield written
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def hold(site: Server) -> int:
    """Assert that the site is as it was at one moment of the writing; return how many rows there are."""
    slugs = {slug for (slug,) in sql(site, "SELECT slug FROM articles_topic") if slug[1] == "-"}
    first, also = ({slug[2:] for slug in slugs if slug[0] == letter} for letter in "ab")
    assert first == also
    numbers = {int(one) for one in first}
    asked = {
        int(one[1:], 16) for (one,) in sql(site, "SELECT lookup FROM inquiries_inquiry") if len(one) == 32
    }
    assert asked == set(range(1, max(asked) + 1))  # every turn until then, and none after
    gone = {number - 3 for number in asked if number % 5 == 0}
    missing = asked - numbers
    # The last of those that went may still have been there; those that went after it are erased again.
    assert len(gone - missing) <= 1 and all(number % 5 == 2 for number in missing)
    for number in numbers:
        path = site.data_dir / "documents" / f"f{number:031x}" / "document.pdf"
        assert path.read_bytes() == f"f{number:031x}".encode() * 300
    return len(asked)
