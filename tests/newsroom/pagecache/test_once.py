"""What is made once for all pages of a content version."""

import datetime

import pytest
from django.utils import timezone

from articles.models import Page
from newsroom.pagecache import contentversion, deadlines
from newsroom.pagecache.once import once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """Return a function that makes a number, another one each time, and forgets the version afterwards."""
    numbers = []

    def make():
        numbers.append(len(numbers))
        return numbers[-1]

    yield make
    contentversion.forget()


def test_a_value_is_made_once_until_something_changes(made, make_page):
    page = make_page()
    contentversion.read()
    assert [once("a number", made), once("a number", made)] == [0, 0]
    Page.objects.filter(pk=page.pk).update(title="Changed by SQL")
    contentversion.read()
    assert once("a number", made) == 1


def test_without_a_known_version_it_is_made_each_time(made):
    contentversion.forget()
    assert [once("a number", made), once("a number", made)] == [0, 1]


def test_a_value_ends_with_the_moment_that_it_depends_on(made):
    def make():
        deadlines.holds_until(timezone.now() + datetime.timedelta(seconds=0.05))
        return made()

    contentversion.read()
    with deadlines.collecting() as page:
        assert [once("a clock", make), once("a clock", make)] == [0, 0]
    assert page.moment is not None and page.moment <= timezone.now() + datetime.timedelta(seconds=0.05)
    while timezone.now() < page.moment:
        pass
    contentversion.read()
    assert once("a clock", make) == 1


def test_what_a_transaction_has_not_committed_is_not_kept(made):
    from django.db import transaction

    contentversion.read()
    with transaction.atomic():
        assert once("of a transaction", made) == 0
    assert once("of a transaction", made) == 1
