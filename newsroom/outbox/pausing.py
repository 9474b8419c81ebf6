"""The pause of the worker after a backup was put back: no mail leaves and nothing is deleted by age until it ends."""

import logging
from datetime import datetime

from .models import Pause

logger = logging.getLogger(__name__)


def is_paused() -> bool:
    """Return whether the worker is paused."""
    return Pause.objects.exists()


def since() -> datetime | None:
    """Return when the pause began, or None where there is none."""
    return Pause.objects.values_list("since", flat=True).first()


def pause() -> None:
    """Begin the pause; one that has begun goes on."""
    Pause.objects.get_or_create(pk=1)


def resume() -> None:
    """End the pause."""
    if Pause.objects.all().delete()[0]:
        logger.warning("The worker goes on: mail leaves again, and what is too old is deleted again.")
