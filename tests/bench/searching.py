"""A site of 100,000 articles to search in, and what is measured there; runs inside `manage.py shell`.

The words follow Zipf's law: the commonest stands in every article, most stand in few.
"""

import datetime
import itertools
import json
import random
import re
import statistics
import time

import nh3
import Stemmer
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from articles.dates import PartialDate
from articles.models import Article, Country, Topic
from newsroom.search import registry
from newsroom.search.index import indexer, store
from newsroom.search.models import Document
from newsroom.search.querying import matching, results
from newsroom.search.querying.query import parse

WORDS = 400  # an article
VOCABULARY = 50_000
EVERYWHERE = "everywhere"
ONE_PERCENT = [f"seldom{letter}" for letter in "bcdfghklmn"]
CHUNK = 1000
LETTERS = "bcdfghjklmnprstvwz", "aeiou"


def vocabulary():
    """Return words that can be spoken, the commonest first, and their weights by Zipf and Mandelbrot."""
    source = random.Random(1)
    words = {}
    while len(words) < VOCABULARY:
        words["".join(source.choice(LETTERS[i % 2]) for i in range(source.randint(3, 11)))] = None
    return list(words), list(itertools.accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))


def articles(count):
    """Yield articles that are not saved; the same ones every time."""
    words, weights = vocabulary()
    source = random.Random(2)
    first = datetime.datetime(2006, 1, 1, tzinfo=datetime.UTC)
    for number in range(count):
        text = source.choices(words, cum_weights=weights, k=WORDS)
        text[source.randrange(WORDS)] = EVERYWHERE
        if number % 10 == 0:  # each of these words in one of a hundred articles
            text[source.randrange(WORDS)] = ONE_PERCENT[number // 10 % 10]
        published = first + datetime.timedelta(minutes=number * 100)
        yield Article(
            title=" ".join(text[:7]).capitalize(),
            slug=f"bench-{number}",
            dek=" ".join(text[7:20]),
            body_html=f"<p>{' '.join(text[:200])}.</p><p>{' '.join(text[200:])}.</p>",
            display_date=PartialDate(published.year, published.month),
            state="published",
            published_at=published,
            first_published_at=published,
        )


def build(count):
    """Fill an empty site, past its index."""
    call_command("collectstatic", interactive=False, verbosity=0)
    source = random.Random(3)
    codes = ["".join(pair) for pair in itertools.islice(itertools.product("ABCDEF", "ABCDEF"), 30)]
    countries = [
        Country(iso_code=code, name=f"Country {code}", slug=f"country-{code.lower()}") for code in codes
    ]
    topics = [Topic(name=f"Topic {number}", slug=f"topic-{number}") for number in range(12)]
    Country.objects.bulk_create(countries)
    Topic.objects.bulk_create(topics)
    for chunk in itertools.batched(articles(count), CHUNK):
        with transaction.atomic():
            rows = Article.objects.bulk_create(chunk)
            for name, subjects in [("country", countries), ("topic", topics)]:
                through = getattr(Article, {"country": "countries", "topic": "topics"}[name]).through
                through.objects.bulk_create(
                    through(**{"article_id": row.pk, f"{name}_id": subject.pk})
                    for row in rows
                    for subject in source.sample(subjects, source.randint(1, 2))
                )
    _analyse()


def _analyse():
    """Let PostgreSQL know its tables, as its daemon does within a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def first_index():
    """Print, as JSON, how many articles a second the command writes into an index that is empty."""
    terms = [] if connection.vendor == "postgresql" else [*store.current().DROP, *store.current().CREATE]
    empty = "TRUNCATE {}" if connection.vendor == "postgresql" else "DELETE FROM {}"
    with connection.cursor() as cursor:
        for table in ["search_document", "search_documenttext", "search_spelling", "search_facetset"]:
            cursor.execute(empty.format(table))
        for statement in terms or ["TRUNCATE search_terms"]:
            cursor.execute(statement)
    reindex()


def reindex():
    """Print, as JSON, how many articles a second are written anew by the command, all of them."""
    count = Article.objects.count()
    began, worked = time.perf_counter(), time.process_time()
    call_command("reindex", "--restart", verbosity=0)
    taken, worked = time.perf_counter() - began, time.process_time() - worked
    _analyse()
    figures = {"articles": count, "articles a second": count / taken, "plain analysis": plain_analysis()}
    _print(figures, taken, worked)


def plain_analysis(times=500):
    """Return how many articles a second a plain loop cleans and stems, in this process alone."""
    stemmer = Stemmer.Stemmer("english")
    texts = list(Article.objects.values_list("title", "dek", "body_html")[:times])
    began = time.perf_counter()
    for text in texts:
        stemmer.stemWords(re.findall(r"\w+", nh3.clean(" ".join(text), tags=set()).lower()))
    return len(texts) / (time.perf_counter() - began)


def _print(figures, taken, worked):
    # Under 1 where other processes kept this one waiting (or the database is one): times are longer then.
    print(json.dumps(figures | {"share of a processor": worked / taken}))


def milliseconds(act, times):
    """Return the median of the times that act() takes, in milliseconds."""
    taken = []
    for number in range(times):
        began = time.perf_counter()
        act(number)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def pages(times=15):
    """Print, as JSON, the medians of result pages, and of the three statements of one by themselves."""
    client = Client(headers={"host": "127.0.0.1"})

    def page(query):
        response = client.get("/search/", {"q": query})
        assert response.status_code == 200
        assert response.content.count(b'class="hit"') == results.PER_PAGE, query

    page(EVERYWHERE)  # warm
    page(ONE_PERCENT[-1])
    began, worked = time.perf_counter(), time.process_time()
    figures = {
        "articles": Document.objects.count(),
        "page, word in 1 %": milliseconds(lambda n: page(ONE_PERCENT[n % 10]), times),
        "page, word in all": milliseconds(lambda n: page(EVERYWHERE), times),
        "page, two words, 1 % and all": milliseconds(
            lambda n: page(f"{EVERYWHERE} {ONE_PERCENT[n % 10]}"), times
        ),
        "three bare statements, word in 1 %": bare(ONE_PERCENT, times),
        "three bare statements, word in all": bare([EVERYWHERE], times),
    }
    _print(figures, time.perf_counter() - began, time.process_time() - worked)


def bare(words, times):
    """Return the sum of the medians of the statements for the hits by rank, the count, and the facets."""
    nothing, now = matching.Narrowing(), timezone.now()
    queries = [parse(word) for word in words]

    def count(query):
        source, parameters = matching.matching(query, nothing, now)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {source}", parameters)
            cursor.fetchall()

    statements = [
        lambda query: results._page(query, nothing, now, 0, False),
        count,
        lambda query: matching.counts(query, nothing, now),
    ]
    with store.current().reading():
        return sum(
            milliseconds(lambda n, act=act: act(queries[n % len(queries)]), times) for act in statements
        )


def saves(times=30):
    """Print, as JSON, what the index adds to a save of an article whose text has changed, in milliseconds."""
    kind = registry.kind_of(Article)
    keys = list(Article.objects.order_by("?").values_list("pk", flat=True)[:times])
    indexer.refresh(kind, keys[:1], anew=True)  # warm
    taken, alone, began, worked = [], [], time.perf_counter(), time.process_time()
    for key in keys:
        with transaction.atomic():
            article = Article.objects.get(pk=key)
            article.dek = f"Changed {time.time_ns()}"
            start = time.perf_counter()
            article.save_base(update_fields=["dek"])
            alone.append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            indexer.refresh(kind, [key])
            taken.append((time.perf_counter() - start) * 1000)
    figures = {
        "entry of a changed article": statistics.median(taken),
        "the longest": max(taken),
        "the article's own row": statistics.median(alone),
    }
    _print(figures, time.perf_counter() - began, time.process_time() - worked)
