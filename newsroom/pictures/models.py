"""Pictures of the library: their words, and the consent of whom they show."""

import datetime
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from newsroom.backups.noted import Noted, NotesDeletion
from newsroom.backups.telling import TellsChanges
from newsroom.search import registry
from newsroom.search.searchable import refresh
from newsroom.storage.dated import Dated

from . import retouched
from .consents import ConsentQuerySet
from .files import PictureFiles, remove_files, remove_files_after_commit
from .ingestion import Upload
from .uses import uses_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ImageQuerySet(NotesDeletion, ConsentQuerySet["Image"]):
    """Pictures, newest first."""

    def get_by_natural_key(self, key: str) -> "Image":
        """Return the picture with this UUID."""
        return self.get(uuid=key)

    def available(self) -> Self:
        """Return the pictures that have files."""
        return self.filter(state=Image.State.AVAILABLE)

    def without_words(self) -> Self:
        """Return the available pictures that lack alternative text or credit."""
        return self.available().filter(Q(alt_text="", is_decorative=False) | Q(credit=""))

    def search(self, text: str) -> Self:
        """Return the pictures whose words hold every word of the text."""
        found = self
        for word in text.split()[:10]:
            found = found.filter(
                Q(alt_text__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
            )
        return found

    def create_from_upload(self, file: Upload, **values: Any) -> "Image":  # values of fields of any type
        """Store a cleaned picture and its renditions, and return its row; its words may follow later.

        Call it outside a transaction: decoding takes long, and SQLite has one write lock.
        Raises ValidationError (PictureRefused for the file) and leaves nothing behind then.
        """
        image = self.model(**values)
        image.clean_fields(exclude=["storage_key", "width", "height", "renditions", "uuid"])
        image.clean()
        image.store(file)
        try:
            image.save(using=self.db, force_insert=True)
        except BaseException:
            remove_files(image.storage_key)
            raise
        return image

    create_from_upload.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, and their files once that is committed."""
        keys = list(self.values_list("storage_key", flat=True))
        with transaction.atomic():
            deleted = super().delete()
            for key in keys:
                remove_files_after_commit(key)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # Django's mark for templates


class Image(TellsChanges, Noted, Dated, PictureFiles):
    """A picture of the library, without anything that the camera knew.

    It can be stored before it has its words. Pages show it once it has them, and the consent it needs.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    alt_text = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who can't see it. One or two sentences, no name."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It adds nothing to the text; screen readers skip it."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it: Photo: Ann Example.")
    )
    shows_recognisable_person = models.BooleanField(
        _("somebody can be recognised"),
        default=False,
        help_text=_("By face, clothes, tattoo, place or company. Then consent is needed to publish."),
    )
    consent_reference = models.CharField(
        _("number of the consent form"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(r"\d", _("Give the number of the form, never a name."))],
        help_text=_("The form itself is kept elsewhere. Never a name."),
    )
    consent_date = models.DateField(_("consent given on"), null=True, blank=True)
    consent_uses = models.CharField(
        _("uses that the consent covers"),
        max_length=200,
        blank=True,
        help_text=_("Such as: this site and its newsletter, not print."),
    )
    consent_expires = models.DateField(_("consent ends on"), null=True, blank=True)
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("publish_image", _("Can change pictures that visitors see, and those of others"))]
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                name="image_focal_point_inside",
                violation_error_message=_("The focal point lies outside the picture."),
            ),
            models.CheckConstraint(
                condition=Q(consent_date__isnull=True)
                | Q(consent_expires__isnull=True)
                | Q(consent_expires__gte=models.F("consent_date")),
                name="image_consent_ends_after_it_starts",
                violation_error_message=_("The consent can't end before it was given."),
            ),
        ]

    def __str__(self) -> str:
        if self.alt_text or self.caption:
            return self.alt_text or self.caption
        name = _("Decorative picture %s") if self.is_decorative else _("Picture without description %s")
        return name % str(self.uuid)[:8]

    def natural_key(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    def clean(self) -> None:
        """Strip the words, and refuse dates of a consent that contradict each other."""
        self.alt_text, self.credit = self.alt_text.strip(), self.credit.strip()
        errors = {}
        if self.consent_date and self.consent_expires and self.consent_expires < self.consent_date:
            errors["consent_expires"] = _("The consent can't end before it was given.")
        if self.consent_date and self.consent_date > timezone.localdate():
            errors["consent_date"] = _("This date is in the future.")
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let search find its words where it is shown."""
        with transaction.atomic():
            stored = None if self._state.adding else type(self)._default_manager.filter(pk=self.pk).first()
            if stored is not None:
                retouched.note_consent(stored, self)
            super().save(*args, **kwargs)
            if stored is not None:
                self.reindex()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and its files once that is committed."""
        with transaction.atomic():
            shown_by = self._shown_by()
            deleted = super().delete(*args, **kwargs)
            _reindex(shown_by)
            remove_files_after_commit(self.storage_key)
        return deleted

    def reindex(self) -> None:
        """Bring the index entries of the rows that show it up to date."""
        _reindex(self._shown_by())

    def _shown_by(self) -> dict[type[models.Model], set[int]]:
        """Return the primary keys of the rows that show the picture, by model, of models that search finds."""
        searched = {kind.model for kind in registry.kinds()}
        shown_by: dict[type[models.Model], set[int]] = {}
        for use in uses_of(self):
            if use.row is not None and type(use.row) in searched:
                shown_by.setdefault(type(use.row), set()).add(use.row.pk)
        return shown_by

    def missing_words(self) -> "dict[str, StrPromise]":
        """Return a message for each field whose words are still to be written."""
        messages = {}
        if not self.alt_text and not self.is_decorative:
            messages["alt_text"] = _("Describe the picture, or tick that it is decorative.")
        if not self.credit:
            messages["credit"] = _("Say who made the picture.")
        return messages

    @property
    def consent_is_noted(self) -> bool:
        """Return whether number, date, uses and end of a consent are all known."""
        return bool(
            self.consent_reference and self.consent_date and self.consent_uses and self.consent_expires
        )

    @property
    def consent_expired(self) -> bool:
        """Return whether somebody can be recognised whose consent is over."""
        return bool(
            self.shows_recognisable_person
            and self.consent_expires
            and self.consent_expires < timezone.localdate()
        )

    @property
    def lacks_consent(self) -> bool:
        """Return whether somebody can be recognised whose consent is not noted, or only in part."""
        return self.shows_recognisable_person and not self.consent_is_noted

    @property
    def may_be_shown(self) -> bool:
        """Return whether public pages may show it.

        A consent that ended while the picture was public is flagged to editors, who decide.
        """
        return self.is_available and not self.missing_words() and not self.lacks_consent

    def missing_for_publication(self) -> list[str]:
        """Return what it lacks before pages show it, in sentences for an editor.

        A withdrawn picture lacks nothing: pages do without it.
        """
        if not self.is_available:
            return []
        problems = []
        if not self.alt_text and not self.is_decorative:
            problems.append(_("The picture “%s” has no alternative text yet."))
        if not self.credit:
            problems.append(_("The picture “%s” has no credit yet."))
        if self.lacks_consent:
            problems.append(
                _(
                    "The picture “%s” shows somebody who can be recognised, "
                    "and number, date, uses and end of the consent are not all noted."
                )
            )
        return [problem % self for problem in problems]

    def problems_for_publication(self, day: datetime.date | None = None) -> list[str]:
        """Return what keeps it from being published on a day (default: today), in sentences for an editor."""
        problems = self.missing_for_publication()
        if not self.is_available or not self.shows_recognisable_person or self.lacks_consent:
            return problems
        first, last = self.consent_date, self.consent_expires
        if first and last and not first <= (day or timezone.localdate()) <= last:
            told = _(
                "The picture “%(picture)s” shows somebody who can be recognised, "
                "and on that day there is no consent: it reaches from %(start)s to %(end)s."
            )
            start, end = date_format(first, "DATE_FORMAT"), date_format(last, "DATE_FORMAT")
            problems.append(told % {"picture": self, "start": start, "end": end})
        return problems


def _reindex(shown_by: dict[type[models.Model], set[int]]) -> None:
    """Bring the index entries of these rows up to date."""
    for model, keys in shown_by.items():
        if keys:
            refresh(model, keys)
