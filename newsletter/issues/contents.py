"""The contents of an issue: its entries under their headings, as the mail, the page and the feed show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from articles.models.article import Article
from newsletter.issues.models import Issue, Item
from newsroom.pictures.models import Image


@dataclass(frozen=True)
class IssueEntry:
    """One entry as readers see it; an event may lack a link."""

    title: str
    path: str
    blurb: str
    language: str
    when: str = ""
    picture: Image | None = None

    @property
    def url(self) -> str:
        """Return the absolute URL, the same for all readers."""
        return urljoin(f"{settings.SITE_URL}/", self.path) if self.path else ""


@dataclass(frozen=True)
class Section:
    """Entries under one heading; the heading may be empty."""

    heading: str
    entries: list[IssueEntry] = field(default_factory=list)

    @property
    def entry_tag(self) -> str:
        """Return the heading element of its entries, one level below its own heading if there is one."""
        return "h3" if self.heading else "h2"


def sections(issue: Issue) -> list[Section]:
    """Return the sections of the issue in its order, without articles that are not public now."""
    return sections_of([issue])[issue.pk]


def sections_of(issues: Sequence[Issue]) -> dict[int, list[Section]]:
    """Return the sections of several issues by primary key, in two queries."""
    prefetch_related_objects(issues, "items")
    ids = {item.article_id for issue in issues for item in issue.items.all() if item.article_id}
    articles = Article.objects.published().select_related("lead_picture").defer("body_html").in_bulk(ids)
    return {issue.pk: _sections(issue, articles) for issue in issues}


def _sections(issue: Issue, articles: dict[int, Article]) -> list[Section]:
    found: dict[str, Section] = {}
    for item in issue.items.all():
        entry = _entry(item, issue, articles)
        if entry is not None:
            heading = item.group or (_("Events") if item.kind == Item.Kind.EVENT else "")
            found.setdefault(heading, Section(heading)).entries.append(entry)
    return list(found.values())


def withdrawn_from(issue: Issue) -> list[Article]:
    """Return the articles of the issue that are not public now, with which it must not be sent."""
    public = Article.objects.published().values("pk")
    items = issue.items.select_related("article").exclude(article=None).exclude(article__in=public)
    return [item.article for item in items if item.article]


def _entry(item: Item, issue: Issue, articles: dict[int, Article]) -> IssueEntry | None:
    """Return an entry as readers see it, None for an article that is not public now."""
    if item.kind == Item.Kind.EVENT:
        return IssueEntry(item.title, item.url, item.blurb, issue.language, when=item.when)
    article = articles.get(item.article_id) if item.article_id else None
    if article is None:
        return None
    return IssueEntry(
        title=item.title or article.title,
        path=article.get_absolute_url(),
        blurb=item.blurb,
        language=article.language,
        picture=article.lead_picture,
    )
