"""A folder that several machines share; one that is not mounted is not taken for an empty one."""

from pathlib import Path
from typing import IO, Any

from django.core.files.storage import FileSystemStorage

from newsroom.faults.outages import FilesAway

from .away import MARKER, availability_of


class SharedFolder(FileSystemStorage):
    """Django's storage in one of the folders below `root`, which writes nothing unless that is the site's.

    Any in the signature: the options are those of Django's storage.
    """

    def __init__(self, root: Path, **options: Any) -> None:
        self.mark = Path(root) / "media" / MARKER
        self.availability = availability_of("store of files")
        super().__init__(**options)

    def require_present(self) -> None:
        """Raise FilesAway where the folder does not hold the site's mark: it is not mounted."""
        if self.mark.is_file():
            self.availability.end()
            return
        self.availability.begin("its folder is not there, or not mounted")
        raise FilesAway(self.availability, "its folder is not there, or not mounted")

    def _save(self, name: str, content: IO[bytes]) -> str:
        if Path(self.path(name)) != self.mark:
            self.require_present()
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave out the private methods
        return saved
