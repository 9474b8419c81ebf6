"""Whether a list itself says that a person is subscribed, told by the names and values of its columns.

Known are the exports of Ghost, Mailchimp, listmonk, MailPoet, beehiiv, Brevo, MailerLite, Kit, AWeber, Buttondown,
Substack, Campaign Monitor, Constant Contact, phpList, Mautic, HubSpot, CiviCRM, Action Network, NationBuilder,
Salesforce and Shopify, and the words that people use in tables of their own. In doubt a person is not mailed.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _

# Words of a column's name by which any entry in it but a "no" says that somebody is not to be mailed.
REFUSAL = re.compile(
    r"\b(unsub|opt(ed)? ?out|do not (e ?)?(mail|contact)|don t (e ?)?(mail|contact)|no (bulk|mass) (e ?)?mail|dnc\b"
    r"|black ?list|block ?list|bounce|complain|suppress|on hold|clean(ed)? (time|date|at|campaign)|cleaned\Z|deleted"
    r"|disabled|deceased|is bad\b|invalid|stop (time|status)|removed|erased|undeliverable|spam|junk|inactive"
    r"|left (at|on)\b|abgemeldet|baja\b|desabonn|desinscri|disiscri)"
)
# ... and by which an entry has to be a "yes" in some form, or the day on which it was said.
CONSENT = re.compile(
    r"\A((is |are |was )?(subscribed?|confirmed|verified|active|enabled|activated)"
    r"|.*\bsubscribed to .*(mails?|newsletters?|lists?)|(double |email |e mail |newsletter )*opt(ed)? ?in( status)?"
    r"|.*\b(consent|permission)( status)?|(accepts?|receives?|wants|allows?|gets) .*(marketing|mails?|newsletters?)"
    r"|accepts marketing|newsletters?|mailings?|mailing list|abonniert|angemeldet|abonne|inscrit|suscrito|inscrito"
    r"|iscritto)\Z"
)
OF_MAIL = (
    r"group|list|subscription|subscriber|subscribe|member|contact|e ?mail|mail|mailing|newsletter|permission"
)
STATUS = re.compile(
    rf"\A(global |current |can2 )*(({OF_MAIL}|marketing)s? )*(status|state|statut|estado|stato)\Z"
)
OTHER_STATUS = re.compile(r"\b(status|type|statut|estado|stato)\Z")
# Names that only look like one of the above. Substack's "active subscription" says who pays.
OTHERWISE = re.compile(
    r"\b(sms|mms|phone|fax|call|whatsapp|marital|civil|family|employment|lead|order|payment|shipping|visa|tax|donor"
    r"|task|ticket)\b|\b(link|url|ip|reason|token|code|notes?|language|to track)\Z|\Aactive subscription\Z"
)
POSTAL = re.compile(
    r"\A(city|town|zip|zip code|postal code|postcode|street|address 1|address line 1|street address)\Z"
)
# Words that say so in whatever column they stand.
ANYWHERE = re.compile(
    r"\b(unsubscribed?|opted out|opt out|do not (e ?)?mail|do not contact|no (e ?)?mail|(hard )?bounced|blocklisted"
    r"|blacklisted|abgemeldet|desabonnee?|desinscrite?|descadastrad[oa]|disiscritt[oa])\b"
)
WORTH_A_LOOK = re.compile(r"un|opt|mail|contact|bounc|list|abge|d[eé]s|isc", re.IGNORECASE)  # to be quick
LONGEST_WORDS = 60  # characters of a cell that can be such words, and of one that is shown

YES = {
    "1", "true", "t", "yes", "y", "x", "on", "ok", "subscribed", "subscriber", "active", "enabled", "confirmed",
    "opted in", "opt in", "optin", "opt ed in", "express", "explicit", "granted", "given", "regular", "premium",
    "member", "added", "valid", "verified", "activated", "double opt in", "marketing contact", "deliverable",
    "ja", "oui", "si", "sim", "da", "ya", "co", "aktiv", "actif", "activo", "activa", "ativo", "attivo", "aktif",
    "abonniert", "angemeldet", "abonne", "abonnee", "inscrit", "inscrite", "suscrito", "suscrita", "inscrito",
    "inscrita", "iscritto", "iscritta", "ingeschreven", "berlangganan", "da dang ky", "订阅", "已订阅", "購読中", "구독",
    "подписан",
}  # fmt: skip
NO = {
    "", "0", "false", "f", "no", "n", "off", "none", "null", "nil", "never", "n a", "nein", "non", "nao", "not",
    "net", "tidak", "khong",
}  # fmt: skip
REFUSED = re.compile(
    r"unsub|\bnot\b|\bnon\b|\bno\b|\bun[a-z]|opt(ed)? ?out|inactive|disabled|block|black|bounc|clean|complain|spam"
    r"|junk|suppress|delet|remov|cancel|declin|revok|expired|pending|denied|deceased|invalid|hold|abgemeldet"
    r"|inaktiv|inactif|inactivo|baja|desabonn|desinscri|descadastr|disiscri|uitgeschreven|退订|отписан|해지"
)
EMPTY_MOMENT = re.compile(r"0000 00 00.*|0001 01 01.*")
DATE = re.compile(
    r"(\d{4} \d{1,2} \d{1,2}|\d{1,2} \d{1,2} \d{4}|[a-z]{3,9} \d{1,2} \d{4}|\d{1,2} [a-z]{3,9} \d{4})\b.*"
)

Check = Callable[[str], bool]


def plain(text: str) -> str:
    """Return a name or value in the one form in which they are compared."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("đ", "d").replace("_", " ")
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(letters)))


