"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, lenient where a library's stylesheet names a file that it does not ship."""

    manifest_strict = False


class StaticFiles(StaticFilesConfig):
    """Collects no pages and no films: libraries ship samples and previews of theirs, which have been attacked."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.html", "*.htm", "*.swf"]
