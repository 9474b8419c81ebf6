from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import AppConfig

from newsroom.sitesettings.helplines import HelpLine


class ArticlesConfig(AppConfig):
    """Everything that an editor publishes."""

    name = "articles"
    verbose_name = "Articles"

    def help_lines_speaking(self, language: str) -> list[HelpLine]:
        """Offer newsroom.sitesettings.helplines the hotlines whose people speak a language."""
        from articles.places import helplines

        return helplines.speaking(language)

    def rechecks(self, path: Path | None) -> dict[str, Callable[[], Iterator[str]]]:
        """Offer `manage.py recheck` the stored texts and documents."""
        from articles import rechecking

        return {} if path else {"texts": rechecking.texts, "documents": rechecking.stored_documents}

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from articles import duties, feeds, search
        from articles.feeds import views as feed_views
        from articles.links import rounds
        from articles.models import Article, Callout, Fact, Hotline, Law, Page, Resource
        from articles.resources import demo
        from articles.resources import feed as resource_feed
        from articles.resources.models.resource import mend_subjects
        from articles.resources.models.resourcefile import remove_unowned_files
        from newsroom import demo as site_demo
        from newsroom.editing import notices
        from newsroom.outbox import worker
        from newsroom.pictures import uses
        from newsroom.pictures.files import remove_orphans
        from newsroom.pictures.models import Image
        from newsroom.sitesettings import frame

        frame.register("menu", lambda request: list(Page.objects.published().in_menu()))
        frame.register("callouts", lambda request: list(Callout.objects.active()))
        search.register()
        site_demo.register(demo.load, demo.clear)
        feeds.register(1, _("News"), feed_views.news_offers)
        feeds.register(2, _("Resources"), resource_feed.offers)
        feeds.register(4, _("By topic"), feed_views.topic_offers)
        feeds.register(5, _("By country"), feed_views.country_offers)
        uses.register("lead pictures", uses.lead_pictures)
        uses.register("texts", uses.texts)
        uses.register("logo", uses.logo)
        worker.register("orphaned pictures", 300, lambda: remove_orphans(Image))
        worker.register("subjects of resources", 60, mend_subjects)
        worker.register("orphaned documents", 300, lambda: remove_unowned_files(Resource))
        rounds.register(Article, "source_url")
        rounds.register(Resource, "link")
        rounds.register(Hotline, "url")
        rounds.register(Law, "url", lambda law: law.country)
        rounds.register(Fact, "source_url", lambda fact: fact.country)
        worker.register("links", 60, rounds.start_round)
        notices.register("hotlines", duties.hotlines_due)
        notices.register("consents that are over", duties.consents_over)
        notices.register("consents that are missing", duties.consents_missing)
        notices.register("words of pictures", duties.words_missing)
        notices.register("dead links", duties.links_dead)
