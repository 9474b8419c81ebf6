"""Puts a link to the archived copy beside each dead link of a text."""

import html as html_text
import re
from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.links.models import Link

LINK = re.compile(r'<a href="(https?://[^"]*)"[^>]*>.*?</a>', re.DOTALL)


def beside_dead_links(rendered: SafeString, copies: Mapping[str, str] | None = None) -> SafeString:
    """Return rendered rich text with a link to the archived copy beside each dead link that has one.

    Copies map a URL to the URL of its copy. Without them it takes one query if the text links to another site.
    """
    if copies is None:
        urls = {html_text.unescape(url) for url in LINK.findall(rendered)}
        copies = Link.objects.archives(urls) if urls else {}
    if not copies:
        return rendered

    def with_copy(match: re.Match[str]) -> str:
        copy = copies.get(html_text.unescape(match[1]))
        shown = render_to_string("articles/links/_archived.html", {"copy": copy}).strip() if copy else ""
        return f"{match[0]} {shown}" if shown else match[0]

    return mark_safe(LINK.sub(with_copy, rendered))  # noqa: S308 - rendered() and a template made all of it
