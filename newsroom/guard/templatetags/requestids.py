"""The id of the request on pages of errors."""

from django import template

from newsroom.guard.requestids import current

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """Return the id of the request that this thread works on, or "" outside of one."""
    trace = current.get()
    return trace.id if trace else ""
