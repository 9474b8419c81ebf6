"""What an issue says: its entries under their headings, as the mail, the page and the feed show them."""

from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from articles.models.article import Article
from newsletter.issues.models import Item
from newsroom.pictures.models import Image


@dataclass(frozen=True)
class Entry:
    """One entry as readers see it; an event may lack a link."""

    title: str
    path: str
    blurb: str
    language: str
    when: str = ""
    picture: Image | None = None

    @property
    def url(self):
        """Return the absolute address, without anything that tells readers apart."""
        return urljoin(f"{settings.SITE_URL}/", self.path) if self.path else ""


@dataclass(frozen=True)
class Section:
    """Entries under one heading; the heading may be empty."""

    heading: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def entry_tag(self):
        """Return the heading element of its entries: one level below its own, or its own where it has none."""
        return "h3" if self.heading else "h2"


def sections(issue):
    """Return what the issue holds, in its order; articles that are not public now are left out."""
    return sections_of([issue])[issue.pk]


def sections_of(issues):
    """Return the sections of several issues by their keys, in two queries."""
    prefetch_related_objects(issues, "items")
    ids = {item.article_id for issue in issues for item in issue.items.all() if item.article_id}
    articles = Article.objects.published().select_related("lead_picture").defer("body_html").in_bulk(ids)
    return {issue.pk: _sections(issue, articles) for issue in issues}


def _sections(issue, articles):
    found = {}
    for item in issue.items.all():
        entry = _entry(item, issue, articles)
        if entry is not None:
            heading = item.group or (_("Events") if item.kind == Item.Kind.EVENT else "")
            found.setdefault(heading, Section(heading)).entries.append(entry)
    return list(found.values())


def withdrawn_from(issue):
    """Return the articles among the entries that are not public now: it must not be sent with them."""
    public = Article.objects.published().values("pk")
    return [
        item.article
        for item in issue.items.select_related("article").exclude(article=None).exclude(article__in=public)
    ]


def _entry(item, issue, articles):
    if item.kind == Item.Kind.EVENT:
        return Entry(item.title, item.url, item.blurb, issue.language, when=item.when)
    article = articles.get(item.article_id)
    if article is None:
        return None
    return Entry(
        title=item.title or article.title,
        path=article.get_absolute_url(),
        blurb=item.blurb,
        language=article.language,
        picture=article.lead_picture,
    )
