"""Mail to the staff: one function for each, with a subject, a text and an HTML template.

Each is made when it is sent, from the key of an account; so is the link in it, which no row holds.
"""

from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from newsroom.outbox import posting
from newsroom.outbox.templates import from_templates


def invitation(key: str):
    """Invite a colleague to choose a password, unless that has happened."""
    user = _account(key)
    if user is None or user.has_usable_password():
        return None
    return _message("invitation", user, link=password_link(user))


def password_reset(key: str):
    """Bring the link to a new password."""
    user = _account(key)
    if user is None or not user.is_staff:
        return None
    return _message("password_reset", user, link=password_link(user))


def password_wanted(key: str, to: str) -> EmailMultiAlternatives | None:
    """Bring the link to whoever has an account with the address that was typed; nothing where nobody has.

    It goes to the address of the account, never to the one that was typed: letters may only look alike.
    """
    accounts = get_user_model().objects.filter(email__iexact=to, is_active=True, is_staff=True)
    found = [user for user in accounts if user.email.casefold() == to.casefold()]
    for user in found[1:]:
        posting.post("password_reset", user.pk)
    return password_reset(found[0].pk) if found else None


def help_changed(key: str):
    """Tell an editor that what people in danger rely on was changed; the key names the alert and the account."""
    alert_key, _colon, user_key = key.partition(":")
    alert = apps.get_model("alerts", "Alert").objects.filter(pk=alert_key).first()
    user = _account(user_key)
    return None if user is None or alert is None else _message("help_changed", user, alert=alert)


def password_link(user):
    """Return the address where this person, and only once, sets a password."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return urljoin(settings.SITE_URL, reverse("password_reset_confirm", args=[uid, token]))


def _account(key: str):
    return get_user_model().objects.filter(pk=key, is_active=True).exclude(email="").first()


def _message(name: str, user, **values):
    context = values | {
        "user": user,
        "site": apps.get_model("sitesettings", "SiteSettings").load(),
        "site_url": settings.SITE_URL,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    return from_templates(f"newsroom/mail/{name}", context, user.email)
