"""The navigation of the admin: what there is to do, instead of the tables that Django lists by app."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The works and the models of each, in the order of an editor's day. What stands nowhere is of the site.
WORKS: list[tuple["StrOrPromise", list[str]]] = [
    (
        _("Write"),
        [
            "articles.Article",
            "articles.Page",
            "articles.FrontStory",
            "articles.ReturningPiece",
            "articles.Callout",
            "articles.StyleWord",
        ],
    ),
    (_("Library"), ["pictures.Image", "articles.Resource", "articles.Topic", "articles.Link"]),
    (_("Places"), ["articles.Country", "articles.Hotline"]),
    (
        _("Readers"),
        [
            "newsletter.Issue",
            "newsletter.Subscriber",
            "newsletter.Import",
            "newsletter.Export",
            "newsletter.Suppression",
            "newsletter.DomainPause",
        ],
    ),
    (_("Inquiries"), ["inquiries.Inquiry", "inquiries.CannedAnswer", "inquiries.DeskSettings"]),
    (
        _("Site"),
        [
            "sitesettings.SiteSettings",
            "auth.User",
            "search.BestBet",
            "search.SameWords",
            "search.NeedList",
            "articles.FormerAddress",
            "outbox.LostMail",
            "versions.Trashed",
            "versions.Purge",
        ],
    ),
]
# Names that say more among others than those of the models do.
NAMES: dict[str, "StrOrPromise"] = {
    "articles.FrontStory": _("Home page"),
    "articles.ReturningPiece": _("From the archive"),
    "articles.Callout": _("Campaign boxes"),
    "newsletter.Issue": _("Newsletter issues"),
    "inquiries.Inquiry": _("Inquiries that came"),
    "inquiries.DeskSettings": _("Settings of the desk"),
    "auth.User": _("Colleagues"),
    "versions.Purge": _("Remove a name everywhere"),
}
# What is begun so often that its list is a detour.
BEGUN = {
    "articles.Article": _("New article"),
    "articles.Resource": _("New resource"),
    "pictures.Image": _("Add pictures"),
    "newsletter.Issue": _("New issue"),
}


@dataclass(frozen=True)
class Place:
    """A list or a page of the admin that somebody may open."""

    name: "StrOrPromise"
    url: str
    is_here: bool  # whether the page that is shown is part of it
    begin_name: "StrOrPromise" = ""
    begin_url: str = ""


@dataclass(frozen=True)
class Work:
    """A part of the work, and where it is done."""

    name: "StrOrPromise"
    places: list[Place] = field(default_factory=list)


# Any: what AdminSite.get_app_list() returns, with what the person may use.
def works(app_list: Sequence[dict[str, Any]], path: str) -> list[Work]:
    """Return the works with their places for somebody to whom the admin lists these apps, at a path of the admin."""
    found = {f"{app['app_label']}.{row['object_name']}": row for app in app_list for row in app["models"]}
    named = {label for _name, labels in WORKS for label in labels}
    others = sorted(found.keys() - named)
    parts = [
        Work(name, [_place(label, found[label], path) for label in labels if _leads(found.get(label))])
        for name, labels in (*WORKS[:-1], (WORKS[-1][0], [*WORKS[-1][1], *others]))
    ]
    return [one for one in parts if one.places]


def beginnings(parts: Sequence[Work]) -> list[Place]:
    """Return what somebody can begin."""
    return [place for part in parts for place in part.places if place.begin_url]


def here(parts: Sequence[Work]) -> Place | None:
    """Return the place that the page which is shown is part of."""
    return next((place for part in parts for place in part.places if place.is_here), None)


def _leads(row: dict[str, Any] | None) -> bool:
    return bool(row and row.get("admin_url"))


def _place(label: str, row: dict[str, Any], path: str) -> Place:
    url, begin = row["admin_url"], (row.get("add_url") or "") if label in BEGUN else ""
    return Place(NAMES.get(label) or row["name"], url, path.startswith(url), BEGUN.get(label, ""), begin)
