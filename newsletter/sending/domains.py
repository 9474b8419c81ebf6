"""Mail to the staff about domains that refuse our mail."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.urls import reverse

from newsletter.sending.models import DomainPause
from newsroom.outbox import posting
from newsroom.outbox.templates import from_templates


def managers() -> QuerySet[User]:
    """Return the active staff who may send issues and have an address."""
    right = Permission.objects.filter(content_type__app_label="newsletter", codename="send_issue")
    may_send = Q(is_superuser=True) | Q(groups__permissions__in=right)
    return User.objects.filter(may_send, is_active=True, is_staff=True).exclude(email="").distinct()


def tell_staff(paused: DomainPause) -> None:
    """Post a mail about a paused domain to each manager, in the caller's transaction."""
    for user in managers():
        posting.post("newsletter_domain_paused", f"{paused.pk}:{user.pk}")


def notice(key: str) -> EmailMultiAlternatives | None:
    """Make the mail that tells one manager that a domain is paused; None where it no longer is."""
    pause_id, _colon, user_id = key.partition(":")
    paused = DomainPause.objects.current().filter(pk=pause_id).first()
    user = managers().filter(pk=user_id).first()
    if paused is None or user is None:
        return None
    link = urljoin(settings.SITE_URL, reverse("admin:newsletter_domainpause_changelist"))
    context = {"paused": paused, "user": user, "link": link}
    return from_templates("newsletter/sending/mail/domain_paused", context, user.email)
