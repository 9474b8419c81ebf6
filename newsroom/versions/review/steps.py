"""The steps of a review: submit, take back, send back, and publish, which ends it. Each is a remark with its comment."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from newsroom.outbox import posting
from newsroom.versions.workingcopies import working

from .models import LONGEST, MailWish, Remark, Review

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

ASKED, ANSWERED = "review_asked", "review_answered"  # kinds of mail (newsroom/mail.py)
TWICE = timedelta(minutes=1)  # within which the same note is one that was sent twice


class OutOfTurn(Exception):
    """Somebody else has taken a step meanwhile."""


def of(row: Model) -> Review | None:
    """Return where the review of a piece stands, with who did what last."""
    return Review.objects.of(row).select_related("asked_by", "step__by").first()


def can_be_submitted(row: Any) -> bool:  # Any: of whichever model
    """Return whether there is something to look at that is not public yet: a draft, or changes that wait."""
    return getattr(row, "state", "published") != "published" or working.of(row) is not None


def note(row: Model, by: "AbstractBaseUser", text: str) -> None:
    """Write a note to colleagues; the same one sent twice is one."""
    lately = Remark.objects.of(row).filter(
        kind=Remark.Kind.NOTE, by=by.pk, text=text[:LONGEST], at__gt=timezone.now() - TWICE
    )
    if not lately.exists():
        _remark(row, Remark.Kind.NOTE, by, text)


def submit(row: Any, by: User, text: str) -> None:  # Any: as above
    """Hand a piece in, and mail the Editors who want mail; raises OutOfTurn where it waits already."""
    with transaction.atomic():
        _hold(row)
        review = of(row)
        if (review is not None and review.is_waiting) or not can_be_submitted(row):
            raise OutOfTurn
        step = _remark(row, Remark.Kind.SUBMITTED, by, text)
        values = {"state": Review.State.WAITING, "asked_by": by, "asked_at": step.at, "step": step}
        Review.objects.update_or_create(model=step.model, object_id=row.pk, defaults=values)
        for user in publishers(type(row)).filter(review_mail__isnull=False).exclude(pk=by.pk):
            posting.post(ASKED, f"{step.pk}:{user.pk}")


def take_back(row: Model, by: "AbstractBaseUser", text: str) -> None:
    """Let a piece wait no longer; raises OutOfTurn where it does not wait."""
    with transaction.atomic():
        _waiting(row).delete()
        _remark(row, Remark.Kind.TAKEN_BACK, by, text)


def send_back(row: Model, by: "AbstractBaseUser", text: str) -> None:
    """Give a piece back to whoever handed it in, and mail them if they like; raises OutOfTurn where it does not wait."""
    with transaction.atomic():
        review = _waiting(row)
        review.step = _remark(row, Remark.Kind.SENT_BACK, by, text)
        review.state = Review.State.SENT_BACK
        review.save(update_fields=["state", "step"])
        _tell_writer(review, by)


def settle(row: Model, by: "AbstractBaseUser | None") -> None:
    """End the review of a piece that was published; call it in that transaction."""
    review = of(row)
    if review is None:
        return
    review.step = _remark(row, Remark.Kind.PUBLISHED, by, "")
    if by is not None:
        _tell_writer(review, by)
    review.delete()


def publishers(model: type[Model]) -> QuerySet[User]:
    """Return the active staff who may publish pieces of a model and have an address."""
    codename, label = f"publish_{model._meta.model_name}", model._meta.app_label
    right = Permission.objects.filter(content_type__app_label=label, codename=codename)
    may = Q(is_superuser=True) | Q(groups__permissions__in=right) | Q(user_permissions__in=right)
    return User.objects.filter(may, is_active=True, is_staff=True).exclude(email="").distinct()


def _tell_writer(review: Review, by: "AbstractBaseUser") -> None:
    writer = review.asked_by
    if writer is None or review.step is None or writer.pk == by.pk:
        return
    if MailWish.objects.filter(user=writer).exists():
        posting.post(ANSWERED, f"{review.step.pk}:{review.asked_by_id}")


def _remark(row: Model, kind: str, by: "AbstractBaseUser | None", text: str) -> Remark:
    return Remark.objects.create(
        model=row._meta.label_lower,
        object_id=row.pk,
        kind=kind,
        by_id=by.pk if by else None,
        text=text[:LONGEST],
    )


def _hold(row: Model) -> None:
    """Lock a piece until the transaction ends, so that two people take one step after the other."""
    type(row)._base_manager.select_for_update().filter(pk=row.pk).order_by().first()


def _waiting(row: Model) -> Review:
    _hold(row)
    review = of(row)
    if review is None or not review.is_waiting:
        raise OutOfTurn
    return review
