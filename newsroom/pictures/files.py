"""The files of a picture, in a folder that nobody can guess; all are replaced or deleted together."""

import io
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.faults.outages import FilesAway
from newsroom.filestore import removing
from newsroom.pictures import ingestion, media, retouched
from newsroom.storage.rows import StandingRow

from .ingestion import CleanPicture, Fractions, StoredRendition, Upload

FOLDER = "pictures"
MASTER = "master.jpg"
type Making = Callable[[], tuple[CleanPicture, bytes | None]]


class PictureFiles(StandingRow):
    """The renditions of a picture, and the point that crops keep in sight.

    Every method that renders waits for its turn and takes long: call it outside a transaction.
    """

    class State(models.TextChoices):
        AVAILABLE = "available", _("available")
        WITHDRAWN = "withdrawn", _("withdrawn")

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

    if TYPE_CHECKING:  # of the model that has files
        uuid: uuid.UUID

    class Meta:
        abstract = True

    @property
    def is_available(self) -> bool:
        """Return whether it has files: it was not withdrawn."""
        return self.state == self.State.AVAILABLE

    def path_of(self, name: str) -> str:
        """Return where the storage keeps a file of this picture."""
        return f"{FOLDER}/{self.storage_key}/{name}"

    def url_of(self, rendition: StoredRendition) -> str:
        """Return the address of one of its renditions."""
        return media.address_of_folder(self.path_of("")) + rendition["name"]

    def of_kind(self, kind: str, file_format: str) -> list[StoredRendition]:
        """Return its renditions of a kind and format, smallest first."""
        chosen = (r for r in self.renditions if r["kind"] == kind and r["format"] == file_format)
        return sorted(chosen, key=lambda rendition: rendition["width"])

    def store(self, file: Upload) -> None:
        """Clean an upload, and write its files; the caller saves the row. Raises PictureRefused."""
        ingestion.in_turn(lambda: self._write(ingestion.ingest(file)))

    store.alters_data = True  # type: ignore[attr-defined]  # Django's mark on functions, here and below

    def set_focal_point(self, x: float, y: float) -> None:
        """Move the focal point (0 to 1 from the left and from the top), and crop anew around it."""

        def aim() -> tuple[CleanPicture, bytes]:
            master = self._read_master()
            return ingestion.ingest(io.BytesIO(master)), master

        self.focal_x, self.focal_y = x, y
        self.clean_fields(exclude=[f.name for f in self._meta.fields if not f.name.startswith("focal")])
        self._replace(aim, {"step": "aim"})

    set_focal_point.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def rotate(self, quarter_turns: int) -> None:
        """Turn it clockwise by this number of quarters; the former files are deleted."""

        def turn() -> tuple[CleanPicture, None]:
            turned = ingestion.rotated(self._master(), quarter_turns)
            for _turn in range(quarter_turns % 4):
                self.focal_x, self.focal_y = 1 - self.focal_y, self.focal_x
            return turned, None

        self._replace(turn, {"step": "rotate", "turns": quarter_turns})

    rotate.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def crop(self, box: Fractions) -> None:
        """Keep only a box; the former files are deleted."""
        left, top, right, bottom = box

        def cut() -> tuple[CleanPicture, None]:
            part = ingestion.cropped(self._master(), box)
            self.focal_x = min(max((self.focal_x - left) / (right - left), 0), 1)
            self.focal_y = min(max((self.focal_y - top) / (bottom - top), 0), 1)
            return part, None

        self._replace(cut, {"step": "crop", "boxes": [box]})

    crop.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def cover(self, boxes: Iterable[Fractions]) -> None:
        """Put opaque boxes over faces, plates and signs; the former files are deleted."""
        boxes = list(boxes)
        self._replace(
            lambda: (ingestion.covered(self._master(), boxes), None), {"step": "cover", "boxes": boxes}
        )

    cover.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def replace(self, file: Upload, also: Callable[[], None] = lambda: None) -> None:
        """Take the pixels of another file; crops keep the middle in sight where its shape differs.

        The former files are deleted. also() is done in the transaction that takes the new ones. Raises PictureRefused.
        """
        self._require_files()

        def take() -> tuple[CleanPicture, None]:
            clean = ingestion.ingest(file)
            if not ingestion.are_alike((clean.width, clean.height), (self.width, self.height)):
                self.focal_x = self.focal_y = 0.5
            return clean, None

        self._replace(take, {"step": retouched.REPLACE}, also)

    replace.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def withdraw(self) -> None:
        """Take it off every page, and delete every file of it once that is committed."""
        with transaction.atomic():
            current = type(self)._default_manager.select_for_update().get(pk=self.pk)
            self.state, self.renditions, self.storage_key = self.State.WITHDRAWN, [], current.storage_key
            self.save(update_fields=["state", "renditions"])
            retouched.note_withdrawal(self.uuid)
            remove_files_after_commit(current.storage_key)

    withdraw.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def missing_files(self) -> list[str]:
        """Return the names of the files that ought to be there and are not."""
        names = [MASTER, *(rendition["name"] for rendition in self.renditions)]
        stored = set[str]()
        with suppress(FileNotFoundError):
            stored = set(default_storage.listdir(self.path_of("").rstrip("/"))[1])
        missing = [name for name in names if name not in stored]
        planned = {(kind, width) for kind, width, _height in ingestion.planned((self.width, self.height))}
        known = {(rendition["kind"], rendition["width"]) for rendition in self.renditions}
        return missing + [f"{kind}-{width}" for kind, width in sorted(planned - known)]

    def render_missing(self) -> None:
        """Write the renditions that are missing, but none of a file that was replaced or taken away meanwhile."""
        if not self.missing_files():
            return

        def write() -> Iterator[StoredRendition]:
            for rendition in ingestion.render(self._master().image, self.focal_x, self.focal_y):
                if not default_storage.exists(self.path_of(rendition.name)):
                    default_storage.save(self.path_of(rendition.name), ContentFile(rendition.content))
                yield rendition.noted()

        try:
            self.renditions = ingestion.in_turn(lambda: list(write()))
        except FilesAway as error:
            raise _refusal() from error
        as_read = {"pk": self.pk, "storage_key": self.storage_key, "state": self.State.AVAILABLE}
        if not type(self)._default_manager.filter(**as_read).update(renditions=self.renditions):
            removing.discard_unless_held("default", f"{FOLDER}/{self.storage_key}")

    render_missing.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def _require_files(self) -> None:
        if not self.is_available:
            raise ValidationError(_("This picture is withdrawn; its files are gone."), code="withdrawn")

    def _read_master(self) -> bytes:
        """Return the bytes of the master; raises ValidationError where there is none."""
        self._require_files()
        try:
            with default_storage.open(self.path_of(MASTER)) as file:
                content: bytes = file.read()
                return content
        except FileNotFoundError as error:
            raise ValidationError(
                _("The file of this picture is missing, or somebody changed it just now. Reload the page."),
                code="file_missing",
            ) from error
        except FilesAway as error:
            raise _refusal() from error

    def _master(self) -> CleanPicture:
        return ingestion.ingest(io.BytesIO(self._read_master()))

    def _write(self, clean: CleanPicture, master: bytes | None = None) -> None:
        """Write master and renditions under a new key that nobody can guess, and note them."""
        self.storage_key = media.new_folder(FOLDER).removeprefix(f"{FOLDER}/")
        self.width, self.height = clean.width, clean.height
        self.renditions = []
        try:
            default_storage.save(self.path_of(MASTER), ContentFile(master or clean.encoded()))
            for rendition in ingestion.render(clean.image, self.focal_x, self.focal_y):
                default_storage.save(self.path_of(rendition.name), ContentFile(rendition.content))
                self.renditions.append(rendition.noted())
        except BaseException as error:
            remove_files(self.storage_key)
            if isinstance(error, FilesAway):
                raise _refusal() from error
            raise

    def retouch_again(self, steps: list[retouched.Step], reached: str) -> None:
        """Do the steps again that a backup lacks, as one change that reaches a key of the ledger."""

        def take_all() -> tuple[CleanPicture, None]:
            picture = self._master()
            for step in steps:
                picture = retouched.taken(picture, step)
            return picture, None

        self._replace(take_all, {"step": "again", "reached": reached})

    retouch_again.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def _replace(self, make: Making, step: retouched.Step, also: Callable[[], None] = lambda: None) -> None:
        """Replace the pixels, unless somebody else has done so meanwhile.

        make() returns the new ones, with the master's bytes where those stay as they are; the ledger notes the step.
        """
        fields = ("storage_key", "width", "height", "renditions", "focal_x", "focal_y")
        before, former = {field: getattr(self, field) for field in fields}, self.storage_key
        try:
            ingestion.in_turn(lambda: self._write(*make()))
        except BaseException:
            vars(self).update(before)  # whoever asked for the change shows the picture as it still is
            raise
        values = {field: getattr(self, field) for field in fields} | {"updated_at": timezone.now()}
        changed = 0
        try:
            with transaction.atomic():
                changed = (
                    type(self)
                    ._default_manager.filter(state=self.State.AVAILABLE, pk=self.pk, storage_key=former)
                    .update(**values)
                )
                if changed:
                    retouched.note(self.uuid, former, self.storage_key, step)
                    also()
                    remove_files_after_commit(former)
        finally:
            if not changed:
                remove_files(self.storage_key)
                self.storage_key = former
        if not changed:
            with suppress(ObjectDoesNotExist):
                self.refresh_from_db(fields=[*fields, "state"])
            raise ValidationError(
                _("Somebody changed this picture at the same time. Look at it again and repeat your change."),
                code="changed_meanwhile",
            )


def _refusal() -> ingestion.PictureRefused:
    """Return what to tell an editor while the store of files is away."""
    told = _("The place where pictures are kept does not answer. Nothing was changed; try again in a minute.")
    return ingestion.PictureRefused(told, code="store_away")


def remove_files(key: str) -> None:
    """Delete every file of a storage key that no row names."""
    removing.discard("default", f"{FOLDER}/{key}")


def remove_files_after_commit(key: str) -> None:
    """Delete every file of a storage key once the transaction is committed."""
    removing.remove_after_commit("default", f"{FOLDER}/{key}")
