"""A working copy is what differs from the public version; applied, it is the row as publishing would make it."""

import pytest
from django.db import IntegrityError

from articles.models import Article, Fact
from newsroom.versions import snapshots
from newsroom.versions.models import Version
from newsroom.versions.recording import record
from newsroom.versions.rolledback import rolled_back
from newsroom.versions.workingcopies import working

pytestmark = pytest.mark.django_db


def copy_of(row, change):
    """Keep as the working copy of a row what a function changes in it."""
    record(row)
    known = working.keys_below(row)
    with rolled_back():
        former = working.of(row)
        changed = working.apply(former) if former else type(row).objects.get(pk=row.pk)
        change(changed)
        changed.save()
        content = working.with_own_keys(snapshots.take(type(row).objects.get(pk=row.pk)), known)
    return working.keep(row, content)


def test_it_waits_until_it_is_applied(make_article, make_country, make_topic):
    topics = [make_topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(3)]
    row = make_article(title="Before", topics=topics[:2])

    def change(article):
        article.title = "After"
        article.countries.add(make_country())
        article.topics.set(topics[1:])

    copy = copy_of(row, change)
    make_country()  # that in the block was undone, and so can't be named
    topics[2].delete()
    assert working.of(row) == copy
    assert (Article.objects.get().title, list(row.topics.all())) == ("Before", topics[:2])
    applied = working.apply(copy)
    assert (applied.title, Article.objects.get().title) == ("After", "After")
    assert list(row.topics.all()) == [topics[1]]


def test_what_is_changed_elsewhere_meanwhile_stays(make_article):
    row = make_article(title="Before", dek="Before")
    copy = copy_of(row, lambda article: setattr(article, "title", "After"))
    Article.objects.filter(pk=row.pk).update(dek="By a command", state=Article.State.WITHDRAWN)
    working.apply(copy)
    row.refresh_from_db()
    assert (row.title, row.dek, row.state) == ("After", "By a command", Article.State.WITHDRAWN)


def test_each_save_stands_in_the_history_and_the_last_one_waits(make_article):
    row = make_article(title="Before")
    first = copy_of(row, lambda article: setattr(article, "title", "First"))
    second = copy_of(row, lambda article: setattr(article, "dek", "Second"))
    kinds = list(Version.objects.of(row).values_list("pk", "kind", "based_on"))
    public = first.public
    assert kinds == [
        (second.pk, "working", first.pk),
        (first.pk, "draft", public.pk),
        (public.pk, "saved", None),
    ]
    fields = second.read()["fields"]
    assert (fields["title"], fields["dek"]) == ("First", "Second")
    assert working.end(row)
    assert working.of(row) is None
    assert Version.objects.of(row).count() == 3


def test_what_is_as_before_does_not_wait(make_article):
    row = make_article(title="Before")
    copy_of(row, lambda article: setattr(article, "title", "After"))
    assert copy_of(row, lambda article: setattr(article, "title", "Before")) is None
    assert working.of(row) is None


def test_rows_below_wait_with_keys_of_their_own(make_country):
    country = make_country()
    values = {"country": country, "source": "Ours", "as_of": "2020", "value": "7"}
    kept, gone = (Fact.objects.create(label=label, **values) for label in ("Kept", "Gone"))

    def change(row):
        Fact.objects.filter(pk=kept.pk).update(value="8")
        Fact.objects.get(pk=gone.pk).delete()
        Fact.objects.create(label="New", **values)

    copy_of(country, change)
    Fact.objects.create(label="By a command", **values)
    copy = copy_of(country, lambda row: None)
    assert sorted(country.facts.values_list("label", "value")) == [
        ("By a command", "7"),
        ("Gone", "7"),
        ("Kept", "7"),
    ]
    new = working.apply(copy).facts.get(label="New")
    assert new.pk < 0
    working.settle(country)
    assert country.facts.get(label="New").pk > kept.pk
    assert sorted(country.facts.values_list("label", "value")) == [
        ("By a command", "7"),
        ("Kept", "8"),
        ("New", "7"),
    ]


def test_a_saved_version_is_put_in_as_a_whole(make_country):
    country = make_country(name="First")
    values = {"country": country, "source": "Ours", "as_of": "2020", "value": "7"}
    fact = Fact.objects.create(label="Old", **values)
    first = record(country)
    for name in ("Second", "Third"):
        country.name = name
        country.save()
        record(country)
    fact.delete()
    Fact.objects.create(label="New", **values)
    with rolled_back():
        row = working.apply(first)
        assert (row.name, [one.label for one in row.facts.all()]) == ("First", ["Old"])


def test_an_address_that_was_taken_meanwhile_is_an_error(make_article):
    row = make_article(slug="before")
    copy = copy_of(row, lambda article: setattr(article, "slug", "after"))
    make_article(slug="after")
    with pytest.raises(IntegrityError), rolled_back():
        working.apply(copy)
