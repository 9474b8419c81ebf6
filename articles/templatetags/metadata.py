"""Template tag: structured data (schema.org) as JSON-LD."""

import json

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.structureddata import Thing

register = template.Library()

# Escaped, these characters mean the same in JSON, and can't end the script element or begin another.
HARMLESS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@register.simple_tag
def json_ld(document: Thing) -> SafeString:
    """Return a document as JSON-LD in a script element that no browser runs."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(HARMLESS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
