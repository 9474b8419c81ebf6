"""Three people who change published pieces for some days, and what visitors get meanwhile: promise 1, from both sides.

Saved drafts change no byte of any answer; what is published is everywhere a second later; what has a time comes at its
second, without a worker.
"""

import datetime
import json
import re
import time
from html import unescape

from tests.pageforms import values_on
from tests.servers import suspend_at_rest, wait_until
from tests.soak.crawling import Crawler
from tests.soak.freshness import FRESH_CONNECTIONS, PROMISED, ask
from tests.soak.fullload import children
from tests.staff import Staff

# What differs from one answer to the next though nothing was changed: nothing else may.
DIFFERS = {
    "token of a form": re.compile(rb'name="csrfmiddlewaretoken" value="\w+"'),
    "number of a form, with its time": re.compile(rb'name="(?:nonce|opened|ticket|stamp)" value="[^"]*"'),
    "number of a request, on an error page": re.compile(rb'<p class="request-id">[^\n]*'),
    "whether a hotline answers now": re.compile(rb'<strong class="screen">[^<]*</strong>'),
    "what time it is there": re.compile(rb'<(p|span) class="screen">[^<]*</\1>'),
    "end of security.txt, from today on": re.compile(rb"Expires: [^\r\n]*"),
}
CHANGED = {  # by model: its list in the admin, the fields that each of three people changes, and where they stand
    "article": ("title", "dek", "body_html"),
    "page": ("title", "body_html", "title"),
    "resource": ("title", "summary", "body_html"),
    "country": ("name", "intro_html", "name"),
}
AHEAD = 4  # seconds: time enough to set it for all
PEOPLE = ("admin", "editor", "writer")
PREPARE = """
import json
from django.contrib.auth.models import Group, User
from articles.models import Article, Country, Page, Resource
User.objects.get(username="writer").groups.set([Group.objects.get(name="Editor")])
Article.objects.create(title="Comes and goes", slug="comes-and-goes", body_html="<p>comesandgoesqz</p>")
rows = [Article.objects.published().order_by("-published_at").first(), Page.objects.published().filter(menu="header").first(),
        Resource.objects.published().first(), Country.objects.get(slug="laos"), Article.objects.get(slug="comes-and-goes")]
print(json.dumps([[row._meta.model_name, row.pk, row.get_absolute_url()] for row in rows]))
"""
RAISE = """
from django.db import connection
connection.cursor().execute("UPDATE pagecache_contentversion SET number = number + 1")
"""


class Piece:
    """A published row that people change in the admin."""

    def __init__(self, kind, key, path):
        self.kind, self.path = kind, path
        self.form = f"/admin/articles/{kind}/{key}/change/"
        self.time = f"/admin/articles/{kind}/{key}/schedule-changes/"

    def save(self, person, button, **changes):
        """Open the form, change fields, and press a button."""
        status, page = person.get(self.form)
        assert status == 200
        assert person.send(self.form, values_on(page) | changes | {button: ""}) == 302, (self.form, changes)

    def word(self, number, day):
        """Return what a person writes on a day; another part of the page holds it for each."""
        return f"{self.kind}{day}{PEOPLE[number]}qz"

    def draft(self, people, day):
        """Let each of three people save a draft of another field."""
        for number, (person, field) in enumerate(zip(people, CHANGED[self.kind], strict=True)):
            word = self.word(number, day)
            self.save(person, "_draft", **{field: f"<p>{word}</p>" if field.endswith("_html") else word})

    def words(self, day):
        """Return what stands in the fields after such a day: of two in one field the later."""
        fields = CHANGED[self.kind]
        last = {field: self.word(number, day) for number, field in enumerate(fields)}
        return list(last.values())

    def lacks(self, server, words):
        """Return what an answer over each of several connections lacks: each process is met."""
        texts = [ask(server, self.path)[1] for _ in range(FRESH_CONNECTIONS)]
        return [word for word in words for text in texts if word not in text]


def steady(answers):
    """Return answers without what differs each time."""
    found = {}
    for path, answer in answers.items():
        body = answer.body
        for pattern in DIFFERS.values():
            body = pattern.sub(b"", body)
        headers = [one for one in answer.headers if body == answer.body or one[0] != "ETag"]
        found[path] = (answer.status, headers, body)
    return found


