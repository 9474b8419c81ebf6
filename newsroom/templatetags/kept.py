"""A template tag that renders a piece of a page once for all pages that show the same in it."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.conf import settings
from django.db.models import Model
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from newsroom.pagecache.unkept import may_keep

register = template.Library()

MOST = 2_000  # pieces that a process keeps, of a kilobyte or two each


@register.simple_tag
def kept(template_name: str, **values: Hashable) -> SafeString:
    """Return a template rendered with these values alone, as `include … only` would.

    A piece is kept under its template, language and values, so it is never older than what it shows. Values are plain:
    texts, numbers, frozen dataclasses and tuples of them. A row of the database equals its former self.
    """
    render = _rendered if may_keep() and not settings.DEBUG else _rendered.__wrapped__
    return render(template_name, get_language(), tuple(values.items()))


@lru_cache(MOST)
def _rendered(name: str, language: str | None, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    for word, value in values:
        if isinstance(value, Model):
            raise TypeError(f"{name} is kept under its values, and {word} is a row of the database.")
    return SafeString(get_template(name).render(dict(values)))
