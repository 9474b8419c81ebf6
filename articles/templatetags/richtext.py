"""Shows stored rich text."""

from django import template

from articles.links.archivedcopies import beside_dead_links
from newsroom.richtext import renderings

register = template.Library()


@register.filter
def richtext(html: str, copies=None):
    """Return stored rich text as mark-up for a page, with the archived copies of dead links."""
    return beside_dead_links(renderings.rendered(html), copies)


@register.filter
def plain_text(html: str):
    """Return the words of stored rich text, for descriptions and excerpts."""
    return renderings.plain_text(html)
