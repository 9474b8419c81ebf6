from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Finding things."""

    name = "newsroom.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self):
        from newsroom import demo
        from newsroom.outbox import worker

        from . import firstbets, flushed, jobs

        post_migrate.connect(flushed.forget_terms, sender=self)
        demo.register(firstbets.load, firstbets.clear)
        worker.register("search: what bypassed the models", jobs.MEND_EVERY, jobs.mend)
        worker.register("search: words of what was removed", jobs.PURGE_EVERY, jobs.purge)
