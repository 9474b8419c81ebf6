"""What each provider posts when a message came back, signed as the provider signs."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from newsroom.configuration.serviceurls import webhook_setting

KEY = "signing-key"
PASSWORD = "user:password"
NAMES = ["mailersend", "mailgun", "mailjet", "postmark", "sendgrid", "sparkpost"]
SIGNED = ["mailersend", "sendgrid"]  # with all that they say
BY_PASSWORD = ["mailjet", "postmark", "sparkpost"]


@cache
def curve_key():
    return ec.generate_private_key(ec.SECP256R1())


def secret(name):
    """Return what MAIL_WEBHOOK_SECRET holds for a provider."""
    if name in BY_PASSWORD:
        return PASSWORD
    if name != "sendgrid":
        return KEY
    public = curve_key().public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def settle(settings, name):
    """Let this be the provider of the site."""
    settings.MAIL_PROVIDER, settings.MAIL_WEBHOOK_SECRET = name, secret(name)
    settings.ANYMAIL = webhook_setting(name, secret(name))


def bounce(name, address="ann@example.org", token="", at=None):
    """Return what a provider says of a mailbox that does not exist."""
    at = time.time() if at is None else at
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    metadata = {"return_path": token} if token else {}
    return {
        "mailersend": {
            "type": "activity.hard_bounced", "created_at": moment,
            "data": {
                "id": "1", "type": "hard_bounced", "created_at": moment,
                "email": {"recipient": {"email": address}, "message": {"id": "2"}, "tags": None},
                "morph": {"object": "recipient_bounce", "reason": "550 5.1.1 no such user"},
            },
        },
        "mailgun": {
            "event-data": {
                "event": "failed", "severity": "permanent", "recipient": address, "timestamp": at, "id": "1",
                "reason": "bounce", "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
                "message": {"headers": {"message-id": "x@y"}}, "user-variables": metadata,
            },
        },
        "mailjet": [{
            "event": "bounce", "time": int(at), "MessageID": 1, "email": address, "hard_bounce": True,
            "error_related_to": "recipient", "error": "user unknown", "Payload": json.dumps(metadata),
        }],
        "postmark": {
            "RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "Email": address, "ID": 1,
            "MessageID": "x", "BouncedAt": moment, "Metadata": metadata,
            "Details": "smtp;550 5.1.1 no such user",
        },
        "sendgrid": [{
            "event": "bounce", "type": "bounce", "email": address, "timestamp": int(at), "sg_event_id": "1",
            "status": "5.1.1", "reason": "550 5.1.1 no such user", **metadata,
        }],
        "sparkpost": [{"msys": {"message_event": {
            "type": "bounce", "bounce_class": "10", "raw_rcpt_to": address, "timestamp": str(int(at)),
            "event_id": "1", "raw_reason": "550 5.1.1 no such user", "error_code": "550", "rcpt_meta": metadata,
        }}}],
    }[name]  # fmt: skip


def signed(name, content, at=None):
    """Return the body and the headers with which a provider posts this, signed at that time."""
    stamp = str(int(time.time() if at is None else at))
    if name == "mailgun" and isinstance(content, dict):
        content = {"signature": mailgun_signature(stamp)} | content
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {}
    if name in BY_PASSWORD:
        headers["Authorization"] = f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"
    elif name == "mailersend":
        headers["Signature"] = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    elif name == "sendgrid":
        signature = curve_key().sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers["X-Twilio-Email-Event-Webhook-Signature"] = base64.b64encode(signature).decode()
        headers["X-Twilio-Email-Event-Webhook-Timestamp"] = stamp
    return body, headers


def mailgun_signature(stamp, token="a" * 50, key=KEY):
    """Return the block that Mailgun sends along."""
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": stamp, "token": token, "signature": signature}


def post(client, name, body, headers=None, kind="application/json"):
    """Post it and return the status."""
    return client.post(
        f"/newsletter/hooks/{name}/", body, content_type=kind, headers=headers or {}
    ).status_code
