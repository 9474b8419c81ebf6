"""What drawings refer to by name: the table of categories is filled by the grammar, whose rules need it themselves."""

from typing import Any

from pikepdf import Dictionary

from .copying import Rule, Work, fill

CATEGORIES: dict[str, Rule] = {}


def resources(work: Work, value: Any) -> Any:
    """Keep the resources of a page, a form, a pattern or a font."""
    if not isinstance(value, Dictionary):
        return None
    return work.once(
        value,
        resources,
        lambda: work.made.make_indirect(Dictionary()),
        lambda new: fill(work, new, value, CATEGORIES),
    )
