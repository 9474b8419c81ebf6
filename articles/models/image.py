"""Pictures of the library: their words, their consent and their files."""

import secrets
import uuid

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom import pictures

FOLDER = "pictures"
MASTER = "master.jpg"


class ImageQuerySet(models.QuerySet):
    """Pictures, newest first."""

    def get_by_natural_key(self, key):
        return self.get(uuid=key)

    def available(self):
        """Return the pictures that have files."""
        return self.filter(state=Image.State.AVAILABLE)

    def with_expired_consent(self):
        """Return the available pictures of people whose consent is over."""
        return self.available().filter(
            shows_recognisable_person=True, consent_expires__lt=timezone.localdate()
        )

    def create_from_upload(self, file, **words):
        """Store a cleaned picture and its renditions, and return its row.

        Call it outside a transaction: decoding takes long, and SQLite has one write lock.
        Raises ValidationError (PictureRefused for the file) and leaves nothing behind then.
        """
        image = self.model(**words)
        image.clean_fields(exclude=["storage_key", "width", "height", "renditions", "uuid"])
        image.clean()
        image._write(pictures.ingest(file))
        try:
            image.save(using=self.db, force_insert=True)
        except BaseException:
            remove_files(image.storage_key)
            raise
        return image

    create_from_upload.alters_data = True

    def delete(self):
        """Delete the rows, and their files once that is committed."""
        keys = list(self.values_list("storage_key", flat=True))
        deleted = super().delete()
        for key in keys:
            _remove_files_after_commit(key)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


