"""Tells from the columns of an imported list whether it says that a person is subscribed.

The name of a column decides which of its values allow mail: a "no" under "unsubscribed", a "yes" under "consent". It
knows the exports of Ghost, Mailchimp, listmonk, MailPoet, beehiiv, Brevo, MailerLite, Kit, AWeber, Buttondown,
Substack, Campaign Monitor, Constant Contact, phpList, Mautic, HubSpot, CiviCRM, Action Network, NationBuilder,
Salesforce and Shopify, and the words that people use in tables of their own. In doubt a person is not mailed.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _


def plain(text: str) -> str:
    """Return a name or value in the one form in which they are compared."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("đ", "d").replace("_", " ")
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(letters)))


def _any_of(words: str) -> str:
    """Return a pattern for any of these words, in the form of plain()."""
    return "|".join(map(plain, words.split("|")))


# Names and values in Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese, Vietnamese and Russian.
EAST_STATUS = "(" + _any_of("订阅|訂閱|邮件|郵件|会员|會員|配信|購読|会員|メール|구독|수신|การสมัคร") + ")? ?("
EAST_STATUS += _any_of("状态|狀態|状態|ステータス|상태|สถานะ|ສະຖານະ|ស្ថានភាព|အခြေအနေ|trạng thái|статус") + ")"
EAST_UNSUBSCRIBED = _any_of(
    "退订|退訂|取消订阅|取消訂閱|配信停止|配信解除|수신거부|수신 거부|ยกเลิกการรับ|hủy đăng ký"
)
EAST_CANCELLED = _any_of("取消|停止|解除|不可|未確認|未确认|해지|탈퇴|ยกเลิก|ຍົກເລີກ|បោះបង់|đã hủy")

# Patterns for names of columns, in the form of plain().
# A refusal column, such as "unsubscribed": every value but a "no" is a refusal.
REFUSAL_COLUMN = re.compile(
    r"\b(unsub|opt(ed)? ?out|do not (e ?)?(mail|contact)|do not solicit|don t (e ?)?(mail|contact)"
    r"|no (bulk|mass) (e ?)?mail|dnc\b|requests? no|liste noire|lista ne[gr]a|sperrliste|excluded?\b|exclue?\b"
    r"|d[ei]sa[ckt]?tiv|dea[ck]tiv|suspend|black ?list|block ?list|bounce|complain|suppress|on hold"
    r"|clean(ed)? (time|date|at|campaign)|cleaned\Z|deleted|disabled|deceased|is bad\b|invalid|stop (time|status)"
    r"|removed|erased|undeliverable|spam|junk|inactive|left (at|on)\b|abgemeldet|baja\b|desabonn|desinscri|disiscri)"
)
# A consent column, such as "opt in": only a "yes" in some form, or the day on which it was said, is consent.
CONSENT_COLUMN = re.compile(
    r"\A((is |are |was )?(subscribed?|confirmed|verified|active|enabled|activated)|a[ckt]?ti[vf][oa]?"
    r"|.*\bsubscribed to .*(mails?|newsletters?|lists?)|(double |email |e mail |newsletter )*opt(ed)? ?in( status)?"
    r"|.*\b(consent|permission)( status)?|(accepts?|receives?|wants|allows?|gets) .*(marketing|mails?|newsletters?)"
    r"|accepts marketing|newsletters?|mailings?|mailing list|abonniert|angemeldet|abonne|inscrit|suscrito|inscrito"
    r"|iscritto)\Z"
)
OF_MAIL = (
    r"group|list|subscription|subscriber|subscribe|member|contact|e ?mail|mail|mailing|newsletter|permission"
)
# A column for the status of the subscription: only a "yes" in some form is consent.
STATUS_COLUMN = re.compile(
    rf"\A({EAST_STATUS}|(global |current |can2 )*(({OF_MAIL}|marketing)s? )*(status|state|statut|estado|stato))\Z"
)
# Another status or type: every value is consent that does not look like a refusal.
OTHER_STATUS_COLUMN = re.compile(r"\b(status|type|statut|estado|stato)\Z")
# Names that look like one of the above but say nothing about mail. Substack's "active subscription" says who pays.
UNRELATED_COLUMN = re.compile(
    r"\b(sms|mms|phone|fax|call|whatsapp|marital|civil|family|employment|lead|order|payment|shipping|visa|tax|donor"
    r"|task|ticket)\b|\b(link|url|ip|reason|token|code|notes?|language|to track)\Z|\Aactive subscription\Z"
)
POSTAL_COLUMN = re.compile(
    r"\A(city|town|zip|zip code|postal code|postcode|street|address 1|address line 1|street address)\Z"
)

# Patterns and words for the values of cells, in the form of plain().
# Words that are a refusal in every other column too, such as a column of notes.
REFUSAL_IN_ANY_COLUMN = re.compile(
    r"\b(unsubscribed?|opted out|opt out|do not (e ?)?mail|do not contact|no (e ?)?mail|(hard )?bounced|blocklisted"
    r"|blacklisted|no ?mail|abgemeldet|desabonnee?|desinscrite?|descadastrad[oa]|disiscritt[oa])\b"
    rf"|{EAST_UNSUBSCRIBED}"
)
# A quick test before REFUSAL_IN_ANY_COLUMN, which matches no cell without one of these.
MAY_BE_REFUSAL = re.compile(r"un|opt|mail|contact|bounc|list|abge|d[eé]s|isc|[^\0-\u024f]", re.I)
LONGEST_CELL = 60  # characters of a cell that is searched for a refusal, and of one that is shown

