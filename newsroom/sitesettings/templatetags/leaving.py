"""Where 'Leave this site' leads."""

from django import template
from django.template import Context
from django.utils.translation import get_language

from newsroom.sitesettings.models import SiteSettings

register = template.Library()


@register.simple_tag(takes_context=True)
def exit_address(context: Context) -> str:
    """Return the exit address for the language of what is read, else of the page; it asks the database nothing more.

    Pages of refusals are made without settings: theirs is the default.
    """
    site = context.get("site") or SiteSettings(pk=1)
    return str(site.exit_for(context.get("content_language") or get_language()))
