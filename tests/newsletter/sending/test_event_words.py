"""What providers say of a message that came back: their words for a full mailbox are not those for a missing one."""

import pytest

from newsletter.models import Delivery, DomainTally, SeenEvent, Subscriber, Suppression
from newsletter.sending import returnpaths
from tests.newsletter.sending.provider_events import NAMES, bounce, post, settle, signed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]


def changed(name, token, **values):
    """Return a provider's event with these values in the place of its own, wherever they stand in it."""

    def walk(value):
        if isinstance(value, dict):
            return {key: values[key] if key in values else walk(part) for key, part in value.items()}
        return [walk(part) for part in value] if isinstance(value, list) else value

    return walk(bounce(name, token=token))


def mailgun(code, message, **values):
    return {"delivery-status": {"code": code, "message": message}} | values


GONE = [
    ("mailgun", mailgun(550, "5.1.1 The email account that you tried to reach does not exist")),
    ("mailgun", mailgun(554, "delivery error: dd This user doesn't have a yahoo.com account")),
    ("mailjet", {}), ("mailjet", {"error": "typofix"}),
    ("postmark", {"Details": "smtp;550 5.1.1 user unknown"}), ("postmark", {"Details": ""}),
    ("sendgrid", {"reason": "550 5.1.1 The email account does not exist"}),
    ("sparkpost", {"bounce_class": "30", "raw_reason": ""}), ("sparkpost", {"raw_reason": "550 no such user"}),
    ("mailersend", {"morph": {"object": "recipient_bounce", "reason": "550 5.1.1 user unknown"}}),
    ("mailersend", {"morph": None}),
]  # fmt: skip
IN_DOUBT = [
    ("mailgun", mailgun(550, "5.5.0 Requested action not taken: mailbox unavailable")),
    ("mailjet", {"error": "mailbox inactive"}), ("mailjet", {"error": "no mail host"}),
    ("postmark", {"Type": "SoftBounce", "Details": "smtp;550 5.5.0 Requested action not taken: mailbox unavailable"}),
    ("sendgrid", {"reason": "550 5.4.1 Recipient address rejected: Access denied", "status": "5.4.1"}),
    ("sparkpost", {"bounce_class": "30", "raw_reason": "550 5.5.0 mailbox unavailable"}),
]  # fmt: skip
SOUND = [
    ("mailgun", mailgun(552, "5.2.2 The email account that you tried to reach is over quota")),
    ("mailgun", mailgun(550, "5.7.1 IP address blacklisted by recipient")),
    ("mailgun", mailgun(550, "5.1.1 has sent to too many recipients this hour")),
    ("mailgun", mailgun(605, "Not delivering to previously bounced address", reason="suppress-bounce")),
    ("mailjet", {"error": "quota exceeded"}), ("mailjet", {"error": "relay/access denied"}),
    ("mailjet", {"error": "sender blocked"}), ("mailjet", {"error": "something new"}),
    ("postmark", {"Type": "SoftBounce", "Details": "smtp;552 5.2.2 mailbox full"}),
    ("postmark", {"Type": "SoftBounce", "Details": ""}),
    ("postmark", {"Details": "smtp;550 5.7.1 blocked for spam"}),
    ("sendgrid", {"type": "blocked", "reason": "550 5.7.1 on our block list", "status": "5.7.1"}),
    ("sendgrid", {"type": "blocked", "reason": "550 no such user", "status": "5.0.0"}),
    ("sendgrid", {"reason": "552 5.2.2 over quota", "status": "5.2.2"}),
    ("sparkpost", {"bounce_class": "22", "raw_reason": "552 5.2.2 mailbox full"}),
    ("sparkpost", {"bounce_class": "51", "raw_reason": "550 spam"}),
    ("sparkpost", {"bounce_class": "20", "raw_reason": ""}),
    ("sparkpost", {"bounce_class": "10", "raw_reason": "550 5.1.1 sender rejected"}),
    ("mailersend", {"type": "soft_bounced", "morph": {"object": "recipient_bounce", "reason": "552 5.2.2 mailbox full"}}),
    ("mailersend", {"type": "soft_bounced", "morph": {"object": "recipient_bounce", "reason": ""}}),
]  # fmt: skip


@pytest.mark.parametrize(("fate", "events"), [("gone", GONE), ("doubted", IN_DOUBT), ("sound", SOUND)])
def test_every_provider_is_understood(sent, client, settings, fate, events):
    assert {name for name, _values in events} >= set(NAMES) - ({"mailersend"} if fate == "doubted" else set())
    _issue, reader = sent
    for name, values in events:
        settle(settings, name)
        Subscriber.objects.update(state=Subscriber.State.CONFIRMED)
        Suppression.objects.all().delete()
        Delivery.objects.update(is_doubtful=False, is_returned=False)
        DomainTally.objects.all().delete()
        event = changed(name, returnpaths.token(*sent), **values)
        if name == "mailgun":
            SeenEvent.objects.all().delete()
        assert post(client, name, *signed(name, event)) == 200, (name, values)
        reader.refresh_from_db()
        assert (reader.state == Subscriber.State.BOUNCED) == (fate == "gone"), (name, values)
        assert Delivery.objects.get().is_doubtful == (fate == "doubted"), (name, values)
