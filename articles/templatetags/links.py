"""Template tag: the archived copy of a dead link."""

from collections.abc import Mapping

from django import template

from articles.links.models import Link

register = template.Library()


@register.simple_tag
def archived(url: str, copies: Mapping[str, str] | None = None) -> str:
    """Return the address of the archived copy of a dead link, else an empty text.

    Takes one query, or none where the copies are given by address.
    """
    if copies is None:
        copies = Link.objects.archives([url]) if url else {}
    return copies.get(url, "")
