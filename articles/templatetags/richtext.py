"""Template filters for stored rich text."""

from django import template
from django.utils.safestring import SafeString

from articles.links.archivedcopies import beside_dead_links
from newsroom.richtext import renderings

register = template.Library()


@register.filter
def richtext(html: str, language: str = "") -> SafeString:
    """Return stored rich text in a language as HTML for a page, with links to the archived copies of dead links."""
    return beside_dead_links(renderings.rendered(html, language=language))


@register.filter
def plain_text(html: str) -> str:
    """Return the words of stored rich text without mark-up, for descriptions and excerpts."""
    return renderings.plain_text(html)
