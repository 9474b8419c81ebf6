"""Whether the form takes messages: somebody must be able to answer, and the limits of confidence must be stated."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from inquiries.desk.blanks import open_blanks
from inquiries.models import DeskSettings, OfficerLanguages
from inquiries.officers.membership import is_let_in, is_officer, let_in, members, members_here
from newsroom.conditions.commands import here
from newsroom.conditions.conditions import Condition, Weight
from newsroom.editing.notices import Notice
from newsroom.pagecache import contentversion

_for_pages: tuple[int | None, bool] = (None, False)  # whether it was open in that content version


@dataclass(frozen=True)
class Lack:
    """Why the form takes no messages, in words for the staff, and the name of the page where that is changed."""

    text: str
    page: str
    is_for_officers: bool = False


def lacks(known: list[User] | None = None) -> list[Lack]:
    """Return what keeps the form closed; `known` are the members, where somebody has asked for them already."""
    return [lack for lack in (_lack_of_people(known), _lack_of_limits()) if lack]


def _lack_of_people(known: list[User] | None) -> Lack | None:
    officers = let_in() if known is None else [one for one in known if is_let_in(one)]
    if not officers and (known or (known is None and members().exists())):
        return Lack(
            here(
                _(
                    "The Inquiry Corner takes no messages: the desk is closed to every inquiry officer. Whoever runs "
                    "the server opens it with manage.py let_officer_in."
                )
            ),
            "admin:auth_user_changelist",
        )
    if not officers:
        return Lack(
            _(
                "The Inquiry Corner takes no messages: there is no active inquiry officer. An Administrator "
                "gives somebody that role."
            ),
            "admin:auth_user_changelist",
        )
    if not _read_by(officers):
        return Lack(
            _("The Inquiry Corner takes no messages: no inquiry officer has ticked a language."),
            "admin:inquiries_inquiry_languages",
            is_for_officers=True,
        )
    return None


def _lack_of_limits() -> Lack | None:
    if limits_of(DeskSettings.load()):
        return None
    return Lack(
        _(
            "The Inquiry Corner takes no messages: the settings of the desk don’t say yet whom an officer "
            "must tell. An inquiry officer writes it there."
        ),
        "admin:inquiries_desksettings_changelist",
        is_for_officers=True,
    )


def limits_of(desk: DeskSettings) -> str:
    """Return the limits of confidence, or '' while they still hold [[blanks]]."""
    text = desk.confidence_limits.strip()
    return "" if open_blanks(text) else text


def is_open() -> bool:
    """Return whether the form takes messages now: nothing is lacking, asked in as few queries as it takes."""
    return bool(limits_of(DeskSettings.load())) and bool(languages())


def is_open_for_pages() -> bool:
    """Return whether the form takes messages, for the box on every page: asked once in a content version."""
    global _for_pages
    version = contentversion.current()
    if version is None:
        return is_open()
    known, answer = _for_pages
    if known != version:
        answer = is_open()
        _for_pages = (version, answer)
    return answer


def languages() -> list[tuple[str, str]]:
    """Return code and name of the languages that officers read and write, in the order of the site's."""
    return _read_by(let_in())


def _read_by(officers: list[User]) -> list[tuple[str, str]]:
    read = set(OfficerLanguages.of_all(officers))
    return [(code, name) for code, name in settings.LANGUAGES if code in read]


def closed_notice(request: HttpRequest) -> Notice | None:
    """Tell all staff on the admin's first page that the form is closed, and why."""
    found = [] if is_open_for_pages() else lacks(members_here(request))
    if not found:
        return None
    lack, user = found[0], request.user
    may_mend = is_officer(user) if lack.is_for_officers else user.has_perm("auth.view_user")
    return Notice(lack.text, reverse(lack.page if may_mend else "inquiries:form"), "inquiries")


def condition() -> Condition:
    """Return whether the form takes messages, for whoever runs the site."""
    found = lacks()
    if not found:
        return Condition("inquiries")
    return Condition("inquiries", found[0].text, weight=Weight.UNREADY, page=found[0].page)
