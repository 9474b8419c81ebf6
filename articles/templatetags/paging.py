"""Which pages of a list stand in its row of numbers."""

from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()
GAP = 0  # stands for the pages that are left out
NEAR = 3  # pages shown together around that which is read


@register.filter
def shown_numbers(page: Page[Any]) -> list[int]:  # Any: of whatever the list holds
    """Return the first page, those around this one and the last; GAP where at least two are left out between."""
    last = page.paginator.num_pages
    first_near = max(1, min(page.number - 1, last - NEAR + 1))
    wanted = sorted({1, last, *range(first_near, min(first_near + NEAR, last + 1))})
    found: list[int] = []
    for number in wanted:
        if found and number - found[-1] == 2:
            found.append(number - 1)
        elif found and number - found[-1] > 2:
            found.append(GAP)
        found.append(number)
    return found
