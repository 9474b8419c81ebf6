"""A link that shows one draft to whoever has it, for some days."""

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsroom.storage.rows import StandingRow
from newsroom.versions import registry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

SALT = "newsroom.versions.share"


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Links, the latest first; to end one is to delete it."""

    def of(self, row: models.Model) -> Self:
        """Return the links to a row."""
        return self.filter(model=row._meta.label_lower, object_id=row.pk)

    def working(self) -> Self:
        """Return the links whose time is not over."""
        return self.filter(ends_at__gt=timezone.now())

    def behind(self, token: str) -> "ShareLink | None":
        """Return the link of a token; None for one that is forged, ended or over."""
        try:
            _signer().unsign(token)
        except signing.BadSignature:
            return None
        return self.working().select_related("version").filter(digest=_digest(token)).first()


class ShareLink(StandingRow):
    """Who shared which draft until when. The token is in no row: its hash alone is."""

    digest = models.CharField(max_length=64, unique=True)
    model = models.CharField(max_length=100)  # its label, such as 'articles.article'
    object_id = models.BigIntegerField()
    # Empty: always what is the latest. A version that is deleted takes its links with it.
    version = models.ForeignKey("versions.Version", on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ends_at = models.DateTimeField(db_index=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-pk"]
        default_permissions = ()  # who may change a piece shares it, nobody else
        indexes = [models.Index(fields=["model", "object_id"], name="share_link_of_object")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}, until {self.ends_at:%Y-%m-%d %H:%M}"

    @classmethod
    def make(
        cls, row: models.Model, by: "AbstractBaseUser", days: int, version: models.Model | None
    ) -> tuple[Self, str]:
        """Store a new link to a row; return it with its token, which is never to be had again."""
        token = _signer().sign(secrets.token_urlsafe(24))
        link = cls.objects.create(
            digest=_digest(token),
            model=row._meta.label_lower,
            object_id=row.pk,
            version_id=version.pk if version else None,
            created_by_id=by.pk,
            ends_at=timezone.now() + timedelta(days=days),
        )
        return link, token


def end_all() -> str:
    """End every link, since a backup knows nothing of those that were ended after it; return a sentence."""
    ended, _kinds = ShareLink.objects.all().delete()
    told = ngettext(
        "%(count)s link that showed a draft was ended. Make a new one where it is still needed.",
        "%(count)s links that showed drafts were ended. Make new ones where they are still needed.",
        ended,
    )
    return told % {"count": ended} if ended else ""


def tidy() -> int:
    """Delete the links whose time is over; return how many."""
    return ShareLink.objects.filter(ends_at__lte=timezone.now()).delete()[0]


# Any: Django hands over more than is asked for here.
def forget(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    """Delete the links to a row that is deleted, by whichever code."""
    if sender in registry.registered():
        ShareLink.objects.of(instance).delete()


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")  # the logs know such a token, and leave it out


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
