"""The rule that nothing is published with a picture that lacks its description, credit or consent."""

from django import forms


class PicturesMayBePublic(forms.ModelForm):
    """A form of something publishable that says beside each field what its pictures still need."""

    @property
    def is_to_be_public(self) -> bool:
        """Return whether saving the form publishes it, now or later, or leaves it published."""
        return "_publish" in self.data or (
            self.instance.state == self.instance.State.PUBLISHED and "_withdraw" not in self.data
        )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own, which its stubs leave out
        if not self.is_to_be_public or self.errors:
            return
        for field, problems in self.instance.picture_problems().items():
            for problem in problems:
                self.add_error(field if field in self.fields else None, problem)
