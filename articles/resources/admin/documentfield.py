"""The form field for the file of a resource, which keeps an upload while the rest of the form is corrected.

A file is cleaned and stored before the form is validated, outside its transaction. A form that is shown again
carries the signed key of the stored file, so that nobody has to upload it twice over a slow line.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles import documents
from articles.resources import documentstore
from newsroom.faults.outages import FilesAway

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict
    from django.utils.safestring import SafeString

    from articles.resources.models.resource import Resource

ACCEPTED = ".pdf,.docx,.xlsx,.odt,.csv"
SALT = "document kept for a form"
WAITS = 4 * 3600  # seconds that a form may take; the store keeps the file longer
AWAY = _(
    "The place where files are kept does not answer. Nothing of this file was stored; send it again in a minute."
)
REMOVE = "remove"  # the cleaned value where the file is to be removed


@dataclass(frozen=True)
class Received:
    """What came of an upload: a stored document, or why it was refused."""

    kept: documentstore.Kept | None = None
    refusal: ValidationError | None = None


class Sent(TypedDict):
    """What a form that was sent says of the file."""

    token: str  # the signed key of a stored file, or empty
    accepted: set[str]  # numbers of the findings that were ticked
    remove: bool


def receive(upload: UploadedFile) -> Received:
    """Clean an upload and store it; that takes seconds, so call it outside a transaction."""
    try:
        return Received(documentstore.keep(documents.clean(upload, filename=upload.name or "")))
    except documents.Refused as refusal:
        return Received(refusal=refusal)
    except FilesAway:
        return Received(refusal=ValidationError(AWAY))


class DocumentWidget(forms.Widget):
    """A file to choose, the file that an earlier try left, and findings to accept."""

    needs_multipart_form = True
    kept: documentstore.Kept | None = None
    resource: "Resource | None" = None
    user_key: object = None

    def use_required_attribute(self, initial: object) -> bool:
        return False

    def value_from_datadict(  # type: ignore[override]  # a form that is sent has a QueryDict
        self,
        data: "QueryDict",
        files: "MultiValueDict[str, UploadedFile]",
        name: str,
    ) -> Sent:
        return {
            "token": data.get(f"{name}-kept", ""),
            "accepted": set(data.getlist(f"{name}-accepted")),
            "remove": f"{name}-remove" in data,
        }

    def value_omitted_from_data(self, data: object, files: object, name: str) -> bool:
        return False

    def render(
        self, name: str, value: Sent | None, attrs: dict[str, object] | None = None, renderer: object = None
    ) -> "SafeString":
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "described_by": (attrs or {}).get("aria-describedby", ""),
            "accept": ACCEPTED,
            "kept": self.kept,
            "token": signing.dumps({"key": self.kept.key, "user": self.user_key}, salt=SALT)
            if self.kept
            else "",
            "accepted": value["accepted"] if value else (),
            "resource": self.resource,
        }
        return render_to_string("admin/articles/resource/document.html", context)


class DocumentField(forms.Field):
    """A field whose value is a stored document, REMOVE, or None where nothing was chosen."""

    widget: DocumentWidget
    received: Received | None = None  # the upload of this request, which the form sets

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DocumentWidget, **kwargs)

    def clean(self, value: Sent) -> documentstore.Kept | str | None:
        if self.received and self.received.refusal:
            raise self.received.refusal
        kept = self.received.kept if self.received else self._kept_before(value["token"])
        self.widget.kept = kept
        if kept and kept.findings:
            # Ticks count only for the file whose findings were shown.
            ticked = set() if self.received else value["accepted"]
            if not set(map(str, range(len(kept.findings)))) <= ticked:
                raise ValidationError(
                    _("The file was cleaned. Read what was found in it, and tick each line to accept it.")
                )
        return kept or (REMOVE if value["remove"] else None)

    # What the widget above makes of a form.
    def has_changed(self, initial: object, data: Sent) -> bool:  # type: ignore[override]
        return bool(self.received or data["token"] or data["remove"])

    def _kept_before(self, token: str) -> documentstore.Kept | None:
        if not token:
            return None
        try:
            told = signing.loads(token, salt=SALT, max_age=WAITS)
        except signing.BadSignature:
            told = {}
        try:
            kept = documentstore.kept(told["key"]) if told.get("user") == self.widget.user_key else None
        except FilesAway:
            raise ValidationError(AWAY) from None
        if kept is None:
            raise ValidationError(_("The file that you sent has waited too long. Choose it once more."))
        return kept
