from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """The monthly newsletter: its readers, its issues and a ledger of what was sent to whom."""

    name = "newsletter"
    verbose_name = "Newsletter"

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from articles import feeds as site_feeds
        from newsletter import (
            delivery,
            domains,
            feeds,
            imports,
            mail,
            notices,
            search,
            signup,
            sitemaps,
            sweeping,
            tidying,
        )
        from newsroom import outbox
        from newsroom.outbox import worker

        search.register()
        sitemaps.register()
        site_feeds.register(3, _("Newsletter"), feeds.offers)
        for kind, render in notices.KINDS.items():
            outbox.register(kind, render)
        outbox.register("newsletter_domain_paused", domains.notice)
        worker.register("newsletter", delivery.EVERY, delivery.send_due)
        outbox.register("newsletter_test", mail.test_message)
        worker.register("newsletter wishes", signup.EVERY, signup.take_up_wishes)
        worker.register("newsletter lists", imports.EVERY, imports.work)
        worker.register("newsletter tidying", tidying.EVERY, tidying.tidy)
        worker.register("newsletter sweeping", sweeping.EVERY, sweeping.sweep)
