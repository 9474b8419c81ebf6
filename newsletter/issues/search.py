"""What search finds of the newsletter: the issues of the archive, without the articles in them."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.search import plain
from newsletter.issues.models import Issue, Item
from newsroom.richtext import picturewords
from newsroom.richtext.picturewords import ColumnsByKey
from newsroom.search import registry


def _entry(issue: Issue) -> registry.IndexEntry:
    """Return the index entry of an issue, without its articles: search must not find them after they are gone."""
    events = [item for item in issue.items.all() if item.kind == Item.Kind.EVENT]
    return registry.IndexEntry(
        title=str(issue),
        public_from=issue.published_at,
        date=issue.published_at,
        first_day=timezone.localdate(issue.published_at),
        last_day=timezone.localdate(issue.published_at),
        summary=issue.preheader,
        text=" · ".join(
            filter(
                None,
                [
                    plain(issue.introduction_html, picturewords.shown_in(issue).in_text),
                    *(". ".join(filter(None, [event.title, event.when, event.blurb])) for event in events),
                ],
            )
        ),
        unseen=picturewords.descriptions(issue, issue.introduction_html),
        language=issue.language,
    )


_pictures_of = picturewords.watch("introduction_html")


def _watch_more(issues: ColumnsByKey) -> dict[int, tuple[tuple[str, ...], ...]]:
    """Return by primary key what else makes up the index entry of an issue: words of its pictures, and its events."""
    more = dict(_pictures_of(issues))
    events = Item.objects.filter(issue__in=list(issues), kind=Item.Kind.EVENT).order_by("position", "pk")
    for key, *words in events.values_list("issue", "title", "when", "blurb"):
        more[key] = (*more.get(key, ()), tuple(words))
    return more


def kinds() -> Iterator[registry.SearchKind]:
    """Yield the issues of the archive."""
    yield registry.SearchKind(
        number=6,
        name="issue",
        label=_("Newsletter issues"),
        label_of_one=_("Newsletter issue"),
        model=Issue,
        rows=lambda: Issue.objects.exclude(published_at=None).prefetch_related("items"),
        public=lambda: Issue.objects.published().defer("introduction_html"),
        entry=_entry,
        watch=("subject", "preheader", "introduction_html", "language", "published_at"),
        watch_more=_watch_more,
        prepare=picturewords.look_up("introduction_html"),
    )
