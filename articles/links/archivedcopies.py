"""Copies of pages that are gone, shown beside the links to them."""

import html as html_text
import re

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.links.models import Link

LINK = re.compile(r'<a href="(https?://[^"]*)"[^>]*>.*?</a>', re.DOTALL)


def beside_dead_links(rendered, copies=None) -> SafeString:
    """Return rendered rich text with the archived copy beside each dead link that has one.

    Where the copies are not given, it takes one query if the text links to another site, else none.
    """
    if copies is None:
        urls = {html_text.unescape(url) for url in LINK.findall(rendered)}
        copies = Link.objects.archives(urls) if urls else {}
    if not copies:
        return rendered

    def with_copy(match):
        copy = copies.get(html_text.unescape(match[1]))
        shown = render_to_string("articles/links/_archived.html", {"copy": copy}).strip() if copy else ""
        return f"{match[0]} {shown}" if shown else match[0]

    return mark_safe(LINK.sub(with_copy, rendered))  # noqa: S308 - rendered() and a template made all of it
