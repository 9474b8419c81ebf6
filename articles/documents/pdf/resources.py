"""Resources: what content streams refer to by name. `grammar`, whose rules need this one, fills CATEGORIES."""

from pikepdf import Dictionary

from .copying import Rule, Work, fill
from .objects import PdfValue

CATEGORIES: dict[str, Rule] = {}


def resources(work: Work, value: PdfValue) -> PdfValue:
    """Keep the resources of a page, a form XObject, a pattern or a font."""
    if not isinstance(value, Dictionary):
        return None
    return work.once(
        value,
        resources,
        lambda: work.made.make_indirect(Dictionary()),
        lambda new: fill(work, new, value, CATEGORIES),
    )
