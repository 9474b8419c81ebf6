"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

MANIFEST = "staticfiles.json"


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with its list of files beside the folder that everybody may fetch from.

    It is lenient where a library's stylesheet names a file that it does not ship.
    """

    manifest_strict = False
    manifest_name = MANIFEST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("manifest_storage", FileSystemStorage(location=settings.DATA_DIR))
        super().__init__(*args, **kwargs)
