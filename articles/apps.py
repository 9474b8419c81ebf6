from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import AppConfig

from newsroom.helplines import HelpLine


class ArticlesConfig(AppConfig):
    """Everything that an editor publishes."""

    name = "articles"
    verbose_name = "Articles"

    def help_lines_speaking(self, language: str) -> list[HelpLine]:
        """Offer newsroom.helplines the hotlines whose people speak a language."""
        from articles import helplines

        return helplines.speaking(language)

    def rechecks(self, path: Path | None) -> dict[str, Callable[[], Iterator[str]]]:
        """Offer `manage.py recheck` the stored texts and documents."""
        from articles import rechecking

        return {} if path else {"texts": rechecking.texts, "documents": rechecking.stored_documents}

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from articles import demo, duties, feeds, links, pictureuses, search
        from articles.feeds import resources as resource_feed
        from articles.feeds import views as feed_views
        from articles.models import Article, Callout, Fact, Hotline, Image, Law, Page, Resource
        from articles.models.picturefiles import remove_orphans
        from articles.models.resource import mend_subjects
        from articles.models.resourcefile import remove_unowned_files
        from newsroom import demo as site_demo
        from newsroom import notices
        from newsroom.outbox import worker
        from newsroom.sitesettings import frame

        frame.register("menu", lambda request: list(Page.objects.published().in_menu()))
        frame.register("callouts", lambda request: list(Callout.objects.active()))
        search.register()
        site_demo.register(demo.load, demo.clear)
        feeds.register(1, _("News"), feed_views.news_offers)
        feeds.register(2, _("Resources"), resource_feed.offers)
        feeds.register(4, _("By topic"), feed_views.topic_offers)
        feeds.register(5, _("By country"), feed_views.country_offers)
        pictureuses.register("lead pictures", pictureuses.lead_pictures)
        pictureuses.register("texts", pictureuses.texts)
        pictureuses.register("logo", pictureuses.logo)
        worker.register("orphaned pictures", 300, lambda: remove_orphans(Image))
        worker.register("subjects of resources", 60, mend_subjects)
        worker.register("orphaned documents", 300, lambda: remove_unowned_files(Resource))
        links.register(Article, "source_url")
        links.register(Resource, "link")
        links.register(Hotline, "url")
        links.register(Law, "url", lambda law: law.country)
        links.register(Fact, "source_url", lambda fact: fact.country)
        worker.register("links", 60, links.start_round)
        notices.register("hotlines", duties.hotlines_due)
        notices.register("consents that are over", duties.consents_over)
        notices.register("consents that are missing", duties.consents_missing)
        notices.register("words of pictures", duties.words_missing)
        notices.register("dead links", duties.links_dead)
