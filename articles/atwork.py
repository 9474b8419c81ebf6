"""What of articles, pages and resources somebody reads on the admin's first page."""

from datetime import timedelta
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.models.article import Article
from articles.models.page import Page
from articles.resources.models.resource import Resource
from newsroom.editing.sections import MOST_LINES, Line, Section, form_of, list_of
from newsroom.versions.review.models import Review

MODELS = (Article, Page, Resource)
KINDS = {model._meta.label_lower: model for model in MODELS}
LATELY = timedelta(days=14)  # in which a publication is news to colleagues
FOUND = MOST_LINES + 1  # rows of one model that are read
DRAFTS, SCHEDULED, PUBLISHED = "drafts", "scheduled", "published"


def sections(request: HttpRequest) -> list[Section]:
    """Return this person's drafts, what is scheduled, and what was published lately, in one query."""
    parts = [part for model in MODELS for part in _parts(request, model)]
    if not parts:
        return []
    first, *others = parts
    rows = list(first.union(*others, all=True).order_by()) if others else list(first)
    return [
        Section(_("Your drafts"), _lines(rows, DRAFTS, newest=True), 20, _drafts_url(request)),
        Section(_("Scheduled"), _lines(rows, SCHEDULED), 32, list_of(Article, "?state=scheduled")),
        Section(_("Published lately"), _lines(rows, PUBLISHED, newest=True), 60),
    ]


def _drafts_url(request: HttpRequest) -> str:
    return list_of(Article, "?state=draft") if request.user.has_perm("articles.view_article") else ""


def _parts(request: HttpRequest, model: Any) -> "list[QuerySet[Any]]":  # Any: of whichever model
    """Return the queries about one model that concern this person."""
    name, now = model._meta.model_name, timezone.now()
    if not request.user.has_perm(f"articles.change_{name}"):
        return []
    has_author = any(field.name == "created_by" for field in model._meta.fields)
    own = Q(created_by=request.user.pk) if has_author else Q(pk__in=[])
    seen = Q() if request.user.has_perm(f"articles.publish_{name}") else own
    rows, public = model._base_manager, Q(state=model.State.PUBLISHED) & seen
    found = {
        DRAFTS: (
            rows.filter(own, state=model.State.DRAFT).exclude(pk__in=_sent_back(model)),
            "updated_at",
            "-updated_at",
        ),
        SCHEDULED: (rows.filter(public, published_at__gt=now), "published_at", "published_at"),
        PUBLISHED: (
            rows.filter(public, published_at__gt=now - LATELY, published_at__lte=now),
            "published_at",
            "-published_at",
        ),
    }
    return [_part(model, sort, *one) for sort, one in found.items() if sort != DRAFTS or has_author]


def _sent_back(model: Any) -> "QuerySet[Any]":
    """Return the keys of what stands among the pieces that were sent back already."""
    reviews = Review.objects.filter(model=model._meta.label_lower, state=Review.State.SENT_BACK)
    return reviews.values("object_id")


def _part(model: Any, sort: str, rows: "QuerySet[Any]", at: str, order: str) -> "QuerySet[Any]":
    """Return sort, label, key, title and time of the first of the rows; both databases cut them inside a union so."""
    first = rows.order_by(order, "pk").values("pk")[:FOUND]
    return (
        model._base_manager.filter(pk__in=first)
        .order_by()
        .annotate(
            sort=Value(sort, CharField()),
            label=Value(model._meta.label_lower, CharField()),
            at=F(at),
        )
        .values_list("sort", "label", "pk", "title", "at")
    )


def _lines(rows: "list[Any]", sort: str, *, newest: bool = False) -> list[Line]:
    some = sorted((row for row in rows if row[0] == sort), key=lambda row: row[4], reverse=newest)
    return [
        Line(
            title,
            form_of(label, key),
            capfirst(str(KINDS[label]._meta.verbose_name)),
            since=None if sort == SCHEDULED else at,
            until=at if sort == SCHEDULED else None,
        )
        for _sort, label, key, title, at in some
    ]
