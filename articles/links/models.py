"""Links to other people's pages: the results of their checks, and where a copy of a dead one is archived."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.othersites.addresses import WebAddressField
from newsroom.storage.rows import StandingRow

if TYPE_CHECKING:
    from .checker import Verdict

# A link is dead after DEAD_FAILURES failures in a row over a time of at least DEAD_AFTER.
DEAD_FAILURES = 3
DEAD_AFTER = timedelta(days=3)
IS_DEAD = Q(died_at__isnull=False, is_left_alone=False)  # links that are exempt from checks are never dead
RECHECK_FINE = timedelta(days=7)
RECHECK_FAILING = timedelta(days=1)
KEPT_CHECKS = 30  # results that are kept of a link


class LinkQuerySet(models.QuerySet["Link"]):
    """Links, the dead ones first."""

    def dead(self) -> "LinkQuerySet":
        """Return the links that are dead and are still checked."""
        return self.filter(IS_DEAD)

    def due(self) -> "LinkQuerySet":
        """Return the links that are due for a check, the longest due first."""
        return self.filter(is_left_alone=False, due_at__lte=timezone.now()).order_by("due_at")

    def archives(self) -> dict[str, str]:
        """Return {URL: URL of the archived copy} of those that are dead and have a copy."""
        return dict(self.dead().exclude(archive_url="").values_list("url", "archive_url"))


class Link(StandingRow):
    """One URL of another site, however many of our pages link to it."""

    url = models.CharField(_("address"), max_length=1000, unique=True, editable=False)
    is_left_alone = models.BooleanField(
        _("is never checked"), default=False, help_text=_("For pages that answer people but no programs.")
    )
    archive_url = WebAddressField(
        _("archived copy"),
        max_length=1000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_(
            "Where a copy of the page is kept, for example at web.archive.org. "
            "Readers see it beside the link while the link is dead."
        ),
    )
    outcome = models.CharField(_("last result"), max_length=12, blank=True, editable=False)
    checked_at = models.DateTimeField(_("last check"), null=True, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    died_at = models.DateTimeField(_("dead since"), null=True, editable=False, db_index=True)
    found_at = models.DateTimeField(default=timezone.now, editable=False)  # when a public page last held it

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to another site")
        verbose_name_plural = _("links to other sites")
        ordering = [models.F("died_at").desc(nulls_last=True), "url"]
        constraints = [
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, failures=0, died_at__isnull=True)
                | Q(failing_since__isnull=False, failures__gt=0),
                name="link_fails_since_its_first_failure",
            )
        ]

    def __str__(self) -> str:
        return self.url[:120]

    def clean(self) -> None:
        """Refuse the link itself as its archived copy."""
        if self.archive_url == self.url:
            raise ValidationError({"archive_url": _("This is the link itself.")})

    def note(self, verdict: "Verdict", now: datetime | None = None) -> None:
        """Store the result of a check, and what follows from it: whether the link is dead, and when it is due."""
        now = now or timezone.now()
        self.outcome, self.checked_at = verdict.outcome, now
        if verdict.outcome in LinkCheck.FAILURES:
            self.failures += 1
            self.failing_since = self.failing_since or now
            if self.failures >= DEAD_FAILURES and now - self.failing_since >= DEAD_AFTER:
                self.died_at = self.died_at or now
            self.due_at = now + RECHECK_FAILING
        else:
            self.failures, self.failing_since, self.died_at = 0, None, None
            self.due_at = now + RECHECK_FINE
        self.save(update_fields=["outcome", "checked_at", "failures", "failing_since", "died_at", "due_at"])
        self.checks.create(
            checked_at=now, outcome=verdict.outcome, status=verdict.status, final_url=verdict.final_url[:1000]
        )
        old = self.checks.order_by("-checked_at", "-pk").values_list("pk", flat=True)[KEPT_CHECKS:]
        self.checks.filter(pk__in=list(old)).delete()


class LinkCheck(StandingRow):
    """One check of a link."""

    class Outcome(models.TextChoices):
        """What a check found."""

        FINE = "fine", _("answers")
        KEPT_OUT = "kept_out", _("keeps programs out")
        GONE = "gone", _("page not found")
        ERROR = "error", _("error of the server")
        UNREACHABLE = "unreachable", _("does not answer")
        CIRCLE = "circle", _("leads in circles")
        PRIVATE = "private", _("leads into a private network")

    FAILURES = {Outcome.GONE, Outcome.ERROR, Outcome.UNREACHABLE, Outcome.CIRCLE, Outcome.PRIVATE}

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="checks")
    checked_at = models.DateTimeField(_("time"))
    outcome = models.CharField(_("result"), max_length=12, choices=Outcome)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    final_url = models.CharField(_("led to"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["-checked_at", "-pk"]

    def __str__(self) -> str:
        return f"{timezone.localdate(self.checked_at)} {self.get_outcome_display()}"
