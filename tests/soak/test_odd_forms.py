"""`make soak`: every odd value with every button on every form of the admin, and the least number in every query."""

import pytest

from tests.newsroom.editing.test_odd_forms import LARGE, answers_odd_forms, answers_odd_numbers, forms
from tests.newsroom.editing.test_odd_forms import rows as rows  # a fixture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("label", forms())
def test_a_form_with_odd_values_is_answered_whatever_the_button(client, rows, label):
    answers_odd_forms(client, rows, label, every_button=True)


def test_a_query_with_the_least_number_is_answered(client, rows):
    answers_odd_numbers(client, rows, f"-{LARGE}")
