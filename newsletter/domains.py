"""Domains that refuse our mail: where over a twentieth comes back, a domain pauses and staff are told.

A mail server that blocks us would otherwise teach us, one by one, that its readers do not exist.
"""

from collections import Counter
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from newsletter.models import DomainPause
from newsroom import outbox
from newsroom.outbox.transport import Result

MOST_REFUSED = 0.05  # of the answers of a domain
FEWEST = 5  # refusals, below which a share says nothing
MOST_UNKNOWN = 0.25  # more are a very old list, or a server that says so of everybody
FEWEST_UNKNOWN = 10
PAUSE = timedelta(hours=4)
REMEMBERED = 5000  # domains


class Health:
    """What the servers of each domain answered to this process."""

    def __init__(self):
        self._answered, self._refused, self._unknown = Counter(), Counter(), Counter()

    def note(self, domain, answer):
        """Count an answer; return the DomainPause that it set off, or None."""
        if answer.result not in {Result.ACCEPTED, Result.REFUSED, Result.UNKNOWN}:
            return None
        self._answered[domain] += 1
        if answer.result is Result.ACCEPTED:
            self._forget_some()
            return None
        if answer.result is Result.REFUSED:
            counts, fewest, most = self._refused, FEWEST, MOST_REFUSED
        else:
            counts, fewest, most = self._unknown, FEWEST_UNKNOWN, MOST_UNKNOWN
        counts[domain] += 1
        if counts[domain] < fewest or counts[domain] <= most * self._answered[domain]:
            return None
        return self._pause(domain, answer, counts[domain], self._answered[domain])

    def _pause(self, domain, answer, refused, answered):
        for counts in (self._answered, self._refused, self._unknown):
            del counts[domain]
        now = timezone.now()
        values = {"until": now + PAUSE, "answer": answer.code, "refused": refused, "answered": answered}
        with transaction.atomic():
            was_paused = DomainPause.objects.filter(domain=domain, until__gt=now).exists()
            row, _created = DomainPause.objects.update_or_create(
                domain=domain, defaults=values, create_defaults=values | {"since": now}
            )
            if not was_paused:
                for user in managers():
                    outbox.post("newsletter_domain_paused", f"{row.pk}:{user.pk}")
        return row

    def _forget_some(self):
        """Keep the memory small: domains that refused nothing are forgotten first."""
        if len(self._answered) > REMEMBERED:
            kept = self._refused.keys() | self._unknown.keys()
            self._answered = Counter({name: self._answered[name] for name in kept})


def managers():
    """Return the active staff who may send issues and have an address."""
    right = Permission.objects.filter(content_type__app_label="newsletter", codename="send_issue")
    may_send = Q(is_superuser=True) | Q(groups__permissions__in=right)
    return User.objects.filter(may_send, is_active=True, is_staff=True).exclude(email="").distinct()


def notice(key):
    """Tell one of the staff that a domain pauses, if it still does."""
    pause_id, _colon, user_id = key.partition(":")
    paused = DomainPause.objects.current().filter(pk=pause_id).first()
    user = managers().filter(pk=user_id).first()
    if paused is None or user is None:
        return None
    link = urljoin(settings.SITE_URL, reverse("admin:newsletter_domainpause_changelist"))
    context = {"paused": paused, "user": user, "link": link}
    subject = render_to_string("newsletter/mail/domain_paused_subject.txt", context)
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        render_to_string("newsletter/mail/domain_paused.txt", context),
        to=[user.email],
    )
    message.attach_alternative(render_to_string("newsletter/mail/domain_paused.html", context), "text/html")
    return message
