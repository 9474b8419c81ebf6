"""The webhook through which the provider that EMAIL_URL names reports bounces and complaints.

A signature is accepted for five minutes and once. An event that it does not cover is believed only if it holds the
HMAC of our return path, which only the provider and the reader's mail server have seen.
"""

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from anymail.signals import AnymailTrackingEvent
from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import BadRequest
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.sending.bounces.handling import take_event
from newsletter.sending.models import SeenEvent

if TYPE_CHECKING:
    from newsletter.sending.bounces.providers import Provider, Stamp

logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=5)  # between a provider's signature and its arrival, either way

UNUSABLE = (
    "MAIL_WEBHOOK_SECRET is not what the provider of EMAIL_URL gives out: no returned mail is heard of. Copy the "
    "signing key of Mailgun, the signing secret of MailerSend or the verification key of SendGrid without the lines "
    "around it; for Mailjet, Postmark and SparkPost set user:password."
)


def check_secret(**kwargs: object) -> list[Error]:
    """Return an error where the secret of the webhook can't be used with the provider (a system check)."""
    source, secret = _source(), settings.MAIL_WEBHOOK_SECRET
    return [Error(UNUSABLE, id="newsletter.E001")] if source and secret and not source.takes(secret) else []


def _source() -> "Provider | None":
    """Return how the provider of EMAIL_URL reports, or None without one: only sites with one load an HTTP client."""
    if not settings.MAIL_PROVIDER:
        return None
    from newsletter.sending.bounces.providers import PROVIDERS

    return PROVIDERS.get(settings.MAIL_PROVIDER)


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def hook(request: HttpRequest, provider: str) -> HttpResponse:
    """Handle the events of a provider; 404 for another provider, 400 for what is unsigned, old or repeated."""
    source = _source()
    if source is None or provider != settings.MAIL_PROVIDER or not settings.MAIL_WEBHOOK_SECRET:
        raise Http404
    if not source.takes(settings.MAIL_WEBHOOK_SECRET):
        logger.error(UNUSABLE)
        return HttpResponse(status=503)  # the provider posts it again later
    if request.method == "HEAD":  # some providers test the URL
        return HttpResponse()
    if request.content_type != "application/json":
        return HttpResponse(status=415)
    stamp, events = _read(source, request)
    with transaction.atomic():  # after an error the stamp is not used up: the provider posts it again
        if stamp is not None and not _is_new(stamp):
            raise BadRequest("This was posted before.")
        for event in events:
            take_event(event, is_signed=source.signs_events)
    return HttpResponse()


def _read(source: "Provider", request: HttpRequest) -> tuple["Stamp | None", list[AnymailTrackingEvent]]:
    """Return the stamp, where the provider makes one, and the events; raises BadRequest for anything else."""
    reader = source.reader()
    try:
        reader.run_validators(request)
        stamp = source.stamp(request) if source.stamp else None
        events = list(reader.parse_events(request))
    except DatabaseError:
        raise
    except Exception:  # whatever a parser raises, the fault is in what was posted
        raise BadRequest("These are no events of the provider.") from None
    if stamp is not None and abs(timezone.now() - stamp.at) > FRESH:
        raise BadRequest("These events were signed too long ago.")
    return stamp, events


def _is_new(stamp: "Stamp") -> bool:
    """Store what was signed; return whether it came for the first time."""
    digest = hashlib.sha256(stamp.covered).hexdigest()
    return SeenEvent.objects.get_or_create(digest=digest)[1]
