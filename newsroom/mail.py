"""Mail to the staff: one function per mail, called when the outbox sends it.

Each function takes the key of an account. The link to a password is made here, so that no stored row holds it.
"""

from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from newsroom.outbox import posting
from newsroom.outbox.templates import from_templates
from newsroom.signin.models import SignInEvent
from newsroom.versions.workingcopies import scheduling


def invitation(key: str) -> EmailMultiAlternatives | None:
    """Invite a colleague to choose a password; None where there is one already."""
    user = _account(key)
    if user is None or user.has_usable_password():
        return None
    return _message("invitation", user, link=password_link(user))


def password_reset(key: str) -> EmailMultiAlternatives | None:
    """Send the link to a new password; None for an account that is no longer staff."""
    user = _account(key)
    if user is None or not user.is_staff:
        return None
    return _message("password_reset", user, link=password_link(user))


def password_wanted(key: str, to: str) -> EmailMultiAlternatives | None:
    """Send the link to a new password to the account with the address that somebody entered; None without one.

    The mail goes to the address of the account, never to the one that was entered: letters may only look alike.
    """
    accounts = User.objects.filter(email__iexact=to, is_active=True, is_staff=True)
    found = [user for user in accounts if user.email.casefold() == to.casefold()]
    for user in found[1:]:
        posting.post("password_reset", user.pk)
    return password_reset(str(found[0].pk)) if found else None


def help_changed(key: str, to: str = "") -> EmailMultiAlternatives | None:
    """Tell an editor of a change to what people in danger rely on; the key is '<alert>:<account>'."""
    alert_key, _colon, user_key = key.partition(":")
    alert = apps.get_model("alerts", "Alert").objects.filter(pk=alert_key).first()
    # Whose address was changed or taken away since has it at the former one; nobody mails those who have left.
    user = User.objects.filter(pk=user_key, is_active=True).first()
    if user is None or alert is None or not (to or user.email):
        return None
    return _message("help_changed", user, to, alert=alert)


def changes_not_published(key: str) -> EmailMultiAlternatives | None:
    """Tell that changes did not become public at their time; the key is '<version>:<account>'.

    None where they wait no longer. Neither the piece nor the reason is named: both can hold what is not public.
    """
    version_key, _colon, user_key = key.partition(":")
    copies = apps.get_model("versions", "Version").objects.waiting().exclude(failure="")
    user, copy = _account(user_key), copies.filter(pk=version_key).defer("content").first()
    if user is None or copy is None:
        return None
    page = urljoin(settings.SITE_URL, scheduling.address_of(copy))
    return _message("changes_not_published", user, page=page)


def account_notice(key: str, to: str = "") -> EmailMultiAlternatives | None:
    """Tell somebody what became of an account, theirs or a colleague's; the key is '<line of the log>:<account>'."""
    event_key, _colon, user_key = key.partition(":")
    event = SignInEvent.objects.filter(pk=event_key).first()
    user = User.objects.filter(pk=user_key, is_active=True).first()
    if event is None or user is None or not (to or user.email):
        return None
    return _message("account_notice", user, to, event=event, is_own=event.account == user.get_username())


def password_link(user: User) -> str:
    """Return the address where this person can set a password, once."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return urljoin(settings.SITE_URL, reverse("password_reset_confirm", args=[uid, token]))


def _account(key: str) -> User | None:
    return User.objects.filter(pk=key, is_active=True).exclude(email="").first()


def _message(name: str, user: User, to: str = "", **values: object) -> EmailMultiAlternatives:
    context = values | {
        "user": user,
        "site": apps.get_model("sitesettings", "SiteSettings").load(),
        "site_url": settings.SITE_URL,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    return from_templates(f"newsroom/mail/{name}", context, to or user.email)