YES = {
    "1", "true", "t", "yes", "y", "x", "on", "ok", "subscribed", "subscriber", "active", "enabled", "confirmed",
    "opted in", "opt in", "optin", "opt ed in", "express", "explicit", "granted", "given", "regular", "premium",
    "member", "added", "valid", "verified", "activated", "double opt in", "marketing contact", "deliverable",
    "ja", "oui", "si", "sim", "da", "ya", "co", "aktiv", "actif", "activo", "activa", "ativo", "attivo", "aktif",
    "abonniert", "angemeldet", "abonne", "abonnee", "inscrit", "inscrite", "suscrito", "suscrita", "inscrito",
    "inscrita", "iscritto", "iscritta", "ingeschreven", "berlangganan", "da dang ky", "订阅", "已订阅", "購読中", "구독",
    "подписан", "normal", *map(plain, ["配信中", "有効", "登録済み", "有效", "正常", "已確認", "已确认", "활성"]),
    *map(plain, ["수신동의", "สมัครแล้ว", "ใช้งาน", "đang hoạt động"]),
}  # fmt: skip
NO = {
    "", "0", "false", "f", "no", "n", "off", "none", "null", "nil", "never", "n a", "nein", "non", "nao", "not",
    "net", "tidak", "khong",
}  # fmt: skip
# Words that make the value of a status or type a refusal.
REFUSING_VALUE = re.compile(
    r"unsub|\bnot\b|\bnon\b|\bno\b|\bun[a-z]|opt(ed)? ?out|inactive|disabled|block|black|bounc|clean|complain|spam"
    r"|junk|suppress|delet|remov|cancel|declin|revok|expired|pending|denied|deceased|invalid|hold|abgemeldet"
    r"|inaktiv|inactif|inactivo|baja|desabonn|desinscri|descadastr|disiscri|uitgeschreven|отписан"
    r"|\bby (user|moderator|bounces?)\b"
    rf"|{EAST_UNSUBSCRIBED}|{EAST_CANCELLED}"
)
ZERO_DATE = re.compile(r"0000 00 00.*|0001 01 01.*")
DATE = re.compile(
    r"(\d{4} \d{1,2} \d{1,2}|\d{1,2} \d{1,2} \d{4}|[a-z]{3,9} \d{1,2} \d{4}|\d{1,2} [a-z]{3,9} \d{4})\b.*"
)

CellTest = Callable[[str], bool]  # takes a cell, returns whether it allows mail


class ConsentColumns:
    """The columns of one list, with the test that a cell of each has to pass before its person is mailed."""

    def __init__(self, names: Sequence[str], seen: Sequence[set[str]]) -> None:
        """Take the names of the columns, and of each the different values that were collected."""
        self.names = [name.strip()[:LONGEST_CELL] for name in names]
        plain_names = [plain(name) for name in names]
        self.tests = [
            (place, _test_of(plain_names[place], values, plain_names) or _allows_in_any_other_column)
            for place, values in enumerate({plain(value) for value in found} for found in seen)
            if values - {""}
        ]

    def why_not_mailed(self, cells: Sequence[str]) -> str:
        """Return why the person of this row is not mailed; '' where the list says that they are subscribed."""
        for place, allows in self.tests:
            cell = cells[place].strip() if place < len(cells) else ""
            if not allows(cell):
                shown = {"column": self.names[place], "value": cell[:LONGEST_CELL]}
                if not cell:
                    return _("The list says nothing for this person under “%(column)s”.") % shown
                return _("Under “%(column)s” the list says “%(value)s”.") % shown
        return ""


def _test_of(name: str, values: set[str], names: Sequence[str]) -> CellTest | None:
    """Return the test that the cells of a column have to pass, or None where its name says nothing about mail."""
    if UNRELATED_COLUMN.search(name):
        return None
    if REFUSAL_COLUMN.search(name):
        return _allows_in_refusal_column
    if name == "state" and any(map(POSTAL_COLUMN.match, names)) and not any(map(_is_status_value, values)):
        return None  # the state of a postal address
    if STATUS_COLUMN.match(name):
        return _allows_in_status_column
    if CONSENT_COLUMN.match(name):
        return _allows_in_consent_column
    return _allows_in_other_status_column if OTHER_STATUS_COLUMN.search(name) else None


@lru_cache(4096)  # such columns hold few different values
def _allows_in_refusal_column(cell: str) -> bool:
    """Return whether a cell under "unsubscribed" or the like is a "no" or a date of zeros."""
    value = plain(cell)
    return value in NO or value.startswith("not ") or bool(ZERO_DATE.fullmatch(value))


@lru_cache(4096)
def _allows_in_status_column(cell: str) -> bool:
    """Return whether the status of a subscription is a "yes" in some form."""
    return plain(cell) in YES


@lru_cache(4096)
def _allows_in_consent_column(cell: str) -> bool:
    """Return whether a cell under "opt in" or the like is a "yes" or a date."""
    value = plain(cell)
    return value in YES or (bool(DATE.fullmatch(value)) and not ZERO_DATE.fullmatch(value))


@lru_cache(4096)
def _allows_in_other_status_column(cell: str) -> bool:
    """Return whether another status or type does not look like a refusal."""
    value = plain(cell)
    return value in YES or not REFUSING_VALUE.search(value)


def _allows_in_any_other_column(cell: str) -> bool:
    """Return whether a cell holds none of the words that are a refusal in any column."""
    if len(cell) > LONGEST_CELL or "@" in cell or "://" in cell:
        return True
    return not REFUSAL_IN_ANY_COLUMN.search(plain(cell)) if MAY_BE_REFUSAL.search(cell) else True


def _is_status_value(value: str) -> bool:
    """Return whether a value, in the form of plain(), is a status of a subscription."""
    return value in YES or bool(REFUSING_VALUE.search(value))
