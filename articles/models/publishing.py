"""The one definition of public, and the steps between draft, published and withdrawn."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.richtext.pictures import pictures_in, rich_text_fields
from newsroom.search.searchable import Searchable, SearchableQuerySet

from .address import Addressed


class PublishableQuerySet[M: models.Model](SearchableQuerySet[M]):
    """Rows that are public at some times only."""

    def published(self):
        """Return what is public now."""
        return self.filter(state=Publishable.State.PUBLISHED, published_at__lte=timezone.now())

    def withdrawn(self):
        """Return what was public once and is no longer: its address answers 410."""
        return self.filter(state=Publishable.State.WITHDRAWN, first_published_at__lte=timezone.now())


class Publishable(Addressed, Searchable):
    """A piece with a state and a time of publication."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("unpublished")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(
        _("time of publication"),
        null=True,
        blank=True,
        help_text=_("Lists and feeds go by this. A time in the future waits until then. Empty: now."),
    )
    first_published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="%(class)s_published_has_a_time",
            )
        ]

    @property
    def has_been_public(self) -> bool:
        """Return whether visitors may know its address."""
        return bool(self.first_published_at)

    @property
    def is_public(self) -> bool:
        """Return whether visitors can read it now."""
        return self.state == self.State.PUBLISHED and self.published_at <= timezone.now()

    @property
    def is_scheduled(self):
        """Return whether it waits for its time of publication."""
        return self.state == self.State.PUBLISHED and self.published_at > timezone.now()

    def pictures_by_field(self):
        """Return {name of a field: the pictures that it shows}; a model adds those outside its texts."""
        return {name: list(pictures_in(getattr(self, name)).values()) for name in rich_text_fields(self)}

    def picture_problems(self):
        """Return {name of a field: what keeps its pictures from being public then}, in sentences.

        Where visitors see a picture here already, the end of its consent is flagged in the library and
        does not stand in the way of a correction.
        """
        now = timezone.now()
        day = timezone.localdate(max(self.published_at or now, now))
        stored = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        public = stored.pictures_by_field().values() if stored and stored.is_public else []
        seen = {picture.pk for pictures in public for picture in pictures}
        found = {
            field: [
                problem
                for picture in pictures
                for problem in (
                    picture.missing_for_publication()
                    if picture.pk in seen
                    else picture.problems_for_publication(day)
                )
            ]
            for field, pictures in self.pictures_by_field().items()
        }
        return {field: problems for field, problems in found.items() if problems}

    def publish(self) -> None:
        """Make it public, at its time of publication or now; the caller saves.

        Raises ValidationError for pictures without their words or their consent.
        """
        problems = self.picture_problems()
        if problems:
            raise ValidationError(problems)
        self.state = self.State.PUBLISHED
        self.published_at = self.published_at or timezone.now()
        self.first_published_at = self.first_published_at or self.published_at

    def withdraw(self) -> None:
        """Take it off the site, or back to draft where nobody can have read it; the caller saves."""
        was_read = self.first_published_at and self.first_published_at <= timezone.now()
        self.state = self.State.WITHDRAWN if was_read else self.State.DRAFT
        if not was_read:
            self.first_published_at = None
