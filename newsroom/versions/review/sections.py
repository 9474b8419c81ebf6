"""What of reviews, and of changes that wait, somebody reads on the admin's first page."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsroom.editing.sections import Line, Section, form_of, name_of
from newsroom.versions import registry
from newsroom.versions.models import Version

from .models import Review

if TYPE_CHECKING:
    from django.db.models import Model

MOST = 90  # rows that are read, the oldest first
REVIEW, COPY = "review", "changes"


class Row(NamedTuple):
    """A review, or changes that wait, in the columns that both share."""

    sort: str
    model: str
    key: int
    state: str  # of a review
    owner: int | None  # who handed it in, or saved the changes
    at: datetime
    until: datetime | None
    said: str  # the comment, or why changes did not become public
    username: str
    first: str
    last: str
    title: str

    def line(self) -> Line:
        """Return what the first page shows of it."""
        return Line(
            self.title,
            form_of(self.model, self.key),
            kind_of(self.model),
            since=None if self.until else self.at,
            until=self.until,
            who=name_of(self.username, self.first, self.last),
            comment=self.said if self.sort == REVIEW else _told_of(self.said),
            mark=_("not published") if self.sort == COPY and self.said else "",
        )


def sections(request: HttpRequest) -> list[Section]:
    """Return what is in review and what changes wait, as far as it concerns this person, in one query."""
    own = [label for label, _model in _versioned() if _may(request, "change", label)]
    if not own:
        return []
    published = [label for label in own if _may_publish(request, label)]
    parts = [_reviews(request, own, published), _copies(request, own, published)]
    rows = [Row(*one) for one in parts[0].union(parts[1], all=True).order_by("at")[:MOST]]
    mine = request.user.pk
    reviews = [row for row in rows if row.sort == REVIEW]
    waiting = [row for row in reviews if row.state == Review.State.WAITING]
    copies = [row for row in rows if row.sort == COPY]
    timed = sorted((row for row in copies if row.until), key=lambda row: str(row.until))
    found = [
        (_("Sent back to you"), 10, [row for row in reviews if row not in waiting and row.owner == mine]),
        (_("Waiting for your review"), 12, [row for row in waiting if row.model in published]),
        (_("Your changes that wait"), 22, [row for row in copies if not row.until]),
        (
            _("You submitted, and Editors look at it"),
            30,
            [row for row in waiting if row.model not in published],
        ),
        (_("Changes with a time"), 34, timed),
    ]
    return [Section(title, [row.line() for row in some], place) for title, place, some in found]


def _told_of(failure: str) -> str:
    return _("Changes did not become public at the time that was set.") if failure else ""


def _reviews(request: HttpRequest, own: list[str], published: list[str]) -> "QuerySet[Any]":
    """Return the reviews that wait for this person, and those of what they handed in."""
    mine = Q(asked_by=request.user.pk, model__in=own)
    waiting = Q(state=Review.State.WAITING, model__in=[one for one in published if one in _pieces()])
    return _columns(
        Review.objects.filter(mine | waiting).annotate(
            sort=Value(REVIEW, CharField()),
            stands=Cast("state", CharField()),
            owner=F("asked_by"),
            at=Coalesce("step__at", "asked_at"),
            until=Value(None, DateTimeField()),
            said=Coalesce("step__text", Value(""), output_field=TextField()),
            username=Coalesce("step__by__username", Value(""), output_field=CharField()),
            first=Coalesce("step__by__first_name", Value(""), output_field=CharField()),
            last=Coalesce("step__by__last_name", Value(""), output_field=CharField()),
        )
    )


def _copies(request: HttpRequest, own: list[str], published: list[str]) -> "QuerySet[Any]":
    """Return the changes that this person saved last or gave a time, and for Editors all that have one."""
    mine = (Q(created_by=request.user.pk) | Q(scheduled_by=request.user.pk)) & Q(model__in=own)
    timed = Q(publish_at__isnull=False, model__in=published)
    empty = Value("", CharField())
    return _columns(
        Version.objects.waiting()
        .filter(mine | timed)
        .annotate(
            sort=Value(COPY, CharField()),
            stands=empty,
            owner=F("created_by"),
            at=F("created_at"),
            until=F("publish_at"),
            said=F("failure"),
            username=empty,
            first=empty,
            last=empty,
        )
    )


def _columns(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    names = ("stands", "owner", "at", "until", "said", "username", "first", "last", "title")
    return _titled(rows).order_by().values_list("sort", "model", "object_id", *names)


def kind_of(label: str) -> str:
    """Return what sort of piece a label names, in words."""
    model = registry.model_of(label)
    return capfirst(str(model._meta.verbose_name)) if model else ""


def _pieces() -> list[str]:
    """Return the labels of what is published by a state."""
    return [label for label, model in _versioned() if hasattr(model, "State")]


def _versioned() -> "list[tuple[str, type[Model]]]":
    return [(model._meta.label_lower, model) for model in registry.registered()]


def _may(request: HttpRequest, action: str, label: str) -> bool:
    app, _dot, name = label.partition(".")
    return request.user.has_perm(f"{app}.{action}_{name}")


def _may_publish(request: HttpRequest, label: str) -> bool:
    """Return whether somebody publishes changes of a model: where it has no right of its own, whoever may change it."""
    model = registry.model_of(label)
    return _may(request, "publish" if hasattr(model, "State") else "change", label)


def _titled(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Return the rows with the title of what they are about, without those whose piece lies in the trash."""
    cases = [When(model=label, then=_title(model)) for label, model in _versioned()]
    titled = rows.annotate(title=Case(*cases, default=Value(None), output_field=CharField()))
    return titled.filter(title__isnull=False)


def _title(model: "type[Model]") -> Subquery:
    names = {field.name for field in model._meta.concrete_fields}
    column = next((name for name in ("title", "name") if name in names), "pk")
    found = model._base_manager.filter(pk=OuterRef("object_id")).annotate(
        _said=Cast(F(column), CharField()) if column == "pk" else F(column)
    )
    return Subquery(found.values("_said")[:1], output_field=CharField())
