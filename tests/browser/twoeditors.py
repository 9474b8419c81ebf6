"""Two people, each at a browser of their own, with the same published article open: one takes a name out of it."""

import json
import time

from tests.servers import SOON

PREPARE = """
import json
from django.utils import timezone
from articles.models import Article
row = Article(title="Two at one piece", slug="two-at-one-piece", dek="Nothing.", body_html="<p>Nothing.</p>", state="published",
              published_at=timezone.now(), display_date="2026")
row.save()
print(json.dumps([row.pk, row.get_absolute_url()]))
"""
KEPT = """
import json
from articles.models import Article
from newsroom.versions.models import Version
row = Article.objects.get(slug="two-at-one-piece")
print(json.dumps([version.read()["fields"] for version in Version.objects.of(row)]))
"""


def told(server, code):
    """Return what a piece of code prints as JSON when the site runs it."""
    done = server.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def save(desk):
    """Press the button that makes changes public; return whether the page says that somebody else has saved."""
    with desk.page.expect_navigation():
        desk.hit(desk.page.locator("input[name=_save]").last)
    return desk.page.locator(".conflict").count() == 1


def rewrite(desk, text):
    """Put a text in the place of all that stands in the text box."""
    desk.editor()
    desk.press("Control+a")
    desk.type(text)
    desk.text_with(text)


def play(server, first, second, rounds):
    """Let two people change a piece in turns; all that they saved has to be in it or in its history."""
    key, address = told(server, PREPARE)
    form, saved = f"/admin/articles/article/{key}/change/", []
    for number in range(rounds):
        letter = "abcdefghij"[number]
        one, other = (first, second) if number % 2 else (second, first)
        name = f"Somsak{letter}"
        one.open(form)
        one.page.fill("#id_dek", f"{name} was seen there.")
        assert not save(one)
        for desk in (one, other):
            desk.open(form)
            desk.editor()
        # Different fields: the name that one takes out stays out, whatever the other saves of an older page.
        one.page.fill("#id_dek", f"Somebody was seen there {letter}.")
        assert not save(one)
        other.page.fill("#id_title", f"Two at one piece {letter}")
        assert not save(other)
        # The same field: the later one decides, with both before their eyes, and neither is gone.
        for desk in (one, other):
            desk.open(form)
        rewrite(one, f"Written first {letter}")
        rewrite(other, f"Written after it {letter}")
        assert not save(one)
        assert save(other)
        shown = other.page.locator(".conflict").inner_text()
        assert f"first {letter}" in shown and f"after it {letter}" in shown
        assert not save(other)
        time.sleep(SOON)
        page = server.get(address)[1].decode()
        assert name not in page
        for words in (
            f"Somebody was seen there {letter}",
            f"Two at one piece {letter}",
            f"after it {letter}",
        ):
            assert words in page, words
        saved += [("dek", f"Somebody was seen there {letter}."), ("title", f"Two at one piece {letter}"),
                  ("body_html", f"Written first {letter}"), ("body_html", f"Written after it {letter}")]  # fmt: skip
    kept = told(server, KEPT)
    assert [(field, words) for field, words in saved if not any(words in one[field] for one in kept)] == []
