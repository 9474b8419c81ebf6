"""Normalises mail addresses to their mailbox and registered domain, so that caps hold for every spelling."""

import unicodedata

import idna

# Providers whose addresses have several spellings: domains that are the same, dots that are ignored.
SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
}
WITHOUT_DOTS = {"gmail.com", "proton.me"}
TAG_AFTER_HYPHEN = ("yahoo.", "ymail.", "rocketmail.")
# Second-level domains under which countries register names: example.co.uk, example.or.jp.
PUBLIC_SECOND_LEVELS = {"ac", "co", "com", "edu", "gob", "gouv", "gov", "go", "mil", "ne", "net", "or", "org"}


def mailbox_of(address: str) -> str:
    """Return the same text for all spellings of a mailbox: without case, +tag, quotes, dots and domain aliases."""
    local, _at, domain = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    domain = _ascii(domain)
    domain = SAME_DOMAIN.get(domain, domain)
    local = local.strip('"').replace("\\", "")
    name = local.split("+", 1)[0] or local
    if domain in WITHOUT_DOTS:
        name = name.replace(".", "") or name
    if domain.startswith(TAG_AFTER_HYPHEN):
        name = name.split("-", 1)[0] or name
    return f"{name}@{domain}"


def domain_of(address: str) -> str:
    """Return the registered domain of an address: its owner controls all subdomains."""
    domain = mailbox_of(address).rpartition("@")[2]
    labels = domain.split(".")
    if domain.startswith("[") or labels[-1].isdigit():
        return domain  # an IP address
    is_third_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in PUBLIC_SECOND_LEVELS
    return ".".join(labels[-3 if is_third_level else -2 :])


def _ascii(domain: str) -> str:
    domain = domain.rstrip(".")
    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return domain
