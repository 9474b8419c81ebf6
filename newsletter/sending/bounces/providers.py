"""What each provider signs of the events that it posts.

Mailgun signs a time and a random token, and nothing of the event itself. SendGrid signs the time and the whole body,
MailerSend the whole body. Mailjet, Postmark and SparkPost sign nothing: they send a password.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.http import HttpRequest


@dataclass(frozen=True)
class Stamp:
    """When an event was signed, and the bytes that the signature covers."""

    at: datetime
    covered: bytes


@dataclass(frozen=True)
class Provider:
    """How the events of a provider are read; stamp(request) raises ValueError, KeyError or TypeError for none."""

    reader: type[AnymailCoreWebhookView]
    stamp: Callable[[HttpRequest], Stamp] | None = None
    signs_events: bool = False  # the signature covers the events themselves

    def takes(self, secret: str) -> bool:
        """Return whether django-anymail can verify the posts of the provider with this secret."""
        try:
            reader = self.reader()
        except Exception:  # whatever the library of the key raises
            return False
        if self.reader is SendGridTrackingWebhookView:
            return isinstance(reader.webhook_verification_key, EllipticCurvePublicKey)
        name, _colon, password = secret.partition(":")
        return self.stamp is not None or bool(name and password)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was posted; raises ValueError, TypeError or RecursionError for anything else."""
    found = json.loads(request.body.decode())
    if not isinstance(found, dict):
        raise TypeError("The body is no object.")
    return found


def _mailgun(request: HttpRequest) -> Stamp:
    block = body_of(request)["signature"]
    return Stamp(_moment(block["timestamp"]), f"{block['timestamp']}{block['token']}".encode("ascii"))


def _sendgrid(request: HttpRequest) -> Stamp:
    # What was signed is stored, not the signature: an ECDSA signature has more than one valid encoding.
    stamp = request.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
    return Stamp(_moment(stamp), stamp.encode() + request.body)


def _mailersend(request: HttpRequest) -> Stamp:
    body = body_of(request)
    at = datetime.fromisoformat(body.get("created_at") or body["data"]["created_at"])
    if at.tzinfo is None:
        raise ValueError("A time without a zone.")
    return Stamp(at, request.body)


def _moment(seconds: object) -> datetime:
    """Return the time of a Unix timestamp."""
    return datetime.fromtimestamp(int(str(seconds)), UTC)


PROVIDERS = {
    "mailersend": Provider(MailerSendTrackingWebhookView, _mailersend, signs_events=True),
    "mailgun": Provider(MailgunTrackingWebhookView, _mailgun),
    "mailjet": Provider(MailjetTrackingWebhookView),
    "postmark": Provider(PostmarkTrackingWebhookView),
    "sendgrid": Provider(SendGridTrackingWebhookView, _sendgrid, signs_events=True),
    "sparkpost": Provider(SparkPostTrackingWebhookView),
}
