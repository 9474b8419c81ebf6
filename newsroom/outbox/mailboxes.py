"""Which mailbox an address leads to, and who receives its mail: so that a cap holds however an address is written."""

import unicodedata

import idna

# Providers whose addresses have more spellings than others: domains that are one, dots that mean nothing.
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
# Second labels under which countries give names to everybody: example.co.uk, example.or.jp.
GIVEN_OUT = {"ac", "co", "com", "edu", "gob", "gouv", "gov", "go", "mil", "ne", "net", "or", "org"}


def mailbox_of(address: str) -> str:
    """Return one spelling for all addresses that lead to a mailbox: case, +tags, quotes, dots and aliases go."""
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
    """Return the domain that somebody has registered: its owner reads the mail of all names below."""
    domain = mailbox_of(address).rpartition("@")[2]
    labels = domain.split(".")
    if domain.startswith("[") or labels[-1].isdigit():
        return domain  # a network address
    is_given_out = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in GIVEN_OUT
    return ".".join(labels[-3 if is_given_out else -2 :])


def _ascii(domain: str) -> str:
    domain = domain.rstrip(".")
    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return domain
