"""Finds static files, and of the editor only those that it loads, not the rest of what CKEditor ships."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import Storage

from .editor import CONFIG, PLUGINS

NEEDED_BY_PLUGINS = ["dialog", "lineutils", "notification"]


def _kept() -> list[str]:
    """Return the patterns of the files that are served, by their paths below the static folder of the library."""
    plugins = [f"plugins/{name}" for name in (*PLUGINS, *NEEDED_BY_PLUGINS)]
    codes = {code.lower() for code, _name in settings.LANGUAGES} | {"en"}
    words = [f"{place}lang/{code}.js" for place in ("", *(f"{one}/" for one in plugins)) for code in codes]
    parts = [
        f"{one}/{part}" for one in plugins for part in ("plugin.js", "dialogs/*", "images/*", "styles/*")
    ]
    return [
        f"ckeditor/ckeditor/{pattern}"
        for pattern in [
            "LICENSE.md", "ckeditor.js", "contents.css", "plugins/icons*.png", f"skins/{CONFIG['skin']}/*",
            *words, *parts,
        ]
    ]  # fmt: skip


class AppFiles(AppDirectoriesFinder):
    """Finds the static files of all apps, but of the editor only those that it loads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = _kept()

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        """Yield the path and the storage of each file that is served."""
        for name, storage in super().list(ignore_patterns):
            if not name.startswith("ckeditor/") or matches_patterns(name, self.kept):
                yield name, storage
