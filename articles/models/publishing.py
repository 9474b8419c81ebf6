"""The one definition of public, and the steps between draft, published and withdrawn."""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import taken
from newsroom.editing import clocks
from newsroom.pagecache import deadlines
from newsroom.richtext.pictures import pictures_in, rich_text_fields
from newsroom.search.searchable import Searchable, SearchableQuerySet

from .address import Addressed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from newsroom.pictures.models import Image


# Any: of whichever publishable model.
def read_at(model: Any, state: str = "published", *fields: str) -> datetime.datetime:
    """Return the time now, and say that the page holds until the next row in a state reaches one of its own."""
    now = timezone.now()
    rows, fields = model._base_manager.filter(state=state), fields or ("published_at", "expires_at")
    deadlines.holds_until_next(
        f"{model._meta.label} {state}", now, lambda after: deadlines.next_of(rows, after, *fields)
    )
    return now


def expired(model: Any, now: datetime.datetime) -> "models.QuerySet[Any]":
    """Return the rows whose time was over; they are few, and an index holds them, so others are found without them."""
    rows: models.QuerySet[Any] = model._base_manager.filter(expires_at__lte=now)
    return rows


class PublishableQuerySet[M: models.Model](SearchableQuerySet[M]):
    """Rows that are public at some times only."""

    def published(self) -> Self:
        """Return what is public now, in lists, feeds and searches too."""
        now = read_at(self.model)
        public = self.filter(state=Publishable.State.PUBLISHED, published_at__lte=now)
        return public.exclude(pk__in=expired(self.model, now).values("pk"))

    def readable(self) -> Self:
        """Return what visitors can read at its address: what is public, and what has gone to the archive."""
        now = read_at(self.model)
        gone = expired(self.model, now).filter(after_expiry=Publishable.AfterExpiry.GONE)
        public = self.filter(state=Publishable.State.PUBLISHED, published_at__lte=now)
        return public.exclude(pk__in=gone.values("pk"))

    def to_link_to(self) -> Self:
        """Return what visitors can read at its address, or may come to read: all but what was taken down."""
        gone = expired(self.model, timezone.now()).filter(after_expiry=Publishable.AfterExpiry.GONE)
        return self.exclude(state=Publishable.State.WITHDRAWN).exclude(pk__in=gone.values("pk"))

    def withdrawn(self) -> Self:
        """Return what was public and was withdrawn, or whose time is over: its address answers 410."""
        state = Publishable.State.WITHDRAWN
        taken_off = models.Q(
            state=state, first_published_at__lte=read_at(self.model, state, "first_published_at")
        )
        gone = expired(self.model, read_at(self.model)).filter(
            state=Publishable.State.PUBLISHED, after_expiry=Publishable.AfterExpiry.GONE
        )
        return self.filter(taken_off | models.Q(pk__in=gone.values("pk")))


class Publishable(Addressed, Searchable):
    """A piece with a state and a time of publication."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("unpublished")

    class AfterExpiry(models.TextChoices):
        GONE = "gone", _("Its address says that it was taken down")
        ARCHIVED = "archived", _("It can still be read at its address, marked as archived")

    STATES_NOBODY_SEES: ClassVar = (
        State.DRAFT.value,
    )  # whose changes make no page anew (newsroom/pagecache/)

    NEEDED: ClassVar[tuple[str, ...]] = ()  # fields that a draft may lack, and visitors need

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(
        _("time of publication"),
        null=True,
        blank=True,
        help_text=_("Lists and feeds go by this. A time in the future waits until then. Empty: now."),
    )
    first_published_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(
        _("end of publication"), null=True, blank=True, editable=False, db_index=True
    )
    after_expiry = models.CharField(
        _("after its end"), max_length=8, choices=AfterExpiry, default=AfterExpiry.GONE, editable=False
    )
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

    def clean(self) -> None:
        """Refuse a time of publication after the end."""
        super().clean()
        if self.expires_at and self.published_at and self.expires_at <= self.published_at:
            told = _("It ends before its time of publication. Change the end first, under “Times”.")
            raise ValidationError(told)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the ledger of erasures notes what is taken from the public.

        Until somebody has read it, its first time of publication is the one that it has now.
        """
        if self.state == self.State.PUBLISHED and not self.has_been_public:
            if kwargs.get("update_fields") and self.first_published_at != self.published_at:
                kwargs["update_fields"] = {*kwargs["update_fields"], "first_published_at"}
            self.first_published_at = self.published_at
        with transaction.atomic():
            stored = None if self._state.adding else type(self)._base_manager.filter(pk=self.pk).first()
            if stored is not None:
                taken.note_step_back(stored, self)
            super().save(*args, **kwargs)

    @property
    def has_been_public(self) -> bool:
        """Return whether visitors could read it at some time, and may know its path."""
        return self.first_published_at is not None and self.first_published_at <= timezone.now()

    @property
    def is_public(self) -> bool:
        """Return whether visitors can read it now, be it in the archive."""
        return (
            self.state == self.State.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
            and not self.is_gone
        )

    @property
    def has_expired(self) -> bool:
        """Return whether its time is over: it stands in no list any more."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_gone(self) -> bool:
        """Return whether its time is over, and its address says that it was taken down."""
        return self.has_expired and self.after_expiry == self.AfterExpiry.GONE

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
        shown = {name: pictures for name, pictures in self.pictures_by_field().items() if pictures}
        if not shown:
            return {}
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
            for field, pictures in shown.items()
        }
        return {field: problems for field, problems in found.items() if problems}

    def problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what a draft may lack and visitors need: sentences by field name; a model adds its own."""
        lacks: dict[str, list[StrOrPromise]] = {
            name: [_("It is needed to publish.")] for name in self.NEEDED if not getattr(self, name)
        }
        return lacks | self.time_problems()

    def time_problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what is wrong with the time of publication, also of a draft: sentences by field name."""
        told = clocks.why_not(self.published_at)
        return {"published_at": [told]} if told else {}

    def text_problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what in the words keeps it from being public: sentences by field name; a model adds its own."""
        return {}

    def must_be_fit(self) -> None:
        """Raise ValidationError for what is missing, and for pictures without description, credit or consent."""
        problems = self.problems() or self.picture_problems() or self.text_problems()
        if problems:
            raise ValidationError(problems)

    def publish(self) -> None:
        """Make it public, at its time of publication or now; the caller saves. Raises what must_be_fit() raises."""
        self.must_be_fit()
        self.state = self.State.PUBLISHED
        self.published_at = self.published_at or timezone.now()
        if self.has_expired:
            self.expires_at = None

    def withdraw(self) -> None:
        """Take it off the site, or back to draft if it was never public; the caller saves."""
        was_public = self.has_been_public
        self.state = self.State.WITHDRAWN if was_public else self.State.DRAFT
        if not was_public:
            self.first_published_at = None
