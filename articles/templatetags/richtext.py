"""Shows stored rich text."""

from django import template

from articles import richtext as rich_text

register = template.Library()


@register.filter
def richtext(html):
    """Return stored rich text as mark-up for a page."""
    return rich_text.rendered(html)


@register.filter
def plain_text(html):
    """Return the words of stored rich text, for descriptions and excerpts."""
    return rich_text.plain_text(html)
