from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """The monthly newsletter: its readers, its issues and a ledger of what was sent to whom."""

    name = "newsletter"
    verbose_name = "Newsletter"

    def rechecks(self, path: Path | None) -> dict[str, Callable[[], Iterator[str]]]:
        """Offer `manage.py recheck` the imported readers, or those of one list."""
        from newsletter.readers import rechecking

        if path:
            return {"readers of the list": lambda: rechecking.readers_against(path)}
        return {"imported readers": rechecking.imported_readers}

    def ready(self) -> None:
        from django.core import checks
        from django.utils.translation import gettext_lazy as _

        from articles import feeds as site_feeds
        from newsletter.issues import feeds, search, sitemaps
        from newsletter.readers import imports, signup, sweeping, tidying
        from newsletter.readers import mail as notices
        from newsletter.sending import domains, hooks, jobs, mail
        from newsroom import outbox
        from newsroom.outbox import worker

        checks.register(hooks.check_secret)
        search.register()
        sitemaps.register()
        site_feeds.register(3, _("Newsletter"), feeds.offers)
        for kind, render in notices.KINDS.items():
            outbox.register(kind, render)
        outbox.register("newsletter_domain_paused", domains.notice)
        worker.register("newsletter", jobs.EVERY, jobs.send_due)
        outbox.register("newsletter_test", mail.test_message)
        worker.register("newsletter wishes", signup.EVERY, signup.take_up_wishes)
        worker.register("newsletter lists", imports.EVERY, imports.work)
        worker.register("newsletter tidying", tidying.EVERY, tidying.tidy)
        worker.register("newsletter sweeping", sweeping.EVERY, sweeping.sweep)
