from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Mail that leaves later, and the worker that sends it."""

    name = "newsroom.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self):
        from . import sending, worker

        worker.register("mail", sending.EVERY, sending.send_due)
