"""What the domain of our mail says in the DNS: without it, many servers take our mail for spam."""

import ipaddress
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.translation import gettext as _
from dns.rdtypes.ANY.TXT import TXT

from .conditions import Condition, Weight

NAME = "mail entries"
PATIENCE = 4  # seconds for one question, at all name servers


class NoResolver(Exception):
    """No name server answers, so nothing can be said."""


def entries() -> Condition:
    """Return whether SPF, DMARC and the receiver of bounces stand in the DNS; well where no name server answers."""
    sender = _domain_of(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    bounces = _domain_of(settings.BOUNCE_ADDRESS)
    if settings.DEMO or not _is_public(sender):
        return Condition(NAME, note=_("not looked at: the sender’s domain is not public"))
    try:
        missing = _missing(sender, bounces)
    except NoResolver:
        return Condition(NAME, note=_("not looked at: no name server answers"))
    if not missing:
        return Condition(NAME, note=_("SPF, DMARC and the receiver of bounces are there"))
    return Condition(
        NAME,
        _("Missing in the DNS: %(entries)s.") % {"entries": "; ".join(missing)},
        _("Whoever runs the domain adds them; docs/mail.md says what they hold."),
        Weight.UNREADY,
    )


def _missing(sender: str, bounces: str) -> list[str]:
    missing = []
    # SPF is judged by the domain of the envelope sender (RFC 7208, section 2.4).
    if not any(text.lower().startswith("v=spf1") for text in _texts(bounces)):
        missing.append(_("SPF of %(domain)s") % {"domain": bounces})
    # The domain above counts for the ones below it (RFC 7489, section 6.6.3).
    above = sender.split(".", 1)[1] if sender.count(".") > 1 else sender
    if not any(
        text.lower().startswith("v=dmarc1") for name in (sender, above) for text in _texts(f"_dmarc.{name}")
    ):
        missing.append(_("DMARC of %(domain)s") % {"domain": sender})
    if not settings.MAIL_PROVIDER and not (
        _ask(bounces, "MX") or _ask(bounces, "A") or _ask(bounces, "AAAA")
    ):
        missing.append(_("MX of %(domain)s, where bounces come back") % {"domain": bounces})
    return missing


def _texts(name: str) -> list[str]:
    records = [record for record in _ask(name, "TXT") if isinstance(record, TXT)]
    return [b"".join(record.strings).decode("utf-8", "replace") for record in records]


def _ask(name: str, kind: str) -> list[dns.rdata.Rdata]:
    """Return the entries of a name; raises NoResolver where nobody answers."""
    try:
        return list(dns.resolver.resolve(name, kind, lifetime=PATIENCE, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        raise NoResolver from None


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip("> ").rstrip(".")


def _is_public(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain.strip("[]"))
    except ValueError:
        return "." in domain
    return False
