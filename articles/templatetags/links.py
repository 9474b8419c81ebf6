"""Template tag: the archived copy of a dead link."""

from django import template

from articles.links.archivedcopies import archived_copies

register = template.Library()


@register.simple_tag
def archived(url: str) -> str:
    """Return the address of the archived copy of a dead link, else an empty text."""
    return archived_copies().get(url, "") if url else ""
