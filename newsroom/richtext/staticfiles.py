"""Finds static files, and of the editor only those that it loads, not the rest of what CKEditor ships."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import Storage

from .editor import CONFIG, PLUGINS

HOME = "ckeditor/ckeditor/"
NEEDED_BY_PLUGINS = ["dialog", "lineutils", "notification"]


def _files() -> frozenset[str]:
    """Return the single files that are served, by their paths below the static folder of the library."""
    plugins = [f"plugins/{name}/" for name in (*PLUGINS, *NEEDED_BY_PLUGINS)]
    codes = {code.lower() for code, _name in settings.LANGUAGES} | {"en"}
    words = [f"{place}lang/{code}.js" for place in ("", *plugins) for code in codes]
    own = ["LICENSE.md", "ckeditor.js", "contents.css", "plugins/icons.png", "plugins/icons_hidpi.png"]
    return frozenset(HOME + name for name in (*own, *words, *(f"{one}plugin.js" for one in plugins)))


def _folders() -> tuple[str, ...]:
    """Return the folders that are served whole."""
    parts = [
        f"plugins/{name}/{part}/"
        for name in (*PLUGINS, *NEEDED_BY_PLUGINS)
        for part in ("dialogs", "images", "styles")
    ]
    return tuple(HOME + folder for folder in (f"skins/{CONFIG['skin']}/", *parts))


class AppFiles(AppDirectoriesFinder):
    """Finds the static files of all apps, but of the editor only those that it loads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files, self.folders = _files(), _folders()

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        """Yield the path and the storage of each file that is served."""
        for name, storage in super().list(ignore_patterns):
            if not name.startswith("ckeditor/") or name in self.files or name.startswith(self.folders):
                yield name, storage
