from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NewsroomConfig(AppConfig):
    """The ground floor."""

    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self):
        from newsroom import mail, outbox, roles

        outbox.register("invitation", mail.invitation)
        outbox.register("password_reset", mail.password_reset)
        outbox.register("help_changed", mail.help_changed)
        post_migrate.connect(roles.sync_after_migrate, dispatch_uid="newsroom.roles")
