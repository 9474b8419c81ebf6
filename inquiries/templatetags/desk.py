"""`{{ text|visible }}` shows what a stranger wrote: every character to be seen, no link to be clicked."""

from django import template

from inquiries.visible import visible

register = template.Library()
register.filter("visible", visible, is_safe=True)
