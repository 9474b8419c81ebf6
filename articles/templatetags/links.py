"""Shows the archived copy of a page that is gone."""

from django import template

from articles.models import Link

register = template.Library()


@register.simple_tag
def archived(url):
    """Return the address of the copy of a dead link, or nothing."""
    return Link.objects.archives([url]).get(url, "") if url else ""
