"""Two people with the same article open in two browsers lose nothing to each other; tests/soak plays five rounds."""

import pytest

from tests.browser.twoeditors import play

pytestmark = pytest.mark.browser


def test_a_name_that_was_taken_out_stays_out_and_both_texts_are_kept(server, make_desk):
    first, second = make_desk("desk"), make_desk("desk", "admin")
    play(server, first, second, rounds=1)
    assert first.complaints == second.complaints == []
