"""The tables of the index, and the lists that editors keep: best bets, words that mean the same, sentences of need.

The terms themselves lie in a table of each database's own full-text search (index/sqlite.py, index/postgresql.py).
"""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.backups.telling import TellsChanges
from newsroom.othersites.addresses import LinkField
from newsroom.storage.rows import StandingRow

from .analysis import text


class FacetSet(StandingRow):
    """A combination of subjects that documents share, so that each document refers to it by one number."""

    facet = models.CharField(max_length=20)
    members = models.TextField()  # primary keys in ascending order: '3 17'

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facet", "members"], name="search_facet_set")]

    def __str__(self) -> str:
        return f"{self.facet} {self.members}"


class Document(StandingRow):
    """One public thing, with the columns for counting and narrowing alone, as ten thousands of rows are read at once.

    Its key begins with its date, so that the newest lie together and come first without sorting.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField()
    object_id = models.BigIntegerField()
    public_from = models.BigIntegerField()  # microseconds since 1970: numbers compare much faster than times
    public_until = models.BigIntegerField()
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    countries = models.ForeignKey(
        FacetSet, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    topics = models.ForeignKey(
        FacetSet, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    year = models.PositiveSmallIntegerField(null=True)
    fingerprint = models.BigIntegerField()  # of the row that it was made from

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.object_id}"


class DocumentText(StandingRow):
    """The words of a document that a result shows, and the terms that rank it; read for a page of results only."""

    id = models.BigIntegerField(primary_key=True)  # of the document
    title_terms = models.TextField()
    summary_terms = models.TextField()
    frequent_terms = models.TextField()
    language = models.CharField(max_length=10)
    title = models.TextField()
    summary = models.TextField()
    text = models.TextField()
    spellings = models.TextField()  # the words that it adds to the table of spellings; they leave with it

    def __str__(self) -> str:
        return self.title


class Spelling(StandingRow):
    """A word that documents hold, for completing beginnings of words and for 'Did you mean'."""

    word = models.CharField(max_length=text.LONGEST_SPELLING, primary_key=True)
    backwards = models.CharField(max_length=text.LONGEST_SPELLING)
    documents = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["backwards"], name="search_spelling_backwards")]

    def __str__(self) -> str:
        return self.word


class IndexState(StandingRow):
    """The one row that notes what is left to do."""

    removals = models.BigIntegerField(default=0)  # transactions that have replaced or removed documents
    purged = models.BigIntegerField(default=0)  # those of them whose words have left the files too
    reindexed_kind = models.PositiveSmallIntegerField(default=0)  # how far an interrupted reindex came
    reindexed_key = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return "state"


class BestBet(TellsChanges, Noted):
    """A link that editors put above all results of a query."""

    queries = models.TextField(
        _("queries"),
        max_length=1000,
        help_text=_("One a line, as people type it. Case, order, plurals and accents make no difference."),
    )
    title = models.CharField(_("title"), max_length=120)
    link = LinkField(
        _("link"),
        max_length=300,
        validators=[RegexValidator(r"\A(/(?![/\\])|https?://)[^\s\\]*\Z", _("Start with / or https://."))],
    )
    text = models.CharField(
        _("text"), max_length=300, blank=True, help_text=_("One sentence under the title.")
    )

    objects = NotedQuerySet["BestBet"].as_manager()

    class Meta:
        verbose_name = _("best bet")
        verbose_name_plural = _("best bets")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse queries without a word."""
        if self.queries and not self.asked:
            raise ValidationError({"queries": _("Write at least one word.")})

    @property
    def asked(self) -> list[frozenset[str]]:
        """Return the terms of each of the queries."""
        return [words for line in self.queries.splitlines() if (words := as_asked(line))]


class KeptForLanguage(TellsChanges, Noted):
    """A list that editors keep: one for each language."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, unique=True)

    class Meta:
        abstract = True
        ordering = ["language"]

    def __str__(self) -> str:
        return str(self.get_language_display())


class SameWords(KeptForLanguage):
    """The words of a language that mean the same, so that whoever asks for one finds the others too."""

    words = models.TextField(
        _("words"),
        max_length=10_000,
        help_text=_(
            "One meaning a line, with commas between its words: NGO, non-governmental organisation. Case, order and "
            "plurals make no difference. Keep it short: each line makes results wider."
        ),
    )

    objects = NotedQuerySet["SameWords"].as_manager()

    class Meta(KeptForLanguage.Meta):
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")

    def clean(self) -> None:
        """Refuse a line with one word alone."""
        lone = [line for line in self.words.splitlines() if line.strip() and len(_group(line)) < 2]
        if lone:
            raise ValidationError(
                {"words": _("This line has one word alone: %(line)s") % {"line": lone[0][:80]}}
            )

    @property
    def groups(self) -> list[list[str]]:
        """Return the words of each line."""
        return [group for line in self.words.splitlines() if len(group := _group(line)) > 1]


def _group(line: str) -> list[str]:
    return [words for part in re.split("[,،、，]", line) if (words := " ".join(part.split()))]


class NeedList(KeptForLanguage):
    """The sentences of a language by which somebody asks for help: a search that holds one shows Get help first."""

    sentences = models.TextField(
        _("sentences"),
        max_length=20_000,
        help_text=_(
            "One a line. A search that holds all the words of a line, in any order and form, shows Get help above "
            "everything else. Put / between words of which one is enough, and _ between those that stand side by "
            "side: took/keeps my passport/identity_card."
        ),
    )

    objects = NotedQuerySet["NeedList"].as_manager()

    class Meta(KeptForLanguage.Meta):
        verbose_name = _("sentences of need")
        verbose_name_plural = _("sentences of need")


def as_asked(line: str) -> frozenset[str]:
    """Return the terms of a query in the site's language: without order, case, accents and endings."""
    return frozenset(text.analysed(line, settings.LANGUAGE_CODE)[0])