class Image(models.Model):
    """A picture of the library, without anything that the camera knew."""

    class State(models.TextChoices):
        AVAILABLE = "available", _("available")
        WITHDRAWN = "withdrawn", _("withdrawn")

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
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Who made it: Photo: Ann Example."))
    focal_x = models.FloatField(
        _("focal point from the left"),
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 is the left edge, 1 the right."),
    )
    focal_y = models.FloatField(
        _("focal point from the top"),
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 is the top edge, 1 the bottom."),
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    storage_key = models.CharField(max_length=64, unique=True, editable=False)
    renditions = models.JSONField(default=list, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State, default=State.AVAILABLE, editable=False, db_index=True
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

    objects = ImageQuerySet.as_manager()

    class Meta:
        app_label = "articles"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt_text="") | Q(is_decorative=True),
                name="image_described_or_decorative",
                violation_error_message=_("Describe the picture, or tick that it is decorative."),
            ),
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

    def __str__(self):
        return self.alt_text or self.caption or str(_("Decorative picture %s") % str(self.uuid)[:8])

    def natural_key(self):
        return (str(self.uuid),)

    def clean(self):
        self.alt_text = self.alt_text.strip()
        errors = {}
        if not self.alt_text and not self.is_decorative:
            errors["alt_text"] = _("Describe the picture, or tick that it is decorative.")
        if self.consent_date and self.consent_expires and self.consent_expires < self.consent_date:
            errors["consent_expires"] = _("The consent can't end before it was given.")
        if self.consent_date and self.consent_date > timezone.localdate():
            errors["consent_date"] = _("This date is in the future.")
        if errors:
            raise ValidationError(errors)

    def delete(self, *args, **kwargs):
        """Delete the row, and its files once that is committed."""
        deleted = super().delete(*args, **kwargs)
        _remove_files_after_commit(self.storage_key)
        return deleted

    @property
    def is_available(self):
        """Tell whether pages may show it."""
        return self.state == self.State.AVAILABLE

    @property
    def consent_expired(self):
        """Tell whether somebody can be recognised whose consent is over."""
        return bool(
            self.shows_recognisable_person
            and self.consent_expires
            and self.consent_expires < timezone.localdate()
        )

    @property
    def lacks_consent(self):
        """Tell whether publication has to wait for a consent, or for a new one."""
        known = self.consent_reference and self.consent_date and self.consent_uses and self.consent_expires
        return self.shows_recognisable_person and (not known or self.consent_expired)

    def path_of(self, name):
        """Return where the storage keeps a file of this picture."""
        return f"{FOLDER}/{self.storage_key}/{name}"

    def url_of(self, rendition):
        """Return the address of one of its renditions."""
        return default_storage.url(self.path_of(rendition["name"]))

    def of_kind(self, kind, file_format):
        """Return its renditions of a kind and format, smallest first."""
        chosen = (r for r in self.renditions if r["kind"] == kind and r["format"] == file_format)
        return sorted(chosen, key=lambda rendition: rendition["width"])

    def set_focal_point(self, x, y):
        """Move the focal point, and crop anew around it."""
        self.focal_x, self.focal_y = x, y
        self.clean_fields(exclude=[f.name for f in self._meta.fields if not f.name.startswith("focal")])
        master = self._read_master()
        self._replace(pictures.ingest(ContentFile(master)), master)

    def rotate(self, quarter_turns):
        """Turn it clockwise by so many quarters; the files before are gone."""
        x, y = self.focal_x, self.focal_y
        for _turn in range(quarter_turns % 4):
            x, y = 1 - y, x
        turned = pictures.rotated(self._master(), quarter_turns)
        self.focal_x, self.focal_y = x, y
        self._replace(turned)

    def crop(self, box):
        """Keep only a box of fractions (left, top, right, bottom); the files before are gone."""
        left, top, right, bottom = box
        part = pictures.cropped(self._master(), box)
        self.focal_x = min(max((self.focal_x - left) / (right - left), 0), 1)
        self.focal_y = min(max((self.focal_y - top) / (bottom - top), 0), 1)
        self._replace(part)

    def cover(self, boxes):
        """Put opaque boxes of fractions over faces, plates and signs; the files before are gone."""
        self._replace(pictures.covered(self._master(), boxes))

    def withdraw(self):
        """Take it off every page, and delete every file of it once that is committed."""
        with transaction.atomic():
            current = Image.objects.select_for_update().get(pk=self.pk)
            self.state, self.renditions, self.storage_key = self.State.WITHDRAWN, [], current.storage_key
            self.save(update_fields=["state", "renditions"])
            _remove_files_after_commit(current.storage_key)

    withdraw.alters_data = True

    def missing_files(self):
        """Return the names of the files that ought to be there and are not."""
        names = [MASTER, *(rendition["name"] for rendition in self.renditions)]
        return [name for name in names if not default_storage.exists(self.path_of(name))]

    def render_missing(self):
        """Write the rendition files that are missing again, under the names that they had."""
        missing = set(self.missing_files())
        if not missing:
            return
        for rendition in pictures.render(self._master().image, self.focal_x, self.focal_y):
            if rendition.name in missing:
                default_storage.save(self.path_of(rendition.name), ContentFile(rendition.content))

    render_missing.alters_data = True

    def _read_master(self):
        if not self.is_available:
            raise ValidationError(_("This picture is withdrawn; its files are gone."), code="withdrawn")
        try:
            with default_storage.open(self.path_of(MASTER)) as file:
                return file.read()
        except FileNotFoundError as error:
            raise ValidationError(
                _("The file of this picture is missing, or somebody changed it just now. Reload the page."),
                code="file_missing",
            ) from error

    def _master(self):
        return pictures.ingest(ContentFile(self._read_master()))

    def _write(self, clean, master=None):
        """Write master and renditions under a new key that nobody can guess, and note them."""
        self.storage_key = secrets.token_hex(16)
        self.width, self.height = clean.width, clean.height
        self.renditions = []
        try:
            default_storage.save(self.path_of(MASTER), ContentFile(master or clean.encoded()))
            for rendition in pictures.render(clean.image, self.focal_x, self.focal_y):
                default_storage.save(self.path_of(rendition.name), ContentFile(rendition.content))
                self.renditions.append(
                    {
                        "kind": rendition.kind,
                        "format": rendition.format,
                        "width": rendition.width,
                        "height": rendition.height,
                        "name": rendition.name,
                        "bytes": len(rendition.content),
                    }
                )
        except BaseException:
            remove_files(self.storage_key)
            raise

    def _replace(self, clean, master=None):
        """Put other pixels in the place of these, unless somebody was faster."""
        former = self.storage_key
        self._write(clean, master)
        fields = ("storage_key", "width", "height", "renditions", "focal_x", "focal_y")
        changed = 0
        try:
            with transaction.atomic():
                changed = (
                    Image.objects.available()
                    .filter(pk=self.pk, storage_key=former)
                    .update(**{field: getattr(self, field) for field in fields})
                )
                if changed:
                    _remove_files_after_commit(former)
        finally:
            if not changed:
                remove_files(self.storage_key)
                self.storage_key = former
        if not changed:
            self.refresh_from_db(fields=[*fields, "state"])
            raise ValidationError(
                _("Somebody changed this picture at the same time. Look at it again and repeat your change."),
                code="changed_meanwhile",
            )


def remove_files(key):
    """Delete every file of a storage key."""
    folder = f"{FOLDER}/{key}"
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)


def _remove_files_after_commit(key):
    transaction.on_commit(lambda: remove_files(key))
