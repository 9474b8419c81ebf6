"""The rule that nothing is published with a picture that lacks its words or its consent."""


class PicturesMayBePublic:
    """A form of an article or a page that says beside the field what a picture still needs."""

    @property
    def is_to_be_public(self):
        """Tell whether saving the form makes it public, now or later, or leaves it so."""
        return "_publish" in self.data or (
            self.instance.state == self.instance.State.PUBLISHED and "_withdraw" not in self.data
        )

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.is_to_be_public or self.errors:
            return
        for field, problems in self.instance.picture_problems().items():
            for problem in problems:
                self.add_error(field if field in self.fields else None, problem)
