"""Mail about reviews: it names who and the title, and nothing of the text, which may be read in a mailbox elsewhere."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db.models import Model
from django.urls import reverse

from newsroom.editing.sections import form_of
from newsroom.outbox.templates import from_templates
from newsroom.sitesettings.models import SiteSettings
from newsroom.versions import registry
from newsroom.versions.models import Remark, Review
from newsroom.versions.review import steps


def asked(key: str) -> EmailMultiAlternatives | None:
    """Tell somebody who may publish a piece that it waits for review; the key is '<remark>:<account>'.

    None where it waits no longer, and for an account that may not publish it any more.
    """
    step, user, piece = _found(key)
    if step is None or user is None or piece is None:
        return None
    if not Review.objects.filter(step=step, state=Review.State.WAITING).exists():
        return None
    if not steps.publishers(type(piece)).filter(pk=user.pk).exists():
        return None
    return _message("review_asked", user, step, piece)


def answered(key: str) -> EmailMultiAlternatives | None:
    """Tell who handed a piece in that it was sent back or published; None where it was handed in again since."""
    step, user, piece = _found(key)
    if step is None or user is None or piece is None:
        return None
    if Review.objects.of(piece).exclude(step=step).exists():
        return None
    return _message("review_answered", user, step, piece, is_published=step.kind == Remark.Kind.PUBLISHED)


def _found(key: str) -> tuple[Remark | None, User | None, Model | None]:
    """Return the step, the account if it still wants such mail, and the piece; each None where it is gone."""
    step_key, _colon, user_key = key.partition(":")
    step = Remark.objects.select_related("by").filter(pk=step_key).first()
    wanting = User.objects.filter(is_active=True, is_staff=True, review_mail__isnull=False)
    user = wanting.filter(pk=user_key).exclude(email="").first()
    model = registry.model_of(step.model) if step else None
    piece = model._base_manager.filter(pk=step.object_id).first() if step and model else None
    return step, user, piece


def _message(name: str, user: User, step: Remark, piece: Any, **values: object) -> EmailMultiAlternatives:
    context = values | {
        "user": user,
        "who": (step.by.get_full_name() or step.by.get_username()) if step.by else "–",
        "piece": str(piece),
        "page": urljoin(settings.SITE_URL, form_of(step.model, step.object_id)),
        "wish": urljoin(settings.SITE_URL, reverse("admin:review_mail")),
        "site": SiteSettings.load(),
        "site_url": settings.SITE_URL,
    }
    return from_templates(f"newsroom/mail/{name}", context, user.email)
