"""Checks articles as the form of the admin does before they are published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.checks.asking import state_of
from articles.checks.finding import Severity
from articles.checks.holding import accepted, digest, in_words
from articles.checks.judging import findings
from articles.models.article import Article

WORDS = {Severity.BLOCK: "to be mended", Severity.TRACE: "trace", Severity.ADVISE: "advice"}


class Command(BaseCommand):
    """Print what the checks find in articles, but for what somebody has let through."""

    help = "Prints what the checks find in published articles, or in those that are named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "slug", nargs="*", help="the articles to check; without one, all that are published"
        )
        parser.add_argument("--drafts", action="store_true", help="check drafts too")

    def handle(self, *args: Any, slug: list[str], drafts: bool, **options: Any) -> None:
        rows = Article.objects.order_by("pk")
        if slug:
            rows = rows.filter(slug__in=slug)
        elif not drafts:
            rows = rows.filter(state=Article.State.PUBLISHED)
        checked = said = 0
        for article in rows.iterator(100):
            known = accepted(article)
            for found in findings(state_of(article)):
                if digest(found) not in known:
                    said += 1
                    kind = WORDS[found.kind.severity]
                    self.stdout.write(f"{article.slug}: {kind}, {found.field}: {in_words(found)}")
            checked += 1
        self.stdout.write(f"{checked} articles checked, {said} findings.")
