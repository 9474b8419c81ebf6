"""What is left behind on a running site: the short form of `make soak`."""

from tests.soak.test_asking import hold_for


def test_a_few_inquiries_leave_no_word_behind(tmp_path):
    hold_for(4, tmp_path)
