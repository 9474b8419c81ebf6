"""Puts a link to the archived copy beside each dead link of a text."""

import html as html_text
import re

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.links.models import Link
from newsroom.pagecache.once import once

LINK = re.compile(r'<a href="(https?://[^"]*)"[^>]*>.*?</a>', re.DOTALL)


def archived_copies() -> dict[str, str]:
    """Return {URL: URL of the archived copy} of all dead links that have one, asked once in a content version."""
    return once("archived copies", Link.objects.archives)


def beside_dead_links(rendered: SafeString) -> SafeString:
    """Return rendered rich text with a link to the archived copy beside each dead link that has one."""
    copies = archived_copies() if LINK.search(rendered) else {}
    if not copies:
        return rendered

    def with_copy(match: re.Match[str]) -> str:
        copy = copies.get(html_text.unescape(match[1]))
        shown = render_to_string("articles/links/_archived.html", {"copy": copy}).strip() if copy else ""
        return f"{match[0]} {shown}" if shown else match[0]

    return mark_safe(LINK.sub(with_copy, rendered))  # noqa: S308 - rendered() and a template made all of it
