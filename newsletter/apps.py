"""What the newsletter offers the rooms below it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.sitemaps import Sitemap
    from django.core.mail import EmailMessage
    from django.http import HttpRequest

    from articles.feeds import FeedGroup
    from newsroom.backups.erasures.redoing import Redo
    from newsroom.backups.resuming.matters import Matter
    from newsroom.editing.notices import Counted
    from newsroom.editing.sections import Section
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.public import Seen
    from newsroom.search.registry import SearchKind


class NewsletterConfig(AppConfig):
    """The monthly newsletter: its readers, its issues and their deliveries."""

    name = "newsletter"
    verbose_name = "Newsletter"

    def rechecks(self, path: Path | None) -> dict[str, Callable[[], Iterator[str]]]:
        """Offer `manage.py recheck` the imported readers, or those of one list."""
        from newsletter.readers import rechecking

        if path:
            return {"readers of the list": lambda: rechecking.readers_against(path)}
        return {"imported readers": rechecking.imported_readers}

    def first_page(self) -> "Iterator[Callable[[HttpRequest], list[Section]]]":
        """Offer the admin's first page the issues in progress."""
        from newsletter import firstpage

        yield firstpage.issues

    def notices(self) -> "Iterator[Callable[[HttpRequest], Counted | None]]":
        """Offer the admin's first page how many domains are paused."""
        from newsletter import firstpage

        yield firstpage.domains_paused

    def trashed(self) -> "Iterator[type[Model]]":
        """Offer newsroom.versions the issues, of which drafts can be deleted."""
        from newsletter.models import Issue

        yield Issue

    def sent_for_good(self) -> "Iterator[QuerySet[Any]]":
        """Offer a purge of a name what nobody can edit any more: issues after their draft, and their entries."""
        from newsletter.models import Issue, Item

        yield Issue.objects.exclude(state=Issue.State.DRAFT)
        yield Item.objects.exclude(issue__state=Issue.State.DRAFT)

    def sent_mails(self) -> "Iterator[tuple[datetime, int, list[str]]]":
        """Offer a purge of a name when issues were sent, in how many mails, with which words."""
        from newsletter.sending import words

        yield from words.of_sent_issues()

    def amounts(self) -> Iterator[tuple[str, str]]:
        """Offer `restore` what to count, as words and table."""
        yield "readers", "newsletter_subscriber"
        yield "issues", "newsletter_issue"

    # Any: readers and issues are rows of different models, as those of other apps.
    def written_since(
        self,
    ) -> "Iterator[tuple[str, Callable[[datetime], QuerySet[Any]], Callable[[Any], str] | None]]":
        """Offer upgrades what would get lost by going back to a copy."""
        from newsletter.models import Issue, Subscriber

        left = Subscriber.State.UNSUBSCRIBED
        readers = Subscriber.objects
        yield "readers who signed up", lambda since: readers.filter(created_at__gt=since), None
        yield (
            "readers who left, and would be readers again",
            lambda since: readers.filter(state=left, state_changed_at__gt=since),
            None,
        )
        yield (
            "issues changed or sent",
            lambda since: Issue.objects.filter(updated_at__gt=since),
            lambda row: str(row.subject),
        )

    def rows_that_stay_gone(self) -> "Iterator[type[Model]]":
        """Offer upgrades readers: who was erased is in no copy that is put back."""
        from newsletter.models import Subscriber

        yield Subscriber

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to send issues, and to handle the wishes of readers and the lists of managers."""
        from newsletter import tidying
        from newsletter.readers import imports, signup, sweeping
        from newsletter.sending import jobs
        from newsroom.outbox.worker import Job

        yield Job("newsletter", jobs.EVERY, jobs.send_due)
        yield Job("newsletter wishes", signup.EVERY, signup.take_up_wishes, runs_while_paused=True)
        yield Job("newsletter lists", imports.EVERY, imports.work)
        yield Job("newsletter tidying", tidying.EVERY, tidying.tidy)
        yield Job("newsletter sweeping", sweeping.EVERY, sweeping.sweep, runs_while_paused=True)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache the archive; of issues not how far they are sent."""
        from newsletter.models import Issue, Item

        seen = ("uuid", "slug", "subject", "preheader", "introduction_html", "language", "corrects")
        yield Issue, (*seen, "published_at", "created_at", "updated_at")
        yield Item, ()

    def mails(self) -> "Iterator[tuple[str, Callable[..., EmailMessage | None]]]":
        """Offer the outbox the mail to single readers and to managers."""
        from newsletter.readers import mail as readers_mail
        from newsletter.sending import domains, mail

        yield from readers_mail.KINDS.items()
        yield "newsletter_domain_paused", domains.notice
        yield "newsletter_test", mail.test_message

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back what has become of readers and issues since."""
        from newsletter.readers import erasures
        from newsletter.readers import putback as readers
        from newsletter.sending import putback as issues

        yield erasures.STATE, readers.redo_states
        yield erasures.PAUSE, readers.redo_pauses
        yield erasures.LIST, readers.redo_lists
        yield issues.ISSUE, issues.redo_issues

    def put_back(self) -> Iterator[Callable[[], str]]:
        """Offer a backup that is put back to drop what readers asked for before it was made."""
        from newsletter.readers import putback

        yield putback.drop_wishes

    def sweeps(self) -> Iterator[Callable[[], bool]]:
        """Offer to take erased addresses out of the database's files."""
        from newsletter.readers import sweeping

        yield sweeping.sweep

    def matters(self) -> "Iterator[Matter]":
        """Offer the question what becomes of issues that were being sent when the backup was made."""
        from newsletter.sending import putback

        yield putback.matter()

    def search_kinds(self) -> "Iterator[SearchKind]":
        """Offer search the issues of the archive."""
        from newsletter.issues import search

        return search.kinds()

    def sitemaps(self) -> "Iterator[tuple[str, type[Sitemap]]]":
        """Offer the sitemap the newsletter's pages."""
        from newsletter.issues.sitemaps import IssueSitemap

        yield "newsletter", IssueSitemap

    def feeds(self) -> "Iterator[FeedGroup]":
        """Offer the page of feeds that of the issues."""
        from articles.feeds import FeedGroup
        from newsletter.issues import feeds

        yield FeedGroup(_("Newsletter"), feeds.listed_feeds)

    def ready(self) -> None:
        from django.core import checks

        from newsletter.sending.bounces import webhooks

        checks.register(webhooks.check_secret)
