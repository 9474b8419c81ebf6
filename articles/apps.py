"""What the articles app offers to the rooms below it; newsroom/offers.py says how they read it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.sitesettings.helplines import HelpLine

if TYPE_CHECKING:
    from django.contrib.sitemaps import Sitemap

    from articles.feeds import FeedGroup
    from articles.framing import MenuEntry, ShownCallout
    from articles.links.rounds import CheckedField
    from newsroom.backups.erasures.redoing import Redo
    from newsroom.editing.notices import Counted
    from newsroom.editing.sections import Section
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.public import Seen
    from newsroom.pictures.models import Image
    from newsroom.pictures.uses import Use
    from newsroom.search.registry import Facet, Recommendation, SearchKind
    from newsroom.versions.registry import Versioned


class ArticlesConfig(AppConfig):
    """Everything that an editor publishes."""

    name = "articles"
    verbose_name = "Articles"

    def help_lines_speaking(self, language: str) -> list[HelpLine]:
        """Offer newsroom.sitesettings the hotlines whose staff speak a language."""
        from articles.places import helplines

        return helplines.speaking(language)

    def country_names(self) -> Iterator[tuple[str, str]]:
        """Offer newsroom.countries the code and name of each country that editors have written about."""
        from articles.places.models.country import Country

        yield from Country.objects.values_list("iso_code", "name")

    def rechecks(self, path: Path | None) -> dict[str, Callable[[], Iterator[str]]]:
        """Offer `manage.py recheck` the stored texts and documents."""
        from articles import rechecking

        return {} if path else {"texts": rechecking.texts, "documents": rechecking.stored_documents}

    def amounts(self) -> Iterator[tuple[str, str]]:
        """Offer `restore` what to count, as words and table."""
        yield "articles", "articles_article"
        yield "pages", "articles_page"
        yield "resources", "articles_resource"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker what tidies up resources, and what checks links."""
        from articles.links import rounds
        from articles.resources.models import resource, resourcefile
        from newsroom.outbox.worker import Job

        yield Job("subjects of resources", 60, resource.mend_subjects, runs_while_paused=True)
        yield Job("orphaned documents", 300, lambda: resourcefile.remove_unowned_files(resource.Resource))
        yield Job("links", 60, rounds.start_round)

    def stored_folders(self) -> "Iterator[Callable[[], Iterator[tuple[str, str]]]]":
        """Offer newsroom.filestore the folders that files of resources have there."""
        from articles.resources.models import resource, resourcefile

        yield lambda: resourcefile.stored_folders(resource.Resource)

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back what was taken from the public since."""
        from articles import putback, taken

        yield taken.UNPUBLISHED, putback.redo_unpublishing
        yield taken.CHANGED, putback.tell_changes
        yield taken.FILE, putback.redo_files
        yield taken.CALLOUT, putback.redo_callouts
        yield taken.HOTLINE, putback.redo_hotlines

    def written_since(
        self,
    ) -> "Iterator[tuple[str, Callable[[datetime], QuerySet[Any]], Callable[[Any], str]]]":
        """Offer upgrades what would get lost by going back to a copy."""
        from articles.models import Article, Page, Resource

        def since(model: type[Any]) -> "Callable[[datetime], QuerySet[Any]]":
            return lambda moment: model.objects.filter(updated_at__gt=moment)

        for kind, model in {"articles": Article, "pages": Page, "resources": Resource}.items():
            yield f"{kind} written or changed", since(model), lambda row: str(row.title)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache what visitors see of this app; of links not what each check notes."""
        from articles.feeds.host import FeedHost
        from articles.frontpage.models import FrontStory, ReturningPiece
        from articles.links.models import Link
        from articles.models import Article, Callout, Correction, Country, Page, Resource, Topic
        from articles.models.address import FormerAddress
        from articles.places.models.dossier import Fact, Law
        from articles.places.models.hotline import Hotline

        whole = (
            Article,
            Callout,
            Correction,
            Country,
            Fact,
            FeedHost,
            FormerAddress,
            FrontStory,
            Hotline,
            Law,
            Page,
            Resource,
            ReturningPiece,
            Topic,
        )
        yield from ((model, ()) for model in whole)
        yield Link, ("url", "is_left_alone", "archive_url", "died_at")

    def versioned(self) -> "Iterator[Versioned]":
        """Offer newsroom.versions what editors write; of a resource not the words of its file, which search needs."""
        from articles import previews
        from articles.models import Article, Callout, Country, Page, Resource, Topic
        from articles.resources.models.resourcefile import FILE_FIELDS
        from newsroom.versions.registry import Versioned

        piece, subject = previews.piece_as_public, previews.subject_as_public
        yield Versioned(Article, rows=("corrections",), stays=("slug", "published_at"), as_public=piece)
        yield Versioned(Callout, as_public=previews.callout_as_shown, shown_at=previews.page_with)
        yield Versioned(Country, rows=("facts", "laws"), stays=("slug", "iso_code"), as_public=subject)
        yield Versioned(Page, stays=("path", "published_at"), as_public=piece)
        derived = ("country_keys", "topic_keys", "file_text")
        file = tuple(name for name in FILE_FIELDS if name not in derived)  # one that was replaced is deleted
        stays = ("slug", "published_at", *file)
        yield Versioned(Resource, left_out=derived, stays=stays, as_public=piece)
        yield Versioned(Topic, stays=("slug",), as_public=subject)

    def trashed(self) -> "Iterator[type[Model]]":
        """Offer newsroom.versions what can be put back for a while after it was deleted."""
        from articles.models import Article, Callout, Country, Page, Resource, Topic
        from articles.places.models.hotline import Hotline

        yield from (Article, Callout, Country, Hotline, Page, Resource, Topic)

    def purged(self) -> "Iterator[type[Model]]":
        """Offer a purge of a name the reasons with which findings were let through."""
        from articles.checks.models import Acceptance

        yield Acceptance

    def redirects(self) -> "Iterator[type[Model]]":
        """Offer a purge of a name the former addresses."""
        from articles.models.address import FormerAddress

        yield FormerAddress

    def notices(self) -> "Iterator[Callable[[HttpRequest], Counted | None]]":
        """Offer the admin's first page what waits for editors."""
        from articles import duties

        yield from (duties.hotlines_to_verify, duties.links_dead, duties.facts_old)

    def first_page(self) -> "Iterator[Callable[[HttpRequest], list[Section]]]":
        """Offer the admin's first page one's own drafts, what is scheduled, and what was published lately."""
        from articles import atwork

        yield atwork.sections

    def frame(
        self,
    ) -> "Iterator[tuple[str, Callable[[HttpRequest], tuple[MenuEntry | ShownCallout, ...] | bool]]]":
        """Offer every page the menu, the campaign boxes, and whether there are corrections."""
        from articles import framing

        yield "menu", framing.menu
        yield "callouts", framing.callouts
        yield "has_corrections", framing.has_corrections

    def search_kinds(self) -> "list[SearchKind]":
        """Offer search what this app publishes."""
        from articles import search

        return search.kinds()

    def search_facets(self) -> "list[Facet]":
        """Offer search countries and topics to narrow results to."""
        from articles import search

        return search.facets()

    def recommending(self) -> "Iterator[Callable[[str], list[Recommendation]]]":
        """Offer search the hotlines whose number somebody typed, and the archive of corrections."""
        from articles.corrections import searching
        from articles.places.hotlinesearch import hotlines_with

        yield from (hotlines_with, searching.archive)

    def numbers_by_country(self) -> "Iterator[tuple[str, str]]":
        """Offer search the countries with numbers to call, and where they stand."""
        from articles.places.hotlinesearch import countries_with_numbers

        yield from countries_with_numbers()

    def demo(self) -> Iterator[tuple[Callable[[], None], Callable[[], dict[str, int]]]]:
        """Offer the demo its resources that have files: how to load them, and how to remove them."""
        from articles.resources import demo

        yield demo.load, demo.clear

    def feeds(self) -> "Iterator[FeedGroup]":
        """Offer the page of feeds those of articles, resources and corrections."""
        from articles.corrections import views as corrections
        from articles.feeds import FeedGroup, views
        from articles.resources import feed

        yield FeedGroup(_("News"), views.news_feeds)
        yield FeedGroup(_("Resources"), feed.listed_feeds)
        yield FeedGroup(_("Corrections"), corrections.listed_feeds)
        yield FeedGroup(_("By topic"), views.topic_feeds, by_subject=True)
        yield FeedGroup(_("By country"), views.country_feeds, by_subject=True)

    def sitemaps(self) -> "Iterator[tuple[str, type[Sitemap]]]":
        """Offer the sitemap the pages of this app, and those that the site itself makes."""
        from articles import sitemaps

        yield "frame", sitemaps.FrameSitemap
        yield "articles", sitemaps.ArticleSitemap
        yield "resources", sitemaps.ResourceSitemap
        yield "pages", sitemaps.PageSitemap
        yield "subjects", sitemaps.SubjectSitemap

    def link_fields(self) -> "Iterator[CheckedField]":
        """Offer the link checker the fields that hold links."""
        from articles.links.rounds import CheckedField
        from articles.models.article import Article
        from articles.places.models.dossier import Fact, Law
        from articles.places.models.hotline import Hotline
        from articles.resources.models.resource import Resource
        from newsroom.sitesettings import exits
        from newsroom.sitesettings.models import SiteSettings

        yield CheckedField(Article, "source_url")
        yield CheckedField(Resource, "link")
        yield CheckedField(Hotline, "url")
        yield CheckedField(Law, "url", lambda law: law.country)
        yield CheckedField(Fact, "source_url", lambda fact: fact.country)
        yield CheckedField(SiteSettings, "exit_url")
        yield CheckedField(SiteSettings, "exit_urls", urls=lambda text: [*exits.read(text).values()])

    def picture_uses(self) -> "Iterator[Callable[[Image], list[Use]]]":
        """Offer newsroom.pictures the articles that a picture leads."""
        from articles import leads

        yield leads.uses

    def linkable(self) -> "Iterator[tuple[type[Model], str]]":
        """Offer the dialog of links what has a page of its own, and the field that names it."""
        from articles.models import Article, Country, Page, Resource, Topic

        yield from ((model, "title") for model in (Article, Page, Resource))
        yield from ((model, "name") for model in (Country, Topic))

    def tables_for_texts(self) -> Iterator[str]:
        """Offer newsroom.richtext the name of the admin's list of files whose tables a text may show."""
        yield "admin:articles_resource_tables"
