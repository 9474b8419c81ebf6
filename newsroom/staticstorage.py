"""Static files under names that hold a hash of their content, for browsers to cache for ever, and their collecting."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

import brotli
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

import newsroom

# One a version: while a version serves, the next one collects its files beside.
MANIFEST = f"staticfiles-{newsroom.__version__}.json"
# Visitors get files as small as brotli makes them. Those of the admin's libraries would take 12 of the 13 seconds that a
# new version needs before it serves, to be an eighth smaller for editors, who load them once; but the largest three of
# a form are worth the second in which they become 26 KB smaller.
THOROUGH, LARGE, QUICK = 11, 10, 6
LIBRARIES = ("admin/", "ckeditor/")
LARGEST = (
    "ckeditor/ckeditor/ckeditor.",
    "admin/js/vendor/jquery/jquery.min.",
    "admin/js/vendor/select2/select2.full.min.",
)


class EachContentOnce(Compressor):
    """Compresses once what lies under two names, with its hash and without."""

    def __init__(self, quality: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.brotli = cache(partial(brotli.compress, quality=quality))
        self.gzip = cache(super().compress_gzip)

    def compress_brotli(self, data: bytes) -> bytes:
        made: bytes = self.brotli(data)
        return made

    def compress_gzip(self, data: bytes) -> bytes:
        made: bytes = self.gzip(data)
        return made


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with its manifest outside STATIC_ROOT, from which everybody can fetch files.

    Not strict: a stylesheet of a library may name a file that the library does not ship.
    """

    manifest_strict = False
    manifest_name = MANIFEST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("manifest_storage", FileSystemStorage(location=settings.DATA_DIR))
        super().__init__(*args, **kwargs)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress files, and yield the names of each and of what was made of it."""
        theirs = {path for path in paths if path.startswith(LIBRARIES)}
        large = {path for path in theirs if path.startswith(LARGEST)}
        for self.quality, part in ((THOROUGH, set(paths) - theirs), (LARGE, large), (QUICK, theirs - large)):
            yield from super().compress_files(part)

    def create_compressor(self, **kwargs: Any) -> EachContentOnce:
        """Return what compresses the files that are compressed now."""
        return EachContentOnce(self.quality, **kwargs)


def collect_static_files() -> None:
    """Run collectstatic if any static file has changed since the last run."""
    if settings.DEBUG:
        return
    # Earlier versions stored it where everybody could fetch it.
    (Path(settings.STATIC_ROOT) / "staticfiles.json").unlink(missing_ok=True)
    stamp = Path(settings.STATIC_ROOT).with_name(f"static-files-{newsroom.__version__}")
    backend: str = settings.STORAGES["staticfiles"]["BACKEND"]
    seen = hashlib.sha256(backend.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            seen.update(f"{name} {state.st_mtime_ns} {state.st_size}\n".encode())
    current = seen.hexdigest()
    complete = Path(settings.STATIC_ROOT).is_dir() and (settings.DATA_DIR / MANIFEST).is_file()
    if complete and stamp.is_file() and stamp.read_text() == current:
        return
    _collect_beside(Path(settings.STATIC_ROOT))
    stamp.write_text(current)


def _collect_beside(root: Path) -> None:
    """Collect the static files in a folder of their own, and move each to its place once it is whole.

    Another version may be serving them meanwhile: Django deletes what it collects anew, and WhiteNoise writes in place.
    """
    part = root / ".part"
    shutil.rmtree(part, ignore_errors=True)  # of a run that was killed
    part.mkdir(parents=True)
    storage = cast(FileSystemStorage, staticfiles_storage)
    storage.location = str(part)
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    finally:
        storage.location = str(root)
    for source in list(part.rglob("*")):
        if source.is_file():
            target = root / source.relative_to(part)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    shutil.rmtree(part)
