"""`make soak`: what readers, strangers and managers do, in any order, for as long as it takes to be sure."""

import pytest

from tests.newsletter.readers.test_consent import run


@pytest.mark.django_db
def test_must_hold_3_only_those_who_want_it_get_anything_at_length():
    assert run(examples=300, steps=60) >= 300