class Standing:
    """What the columns of one list say about its people."""

    def __init__(self, names: Sequence[str], seen: Sequence[set[str]]) -> None:
        """Take the names of the columns, and the different values of each, as far as they were collected."""
        self.names = [name.strip()[:LONGEST_WORDS] for name in names]
        plain_names = [plain(name) for name in names]
        self.checks = [
            (place, _check(plain_names[place], values, plain_names) or _is_no_refusal)
            for place, values in enumerate({plain(value) for value in found} for found in seen)
            if values - {""}
        ]

    def doubt(self, cells: Sequence[str]) -> str:
        """Return in words why a person is not mailed, or nothing where the list says that they are subscribed."""
        for place, allows in self.checks:
            cell = cells[place].strip() if place < len(cells) else ""
            if not allows(cell):
                shown = {"column": self.names[place], "value": cell[:LONGEST_WORDS]}
                if not cell:
                    return _("The list says nothing for this person under “%(column)s”.") % shown
                return _("Under “%(column)s” the list says “%(value)s”.") % shown
        return ""


def _check(name: str, values: set[str], names: Sequence[str]) -> Check | None:
    """Return what the entries of a column have to hold, or None for a column that says nothing about it."""
    if OTHERWISE.search(name):
        return None
    if REFUSAL.search(name):
        return _is_no
    if name == "state" and any(map(POSTAL.match, names)) and not any(map(_speaks, values)):
        return None  # part of a postal address
    if STATUS.match(name):
        return _is_yes
    if CONSENT.match(name):
        return _is_yes_or_date
    return _is_not_refused if OTHER_STATUS.search(name) else None


@lru_cache(4096)  # such columns hold few different entries
def _is_no(cell: str) -> bool:
    value = plain(cell)
    return value in NO or value.startswith("not ") or bool(EMPTY_MOMENT.fullmatch(value))


@lru_cache(4096)
def _is_yes(cell: str) -> bool:
    return plain(cell) in YES


@lru_cache(4096)
def _is_yes_or_date(cell: str) -> bool:
    value = plain(cell)
    return value in YES or (bool(DATE.fullmatch(value)) and not EMPTY_MOMENT.fullmatch(value))


@lru_cache(4096)
def _is_not_refused(cell: str) -> bool:
    value = plain(cell)
    return value in YES or not REFUSED.search(value)


def _is_no_refusal(cell: str) -> bool:
    """Return whether an entry of any other column is free of words that can only be a refusal."""
    if len(cell) > LONGEST_WORDS or "@" in cell or "://" in cell:
        return True
    return not ANYWHERE.search(plain(cell)) if WORTH_A_LOOK.search(cell) else True


def _speaks(value: str) -> bool:
    return value in YES or bool(REFUSED.search(value))
