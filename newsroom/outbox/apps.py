from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Mail that leaves later, and the worker that sends it."""

    name = "newsroom.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from newsroom.editing import notices

        from . import clock, sending, troubles, worker

        notices.register("mail server", troubles.server_notice)
        notices.register("mails that did not leave", troubles.lost_notice)
        worker.register("mail", sending.EVERY, sending.send_due)
        worker.register("mails that did not leave", troubles.FORGET_EVERY, troubles.forget_lost)
        worker.register("clock", clock.EVERY, clock.may_purge)
