from collections.abc import Callable, Iterator

from django.apps import AppConfig


class RichTextConfig(AppConfig):
    """Rich text: stored clean, edited in one fenced editor, shown in many forms."""

    name = "newsroom.richtext"
    verbose_name = "Rich text"

    def picture_uses(self) -> Iterator[Callable]:
        """Offer newsroom.pictures the texts that show a picture."""
        from . import pictures

        yield pictures.uses
