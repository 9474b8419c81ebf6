"""What pages say of hotlines whose last check is old."""

from django import template
from django.utils.translation import gettext as _

from articles.places.models.hotline import CHECK_AGAIN_AFTER, HIDE_AFTER

register = template.Library()
MONTH = 30  # days


@register.simple_tag
def check_is_old() -> str:
    """Return the warning beside a number whose last check is old."""
    months = CHECK_AGAIN_AFTER.days // MONTH
    return _("Not checked for %(months)s months: it may have changed.") % {"months": months}


@register.simple_tag
def no_number_checked() -> str:
    """Return what stands where a country has no number that may be shown."""
    return _("We know no number here that was checked in the last %(months)s months.") % {
        "months": HIDE_AFTER.days // MONTH
    }
