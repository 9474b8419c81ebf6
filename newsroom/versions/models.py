"""One state of a piece, and who made it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow

from . import content as contents
from . import registry, schema, snapshots
from .content import Content
from .leftover import Leftover
from .purging.models import Purge
from .trash.models import GoneAddress, Trashed

__all__ = ["GoneAddress", "Leftover", "Purge", "Trashed", "Version"]


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions, the latest first."""

    def of(self, row: models.Model) -> Self:
        """Return the versions of a row."""
        return self.of_rows(type(row), [row.pk])

    def of_rows(self, model: type[models.Model], keys: "list[int] | models.QuerySet") -> Self:
        """Return the versions of some rows of a model."""
        return self.filter(model=model._meta.label_lower, object_id__in=keys)

    def saved(self) -> Self:
        """Return the versions of what was stored in the rows themselves."""
        return self.filter(kind=Version.Kind.SAVED)

    def shown(self) -> Self:
        """Return what forms show, the version that a form shows first: a working copy, else what was stored last."""
        kinds = [Version.Kind.WORKING, Version.Kind.SAVED]  # in the order of the alphabet, backwards
        found = self.filter(kind__in=kinds).order_by("-kind", "-pk")
        return found.select_related("created_by", "scheduled_by").defer("content")

    def waiting(self) -> Self:
        """Return the working copies: at most one of each row."""
        return self.filter(kind=Version.Kind.WORKING)


class Version(StandingRow):
    """A snapshot of a row with its relations and the rows below it, and who stored it, when and why."""

    class Kind(models.TextChoices):
        SAVED = "saved", _("saved")
        WORKING = "working", _("draft of changes, waiting")  # the working copy: the latest draft
        DRAFT = "draft", _("draft of changes")  # an earlier one, or one that was published or discarded

    model = models.CharField(max_length=100)  # its label, such as 'articles.article'
    object_id = models.BigIntegerField()
    object_uuid = models.UUIDField(null=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SAVED)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    schema = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)
    # Empty where no person did it: it was stored before there were versions, or by a command.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    comment = models.CharField(max_length=300, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    # Of a working copy alone: when its changes become public by themselves, who said so, and why they did not.
    publish_at = models.DateTimeField(null=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    failure = models.TextField(blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-pk"]
        default_permissions = ()  # who may change a piece sees its versions, nobody else
        indexes = [
            models.Index(fields=["model", "object_id", "-id"], name="version_of_object"),
            # Every web process asks for the first four times a second (scheduling.py).
            models.Index(
                fields=["publish_at"],
                condition=models.Q(publish_at__isnull=False),
                name="version_to_be_published",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "object_id"],
                condition=models.Q(kind="working"),
                name="version_one_working_copy",
            ),
            models.CheckConstraint(
                condition=models.Q(publish_at__isnull=True) | models.Q(kind="working"),
                name="version_only_working_copies_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}, {self.created_at:%Y-%m-%d %H:%M}"

    @classmethod
    def made_of(cls, row: models.Model, content: Content) -> Self:
        """Return a version of a row with a snapshot; the caller saves."""
        written = contents.write(content)
        return cls(
            model=row._meta.label_lower,
            object_id=row.pk,
            object_uuid=getattr(row, "uuid", None),
            content=written,
            digest=contents.digest_of(written),
            schema=schema.stamp_of(row._meta.app_label),
        )

    def read(self) -> Content:
        """Return the snapshot, in today's schema."""
        model = registry.model_of(self.model)
        content = contents.read(self.content)
        return schema.upgraded(registry.entry_of(model), content, self.schema) if model else content

    @cached_property
    def public(self) -> "Version | None":
        """Return of a working copy the version that was stored when it was made; both are read in one query."""
        stored = models.Q(kind=self.Kind.SAVED, pk__lt=self.pk)
        versions = Version.objects.filter(
            models.Q(pk=self.pk) | stored, model=self.model, object_id=self.object_id
        )
        found = {one.pk: one for one in versions.order_by("-pk")[:2]}
        own = found.pop(self.pk, None)
        if own is not None and "content" in self.get_deferred_fields():
            self.content = own.content
        return next(iter(found.values()), None)

    def as_row(self) -> models.Model:
        """Return the row as it was, not saved; raises LookupError where its model has no versions any more."""
        model = registry.model_of(self.model)
        if model is None:
            raise LookupError(self.model)
        return snapshots.unsaved(model, self.object_id, self.read())


from .review.models import MailWish, Remark, Review  # noqa: E402, F401 - models of this app
from .sharing.models import ShareLink  # noqa: E402, F401 - a model of this app, which names Version
