"""Trouble that holds all mail back, a refused sign-in or an unreachable server: logged once, shown while it lasts."""

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.editing.notices import Counted, Notice
from newsroom.faults.outages import TOLD_BY_WATCH

from . import clock, mailproof
from .models import LostMail, Mail, Trouble
from .replies import Answer, Result

logger = logging.getLogger(__name__)

LOST_FOR = timedelta(days=90)
FORGET_EVERY = 3600  # seconds
LOOK_AGAIN = 60  # seconds between two looks for a trouble to end, while mail leaves

_looked_at = float("-inf")


def note(answer: Answer) -> None:
    """Note the answer to the last message: the begin and the end of a trouble are stored and logged."""
    global _looked_at
    if answer.result in {Result.UNWANTED, Result.LOST}:
        return
    if answer.result is Result.UNREACHABLE:
        _looked_at = float("-inf")
        _begin(answer)
        return
    if answer.result is Result.ACCEPTED:
        mailproof.note()
    if time.monotonic() - _looked_at > LOOK_AGAIN:
        _looked_at = time.monotonic()
        _end()


def _begin(answer: Answer) -> None:
    """Store the trouble, and log it where it differs from the stored one."""
    from .wordings import ADDRESS

    kind = Trouble.Cause.SIGN_IN if answer.is_sign_in else Trouble.Cause.REACH
    words = " ".join(ADDRESS.sub("[address]", f"{answer.code} {answer.words}").split())[:300]
    with transaction.atomic():
        before = Trouble.objects.select_for_update().first()
        if before is not None and before.kind == kind:
            if before.words != words:
                Trouble.objects.filter(pk=before.pk).update(words=words)
            return
        Trouble.objects.all().delete()
        Trouble.objects.create(kind=kind, words=words)
    what = "refuses our sign-in" if kind == Trouble.Cause.SIGN_IN else "can't be reached"
    logger.error("The mail server %s, and no mail leaves: %s", what, words, extra=TOLD_BY_WATCH)


def _end() -> None:
    """Delete the trouble, where there is one: mail leaves again."""
    ended = Trouble.objects.first()
    if ended is not None and Trouble.objects.filter(pk=ended.pk).delete()[0]:
        lasted = timezone.now() - ended.since
        logger.warning("The mail server takes mail again, after %s.", lasted, extra=TOLD_BY_WATCH)


def forget_lost() -> None:
    """Delete lost mails after LOST_FOR, unless the clock has jumped."""
    if clock.may_purge():
        old = LostMail.objects.filter(lost_at__lt=timezone.now() - LOST_FOR)
        clock.log_purge("mails that nobody wanted to have sent again", old.delete()[0])


def server_notice(request: HttpRequest) -> Notice | None:
    """Tell all staff that no mail leaves, since when, and what the server says."""
    trouble = Trouble.objects.first()
    if trouble is None:
        return None
    waiting = Mail.objects.count()
    values = {"time": timesince(trouble.since), "words": trouble.words, "count": waiting}
    if trouble.kind == Trouble.Cause.SIGN_IN:
        said = _(
            "No mail has left for %(time)s: the mail server refuses our sign-in (%(words)s). "
            "Whoever runs the site must correct EMAIL_URL and restart it."
        )
    else:
        said = _(
            "No mail has left for %(time)s: the mail server can’t be reached (%(words)s). "
            "Whoever runs the site must look at EMAIL_URL and the network."
        )
    text = said % values
    if waiting:
        text += " " + ngettext("%(count)s mail waits.", "%(count)s mails wait.", waiting) % values
    return Notice(text, condition="mail")


def lost_notice(request: HttpRequest) -> Counted | None:
    """Tell those who may see them that mails were given up."""
    if not request.user.has_perm("outbox.view_lostmail"):
        return None

    def told(number: int) -> str:
        return ngettext(
            "%(number)s mail was given up after two weeks. See which, and have it sent again.",
            "%(number)s mails were given up after two weeks. See which, and have them sent again.",
            number,
        )

    return Counted(LostMail.objects.all(), told, reverse("admin:outbox_lostmail_changelist"), "lost mail")
