from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save


class NewsroomConfig(AppConfig):
    """The ground floor."""

    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from newsroom import clockpage, mail, outbox, roles, securitytxt, sessions
        from newsroom.editing import notices
        from newsroom.guard import counters
        from newsroom.outbox import worker

        outbox.register("invitation", mail.invitation)
        outbox.register("password_reset", mail.password_reset)
        outbox.register("password_wanted", mail.password_wanted)
        outbox.register("help_changed", mail.help_changed)
        notices.register("security contact", securitytxt.nobody_is_named)
        worker.register("throttles", 3600, counters.sweep)  # on a quiet site nobody else deletes what is over
        notices.register("clock", clockpage.notice)
        pre_save.connect(sessions.end_on_change, sender=User, dispatch_uid="newsroom.sessions")
        post_migrate.connect(roles.sync_after_migrate, dispatch_uid="newsroom.roles")