def changed(before, after):
    """Return the addresses whose answers differ."""
    return [path for path in before if before[path] != after[path]]


def play(server, days, not_crawled):
    """Play it on a running demo; return how many addresses were compared."""
    told = server.manage("shell", "--no-imports", "-c", PREPARE)
    assert told.returncode == 0, told.stderr
    *pieces, draft = [Piece(*row) for row in json.loads(told.stdout)]
    people = [Staff(server, name) for name in PEOPLE]
    crawler = Crawler(server, not_crawled)
    crawler.all()  # once before: what is made at the first asking, such as the analysis of a language
    before = crawler.all()
    for day in range(days):
        for piece in pieces:
            piece.draft(people, day)
    differ = changed(steady(before), steady(crawler.again(before)))
    assert not differ, differ
    assert server.manage("shell", "--no-imports", "-c", RAISE).returncode == 0  # each page is made anew
    time.sleep(PROMISED)
    differ = changed(steady(before), steady(crawler.again(before)))
    assert not differ, differ
    published_at_once(server, pieces, people[1], days - 1)
    workers = children(server, "worker")
    assert workers
    suspend_at_rest(server, workers)
    try:
        published_at_its_second(server, pieces, people[0])
        comes_and_goes(server, draft, people[0])
    finally:
        for one in workers:
            one.resume()
    return len(before)


def published_at_once(server, pieces, editor, day):
    """Publish the changes, and look for every word a second after the last answer."""
    for piece in pieces:
        piece.save(editor, "_save")
    time.sleep(PROMISED)
    lacking = {piece.path: missing for piece in pieces if (missing := piece.lacks(server, piece.words(day)))}
    assert not lacking, lacking
    title = pieces[0].word(0, day)
    for path in ("/", "/news/", "/feeds/news.rss", f"/search/?q={title}"):
        assert title in ask(server, path)[1], path


def published_at_its_second(server, pieces, editor):
    """Set a time for changes of all pieces, and look when they come."""
    words = {}
    for piece in pieces:
        words[piece.path] = f"{piece.kind}attimeqz"
        piece.save(editor, "_draft", **{CHANGED[piece.kind][0]: words[piece.path]})
    forms = {piece.time: values_on(editor.get(piece.time)[1]) | {"_schedule": ""} for piece in pieces}
    at = in_seconds(AHEAD)
    for path, values in forms.items():
        assert editor.send(path, values | split("publish_at", at)) == 302, path
    assert datetime.datetime.now(datetime.UTC) < at
    seen_at(server, words, at)


def comes_and_goes(server, draft, editor):
    """Let a piece be public for two seconds, by the clock alone."""
    times = draft.form.replace("/change/", "/times/")
    form = values_on(editor.get(times)[1])
    at, until = in_seconds(AHEAD), in_seconds(AHEAD + 2)
    values = form | split("published_at", at) | split("expires_at", until) | {"_set": ""}
    assert editor.send(times, values) == 302
    assert ask(server, draft.path)[0] == 404
    seen_at(server, {draft.path: "comesandgoesqz", "/news/": "Comes and goes"}, at)
    while datetime.datetime.now(datetime.UTC) < until:
        time.sleep(0.05)
    time.sleep(PROMISED)
    assert [ask(server, draft.path)[0] for _ in range(FRESH_CONNECTIONS)] == [410] * FRESH_CONNECTIONS
    for path in ("/", "/news/", "/feeds/news.rss", "/sitemap-articles.xml"):
        assert "comes-and-goes" not in ask(server, path)[1], path


def in_seconds(count):
    """Return the full second that is so far ahead, or a little less."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(seconds=count)


def split(name, moment):
    """Return what the two boxes of a time send."""
    return {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}


def seen_at(server, words, at):
    """Wait for words on pages; none may be there before its time, all have to be a second after."""
    while (now := datetime.datetime.now(datetime.UTC)) < at:
        shown = [path for path, word in words.items() if word in unescape(ask(server, path)[1])]
        assert shown == [] or datetime.datetime.now(datetime.UTC) >= at, (shown, now)
    wait_until(lambda: all(word in ask(server, path)[1] for path, word in words.items()), 5)
    late = (datetime.datetime.now(datetime.UTC) - at).total_seconds()
    print(f"public {late:.2f} s after its time")
    assert late < PROMISED + 0.5
