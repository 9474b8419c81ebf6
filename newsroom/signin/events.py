"""Writes the log of signing in and of rights, and tells people by mail what becomes of their accounts."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from newsroom.outbox import clock, posting
from newsroom.signin import appendonly
from newsroom.signin.models import SignInEvent

Kind = SignInEvent.Kind
SERVER = "(manage.py)"  # stands for whoever acts from the server; user names hold no parentheses
ADMINISTRATORS = "Administrator"  # the role
FORGET_EVERY = 24 * 3600  # seconds


def note(kind: str, account: User, by: str = "", detail: str = "") -> SignInEvent:
    """Write a line about an account."""
    return SignInEvent.objects.create(
        kind=kind, account=account.get_username(), by=by[:150], detail=detail[:300]
    )


def tell(event: SignInEvent, account: User, address: str = "") -> None:
    """Post a mail about the line to the account, at the address that it has now or the one that is given."""
    if address or account.email:
        posting.post("account_notice", f"{event.pk}:{account.pk}", to=address or account.email)


def tell_administrators(event: SignInEvent, but: User) -> None:
    """Post a mail about the line to every Administrator except one."""
    heads = Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS)
    for head in User.objects.filter(heads, is_active=True).exclude(pk=but.pk).distinct():
        tell(event, head)


def forget_old() -> None:
    """Delete lines that are older than SIGN_IN_LOG_DAYS, unless the clock has jumped."""
    if clock.may_purge():
        old = SignInEvent.objects.filter(at__lt=timezone.now() - timedelta(days=settings.SIGN_IN_LOG_DAYS))
        appendonly.lay(old.db)  # the days may have been changed since
        old._raw_delete(old.db)  # the only way to delete a line
