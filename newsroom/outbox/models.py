"""Mail that waits to be sent or was given up, trouble with the mail server, and the clock."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


class Leased(StandingRow):
    """A row that one process at a time works on, until its lease expires."""

    due_at = models.DateTimeField(null=True, db_index=True, default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


class Mail(Leased):
    """A mail to one person: its kind, and the key of the object that it is about."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    recipient = models.TextField(blank=True, editable=False)  # encrypted; "": looked up when it is sent
    attempts = models.PositiveSmallIntegerField(default=0)
    wanted_at = models.DateTimeField(default=timezone.now)  # when it was first due

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def token(self) -> str:
        """Return the local part of its Message-ID: the same at every attempt, and not guessable."""
        value = f"{self.pk}:{self.kind}:{self.key}:{self.wanted_at.timestamp()}"
        return salted_hmac("newsroom.outbox", value, algorithm="sha256").hexdigest()[:32]


class Pause(StandingRow):
    """While its one row is there, the worker sends no mail and deletes nothing by age: a backup has been put back."""

    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "pause"
        verbose_name_plural = "pauses"
        default_permissions = ()

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d %H:%M}"


class Beat(StandingRow):
    """The last sign of life of a machine's worker, for the other machines; none on SQLite."""

    machine = models.CharField(max_length=100, primary_key=True)
    seen_at = models.DateTimeField()  # by the clock of the database
    job = models.CharField(max_length=80, blank=True)
    job_since = models.DateTimeField()
    still = models.FloatField(default=0)  # seconds since the job went on

    class Meta:
        verbose_name = "beat"
        verbose_name_plural = "beats"
        default_permissions = ()

    def __str__(self) -> str:
        return self.machine


class LostMail(StandingRow):
    """A mail that was given up; staff see it, and may send it again."""

    kind = models.CharField(_("mail"), max_length=40)
    key = models.CharField(max_length=64)
    recipient = models.TextField(blank=True, editable=False)
    wanted_at = models.DateTimeField(_("was to leave"))
    lost_at = models.DateTimeField(_("given up"), default=timezone.now)
    answer = models.CharField(_("last answer"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("mail that did not leave")
        verbose_name_plural = _("mails that did not leave")
        ordering = ["-lost_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.kind.replace("_", " ")


class Trouble(StandingRow):
    """Why the mail server takes no mail now; there is no row while it does."""

    class Cause(models.TextChoices):
        SIGN_IN = "sign-in", _("refuses our sign-in")
        REACH = "reach", _("can’t be reached")

    kind = models.CharField(max_length=7, choices=Cause)
    words = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "trouble"
        verbose_name_plural = "troubles"
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_kind_display()


class Clock(StandingRow):
    """The one row with time and uptime at the worker's last look at the clock."""

    seen_at = models.DateTimeField()
    boot = models.CharField(max_length=36, blank=True)  # changes at each reboot
    running = models.FloatField()  # uptime in seconds
    base_at = models.DateTimeField()  # time when this boot was seen first
    base_running = models.FloatField()  # uptime then
    stopped_at = models.DateTimeField(null=True)  # the time that a clock showed after a jump

    class Meta:
        verbose_name = "clock"
        verbose_name_plural = "clocks"
        default_permissions = ()
        permissions = [("confirm_clock", "Can confirm the clock after a jump")]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_clock")]

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M}"
