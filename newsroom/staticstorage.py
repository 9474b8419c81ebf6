"""Static files under names that hold a hash of their content, so that browsers may cache them for ever."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

import newsroom

# One a version: while a version serves, the next one collects its files beside.
MANIFEST = f"staticfiles-{newsroom.__version__}.json"


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with its manifest outside STATIC_ROOT, from which everybody can fetch files.

    Not strict: a stylesheet of a library may name a file that the library does not ship.
    """

    manifest_strict = False
    manifest_name = MANIFEST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("manifest_storage", FileSystemStorage(location=settings.DATA_DIR))
        super().__init__(*args, **kwargs)
