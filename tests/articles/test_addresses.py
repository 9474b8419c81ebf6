"""The addresses of rows."""

import pytest
from django.urls import NoReverseMatch, reverse
from hypothesis import given
from hypothesis import strategies as st

from articles.models.address import address_of


@given(st.text(st.characters(exclude_characters="/\n", exclude_categories=["Cs"]), min_size=1))
def test_they_are_those_that_reverse_makes(slug):
    for view in ["articles:article", "articles:country", "newsletter:issue"]:
        assert address_of(view, slug) == reverse(view, args=[slug])


def test_the_address_of_a_page_keeps_its_slashes():
    assert address_of("articles:page", "about/team") == "/about/team/"


def test_nothing_has_no_address():
    with pytest.raises(NoReverseMatch):
        address_of("articles:article", "")
