"""Shows the archived copy of a page that is gone."""

from django import template

from articles.links.models import Link

register = template.Library()


@register.simple_tag
def archived(url: str, copies=None):
    """Return the address of the copy of a dead link, or nothing; one query where the copies are not given."""
    if copies is None:
        copies = Link.objects.archives([url]) if url else {}
    return copies.get(url, "")
