"""Two people on one form, in 50 turns on each model that has versions; the suite plays four."""

import pytest

from tests.newsroom.versions import test_interleaving as interleaving

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("button", ["_save", "_draft"])
@pytest.mark.parametrize("model", interleaving.FIELDS, ids=lambda model: model.__name__)
def test_nothing_is_lost_in_fifty_turns(make_user, request, model, button):
    interleaving.test_promise_6_nothing_that_was_saved_is_lost(make_user, request, model, button, rounds=50)
