"""What is well with the site and what is not, as apps offer it."""

from django.db import OperationalError

from newsroom.conditions.conditions import Condition, Weight, examine


def failing():
    raise OperationalError("password=secret")


def test_a_check_that_raises_is_a_problem_that_quotes_nothing():
    (found,) = examine([("mail", failing)])
    assert (found.name, found.weight, found.is_well) == ("mail", Weight.FAILING, False)
    assert "OperationalError" in found.problem and "secret" not in found.problem


def test_a_database_that_is_away_is_one_problem_not_one_of_each_check():
    away = Condition("database", "It is away.")
    found = list(
        examine([("disk", lambda: Condition("disk")), ("database", lambda: away), ("mail", failing)])
    )
    assert [(one.name, one.is_well) for one in found] == [("disk", True), ("database", False)]
