"""The rule that nothing is published that lacks something, or with a picture without description, credit or consent."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from newsroom.editing.moments import MomentField
from newsroom.versions.review.admin import SUBMIT
from newsroom.versions.workingcopies.draftforms import DRAFT


class MayBePublic(forms.ModelForm):
    """A form of something publishable that says beside each field what is missing; of a draft it asks nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("published_at"), MomentField):
            field.known = self.instance.published_at
        for name in set(self._meta.model.NEEDED) & self.fields.keys():
            field = self.fields[name]
            field.help_text = format_lazy("{} {}", field.help_text, _("Needed to publish."))
        if (title := self.fields.get("title")) is not None:
            box = forms.Textarea(attrs={"rows": 1})
            box.attrs |= title.widget_attrs(box)
            title.widget = box
        if (
            self.instance.pk is None and not self.is_bound and "title" in self.fields
        ):  # else its errors are first
            self.fields["title"].widget.attrs["autofocus"] = True

    def clean_title(self) -> str:
        """Return the title on one line: its box grows, so that a long one is read whole."""
        return " ".join(self.cleaned_data["title"].split())

    @property
    def is_to_be_public(self) -> bool:
        """Return whether saving the form publishes it, now or later, or leaves it published."""
        return "_publish" in self.data or self.instance.state == self.instance.State.PUBLISHED

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own, which its stubs leave out
        if not self.is_to_be_public:
            self._tell(self.instance.time_problems())
            return
        self._tell(self.instance.problems())
        # Changes that wait may wait for a consent.
        waits = {DRAFT, SUBMIT} & self.data.keys() and "_publish" not in self.data
        if not self.errors and not waits:
            self._tell(self.instance.picture_problems())
            self._tell(self.instance.text_problems())

    def _tell(self, found: dict[str, list[Any]]) -> None:
        """Say beside each field what keeps the piece from being public, where nothing is wrong with it."""
        for field, problems in found.items():
            if field not in self.errors:
                for problem in problems:
                    self.add_error(field if field in self.fields else None, problem)
