"""Articles published by a script while readers load pages: the load of the soak and of its short form."""

import subprocess
import sys
import threading

from tests.servers import ROOT, fetch

SCRIPT = """
import sys
from django.db import transaction
from articles.models import Article, Country, Topic

countries, topics = list(Country.objects.all()), list(Topic.objects.all())
for number in range(int({count})):
    with transaction.atomic():
        article = Article(
            title=f"Bulletin {{number}}", slug=f"bulletin-{{number}}", dek="One of many.",
            body_html="<p>" + "A sentence of the bulletin. " * 60 + "</p>",
        )
        article.publish()
        article.full_clean()
        article.save()
        article.countries.set(countries[number % len(countries):][:2] if countries else [])
        article.topics.set(topics[number % len(topics):][:2] if topics else [])
print("published", flush=True)
"""
PAGES = [
    "/",
    "/news/",
    "/feeds/news.rss",
    "/countries/",
    "/sitemap.xml",
    "/news/bulletin-0/",
    "/news/?page=2",
]


def publish_under_load(server, count, readers=4):
    """Publish the articles while the readers load pages; return the answers by status, and the output.

    The answers are {status: how many}; 0 stands for a connection that broke.
    """
    answers, stop, lock = {}, threading.Event(), threading.Lock()

    def read(offset):
        number = offset
        while not stop.is_set():
            try:
                status, _ = fetch(server.url + PAGES[number % len(PAGES)], timeout=60)
            except OSError:
                status = 0
            with lock:
                answers[status] = answers.get(status, 0) + 1
            number += 1

    threads = [threading.Thread(target=read, args=[offset]) for offset in range(readers)]
    for thread in threads:
        thread.start()
    try:
        script = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", SCRIPT.format(count=count)],
            cwd=ROOT,
            env=server.env,
            capture_output=True,
            text=True,
            timeout=1800,
        )
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return answers, script.stdout + script.stderr + server.output


def hold(answers, output, count):
    """Assert that nobody was refused and nothing was lost."""
    assert "published\n" in output, output
    assert "locked" not in output
    assert "Traceback" not in output
    # 404: the bulletin and the second page of the list are not there at first.
    assert set(answers) <= {200, 404}, answers
    assert answers[200] > count / 10
