"""The one definition of public, and the steps between draft, published and withdrawn."""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import taken
from newsroom.pagecache import deadlines
from newsroom.richtext.pictures import pictures_in, rich_text_fields
from newsroom.search.searchable import Searchable, SearchableQuerySet

from .address import Addressed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from newsroom.pictures.models import Image


# Any: of whichever publishable model.
def read_at(model: Any, state: str = "published", field: str = "published_at") -> datetime.datetime:
    """Return the time now, and say that the page holds until the next row in a state reaches its own."""
    now = timezone.now()
    rows = model._base_manager.filter(state=state)
    deadlines.holds_until_next(
        f"{model._meta.label} {state}", now, lambda after: deadlines.next_of(rows, after, field)
    )
    return now


class PublishableQuerySet[M: models.Model](SearchableQuerySet[M]):
    """Rows that are public at some times only."""

    def published(self) -> Self:
        """Return what is public now."""
        return self.filter(state=Publishable.State.PUBLISHED, published_at__lte=read_at(self.model))

    def withdrawn(self) -> Self:
        """Return what was public and was withdrawn: its address answers 410."""
        state = Publishable.State.WITHDRAWN
        return self.filter(
            state=state, first_published_at__lte=read_at(self.model, state, "first_published_at")
        )


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the ledger of erasures notes what is taken from the public."""
        with transaction.atomic():
            stored = None if self._state.adding else type(self)._base_manager.filter(pk=self.pk).first()
            if stored is not None:
                taken.note_step_back(stored, self)
            super().save(*args, **kwargs)

    @property
    def has_been_public(self) -> bool:
        """Return whether visitors may know its path."""
        return bool(self.first_published_at)

    @property
    def is_public(self) -> bool:
        """Return whether visitors can read it now."""
        return (
            self.state == self.State.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_scheduled(self) -> bool:
        """Return whether it waits for its time of publication."""
        return (
            self.state == self.State.PUBLISHED
            and self.published_at is not None
            and self.published_at > timezone.now()
        )

    @property
    def changed_at(self) -> datetime.datetime:
        """Return when readers last saw it change: its last change, or its publication where that came later."""
        return max(self.updated_at, self.published_at or self.updated_at)

    def pictures_by_field(self) -> "dict[str, list[Image]]":
        """Return the pictures that each field shows, by the field's name; a model adds those outside its texts."""
        return {name: list(pictures_in(getattr(self, name)).values()) for name in rich_text_fields(self)}

    def picture_problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what keeps pictures from being public at the time of publication: sentences by field name.

        A picture that visitors already see here does not block a correction when its consent has ended;
        the library flags it.
        """
        now = timezone.now()
        day = timezone.localdate(max(self.published_at or now, now))
        stored = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        public = stored.pictures_by_field().values() if stored and stored.is_public else []
        seen = {picture.pk for pictures in public for picture in pictures}
        found: dict[str, list[StrOrPromise]] = {
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

        Raises ValidationError for pictures that lack their description, credit or consent.
        """
        problems = self.picture_problems()
        if problems:
            raise ValidationError(problems)
        self.state = self.State.PUBLISHED
        self.published_at = self.published_at or timezone.now()
        self.first_published_at = self.first_published_at or self.published_at

    def withdraw(self) -> None:
        """Take it off the site, or back to draft if it was never public; the caller saves."""
        was_public = self.first_published_at is not None and self.first_published_at <= timezone.now()
        self.state = self.State.WITHDRAWN if was_public else self.State.DRAFT
        if not was_public:
            self.first_published_at = None
