"""What search finds of this app: articles, pages, countries and topics."""

import calendar
import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Country, Page, Topic
from articles.richtext import plain_text
from newsroom.search import registry

ENDS = (".", "?", "!", "…", ":", ";", ",")


def plain(body_html):
    """Return stored rich text in one line, as a reader sees it; a dot stands where a heading or an item ends."""
    text = ""
    for block in plain_text(body_html).splitlines():
        text += (" " if text.endswith(ENDS) else " · ") + block
    return text.removeprefix(" · ")


def _article(article):
    date = article.display_date
    days = _days(date) if date else (article.published_at.date(), article.published_at.date())
    countries, topics = article.countries.all(), article.topics.all()
    return registry.Entry(
        title=article.title,
        public_from=article.published_at,
        date=article.published_at,
        first_day=days[0],
        last_day=days[1],
        summary=article.dek,
        keywords=[
            *(subject.name for subject in [*countries, *topics]),
            *article.byline_names,
            *filter(None, [article.dateline, article.source_title, article.source_publication]),
        ],
        text=plain(article.body_html),
        language=article.language,
        subjects={"country": [row.pk for row in countries], "topic": [row.pk for row in topics]},
    )


def _days(date):
    """Return the first and the last day that a partial date covers."""
    first = date.first_day
    if date.day:
        return first, first
    month = date.month or 12
    return first, datetime.date(date.year, month, calendar.monthrange(date.year, month)[1])


def _page(page):
    return registry.Entry(
        title=page.title,
        public_from=page.published_at,
        text=plain(page.body_html),
        language=settings.LANGUAGE_CODE,
    )


def _subject(facet):
    def entry(subject):
        return registry.Entry(
            title=subject.name,
            text=plain(subject.intro_html),
            language=settings.LANGUAGE_CODE,
            subjects={facet: [subject.pk]},
        )

    return entry


def _names(model):
    return lambda: list(model.objects.values_list("pk", "slug", "name"))


def register():
    """Let search find what this app publishes."""
    state = Article.State.PUBLISHED
    registry.register(
        registry.Kind(
            number=1,
            name="article",
            label=_("Articles"),
            label_of_one=_("Article"),
            model=Article,
            rows=lambda: Article.objects.filter(state=state).prefetch_related("countries", "topics"),
            public=lambda: Article.objects.published().defer("body_html"),
            entry=_article,
            watch=(
                "title", "dek", "body_html", "language", "published_at", "display_date", "bylines", "dateline",
                "source_title", "source_publication",
            ),
            watch_related=("countries__pk", "countries__name", "topics__pk", "topics__name"),
        )
    )  # fmt: skip
    registry.register(
        registry.Kind(
            number=2,
            name="page",
            label=_("Pages"),
            label_of_one=_("Page"),
            model=Page,
            rows=lambda: Page.objects.filter(state=state),
            public=lambda: Page.objects.published().defer("body_html"),
            entry=_page,
            watch=("title", "body_html", "published_at"),
        )
    )
    for number, name, label, one, model in [
        (3, "country", _("Countries"), _("Country"), Country),
        (4, "topic", _("Topics"), _("Topic"), Topic),
    ]:
        registry.register(
            registry.Kind(
                number=number,
                name=name,
                label=label,
                label_of_one=one,
                model=model,
                rows=model.objects.all,
                public=model.objects.defer("intro_html").all,
                entry=_subject(name),
                watch=("name", "intro_html"),
            )
        )
        registry.register_facet(registry.Facet(name=name, label=label, names=_names(model)))
