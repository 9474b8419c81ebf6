"""The box for the file of a resource: it keeps what was uploaded while the rest of the form is corrected.

A file is cleaned and kept before the form is checked, outside its transaction. Where the form has to be shown
again, or the editor has to accept what was found in the file, the form carries a signed name of the kept file,
and nobody has to send it twice over a slow line.
"""

from dataclasses import dataclass

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles import documents
from articles.resources import documentstore

ACCEPTED = ".pdf,.docx,.xlsx,.odt,.csv"
SALT = "document kept for a form"
WAITS = 4 * 3600  # seconds that a form may take; the store keeps the file longer
REMOVE = "remove"  # the cleaned value where the file is to be taken away


@dataclass(frozen=True)
class Received:
    """What came of an upload: a kept document, or the reason why not."""

    kept: documentstore.Kept | None = None
    refusal: ValidationError | None = None


def receive(upload):
    """Clean an upload and keep it; takes seconds, so call it outside a transaction."""
    try:
        return Received(documentstore.keep(documents.clean(upload, filename=upload.name)))
    except documents.Refused as refusal:
        return Received(refusal=refusal)


class DocumentWidget(forms.Widget):
    """A file to choose, what is kept of an earlier try, and what has to be accepted."""

    needs_multipart_form = True
    kept = None
    resource = None
    user_key = None

    def use_required_attribute(self, initial):
        return False

    def value_from_datadict(self, data, files, name: str):
        return {
            "token": data.get(f"{name}-kept", ""),
            "accepted": set(data.getlist(f"{name}-accepted")),
            "remove": f"{name}-remove" in data,
        }

    def value_omitted_from_data(self, data, files, name: str):
        return False

    def render(self, name: str, value, attrs=None, renderer=None):
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "described_by": (attrs or {}).get("aria-describedby", ""),
            "accept": ACCEPTED,
            "kept": self.kept,
            "token": signing.dumps({"key": self.kept.key, "user": self.user_key}, salt=SALT)
            if self.kept
            else "",
            "accepted": (value or {}).get("accepted", ()),
            "resource": self.resource,
        }
        return render_to_string("admin/articles/resource/document.html", context)


class DocumentField(forms.Field):
    """A kept document, REMOVE, or None where nothing was chosen."""

    widget = DocumentWidget
    received = None  # what came with the request; the form says it

    def clean(self, value):
        if self.received and self.received.refusal:
            raise self.received.refusal
        kept = self.received.kept if self.received else self._kept_before(value["token"])
        self.widget.kept = kept
        if kept and kept.findings:
            # Ticks belong to the file that they were shown for.
            ticked = set() if self.received else value["accepted"]
            if not set(map(str, range(len(kept.findings)))) <= ticked:
                raise ValidationError(
                    _("The file was cleaned. Read what was found in it, and tick each line to accept it.")
                )
        return kept or (REMOVE if value["remove"] else None)

    def has_changed(self, initial, data) -> bool:
        return bool(self.received or data["token"] or data["remove"])

    def _kept_before(self, token: str):
        if not token:
            return None
        try:
            told = signing.loads(token, salt=SALT, max_age=WAITS)
        except signing.BadSignature:
            told = {}
        kept = documentstore.kept(told["key"]) if told.get("user") == self.widget.user_key else None
        if kept is None:
            raise ValidationError(_("The file that you sent has waited too long. Choose it once more."))
        return kept
