"""The language and direction of a text on a page of another language."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def written_in(language: str, around: str = "") -> str:
    """Return `lang` and `dir` for an element in this language; '' in that around it, by default the page's.

    The direction is that of the language: a title in Arabic may begin with a Latin name.
    """
    if not language or language == (around or get_language()):
        return ""
    direction = "rtl" if language in settings.LANGUAGES_BIDI else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)
