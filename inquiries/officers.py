"""Who may read inquiries: the members of one group. That they are superusers helps nobody in."""

from django.contrib.auth.models import User

GROUP = "Inquiry officer"


def is_officer(user):
    """Return whether somebody is an active member of the group; membership is asked, not permissions."""
    return user.is_active and user.is_staff and user.groups.filter(name=GROUP).exists()


def all_officers():
    """Return everybody who may read inquiries."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=GROUP).order_by("username")
