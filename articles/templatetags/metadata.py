"""Puts what machines read into a page."""

import json

from django import template
from django.utils.safestring import mark_safe

register = template.Library()

# None of these can end the element or begin another; within JSON they mean the same.
HARMLESS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@register.simple_tag
def json_ld(document):
    """Return a document as JSON-LD in an element that runs nothing."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(HARMLESS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
