"""Makes the draft of a new issue from everything that was published since the last one."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models.article import Article
from articles.models.slugs import slug_from
from newsletter.issues.models import Issue, Item

STEP = 10  # between two positions, so that an entry can be put between two others
FIRST_TIME = timedelta(days=31)  # how far back the very first issue looks
MOST = 100  # entries of a draft


def last_time() -> datetime:
    """Return the time up to which the last issue reports: when it was made, or a month ago."""
    last = Issue.objects.filter(corrects=None).order_by("-created_at").first()
    return last.created_at if last else timezone.now() - FIRST_TIME


def published_since(moment: datetime, language: str) -> list[Article]:
    """Return at most MOST public articles since then, newest first, and one of several translations."""
    articles = (
        Article.objects.published()
        .filter(published_at__gt=moment)
        .prefetch_related("countries", "topics")
        .defer("body_html")
    )
    # The version in the issue's language wins over the original, and that over other translations.
    worst_first = sorted(articles, key=lambda one: (one.language == language, one.translation_of_id is None))
    chosen = {article.translation_of_id or article.pk: article for article in worst_first}
    kept = {article.pk for article in chosen.values()}
    return [article for article in articles if article.pk in kept][:MOST]


def grouped(articles: list[Article], grouping: str) -> list[tuple[str, list[Article]]]:
    """Return (heading, articles) by 'countries', by 'topics' or under no heading (''), the fullest first.

    An article with several subjects stands under the most frequent of them.
    """
    if not grouping:
        return [("", articles)] if articles else []
    subjects = {article.pk: [str(one) for one in getattr(article, grouping).all()] for article in articles}
    frequency = Counter(name for names in subjects.values() for name in names)
    found: dict[str, list[Article]] = {}
    for article in articles:
        names = subjects[article.pk]
        heading = min(names, key=lambda name: (-frequency[name], name)) if names else ""
        found.setdefault(heading, []).append(article)
    rest = found.pop("", [])
    groups = sorted(found.items(), key=lambda group: (-len(group[1]), group[0]))
    return groups + ([(_("More news"), rest)] if rest else [])


@transaction.atomic
def new_issue(*, since: datetime, language: str, grouping: str) -> Issue:
    """Store and return a draft with everything that was published since."""
    issue = Issue(language=language, slug=free_slug(date_format(timezone.localdate(), "YEAR_MONTH_FORMAT")))
    issue.save(force_insert=True)
    groups = grouped(published_since(since, language), grouping)
    add_articles(issue, [(heading, article) for heading, articles in groups for article in articles])
    return issue


@transaction.atomic
def new_correction(issue: Issue) -> Issue:
    """Store and return the draft of a correction, which goes to exactly those who got the issue."""
    correction = Issue(
        corrects=issue,
        language=issue.language,
        subject=_("Correction: %(subject)s") % {"subject": issue.subject},
        slug=free_slug(f"{issue.slug} {_('correction')}"),
    )
    correction.subject = correction.subject[:150]
    correction.save(force_insert=True)
    return correction


def add_articles(issue: Issue, pairs: Iterable[tuple[str, Article]]) -> None:
    """Append (heading, article) pairs as entries; the first blurb of an entry is the article's dek."""
    last = issue.items.order_by("-position").values_list("position", flat=True).first() or 0
    Item.objects.bulk_create(
        Item(
            issue=issue, article=article, group=heading[:120], blurb=article.dek, position=last + STEP * place
        )
        for place, (heading, article) in enumerate(pairs, 1)
    )


def free_slug(words: str) -> str:
    """Return a slug for the words that no issue has yet."""
    base = slug_from(words)
    slug, number = base, 2
    while Issue.objects.filter(slug__iexact=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def renumber(issue: Issue) -> None:
    """Number the entries in even steps; those at position 0 come last."""
    items = sorted(issue.items.all(), key=lambda item: (item.position == 0, item.position, item.pk))
    for place, item in enumerate(items, 1):
        item.position = STEP * place
    Item.objects.bulk_update(items, ["position"])
