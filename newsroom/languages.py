"""The languages that articles can be written in, each by its own name for itself, and those of the interface."""

from collections.abc import Iterable
from pathlib import Path

from django import conf
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_locale

LANGUAGES: list[tuple[str, str]] = [
    ("en", "English"),
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("id", "Bahasa Indonesia"),
    ("ja", "日本語"),
    ("km", "ខ្មែរ"),
    ("ko", "한국어"),
    ("lo", "ລາວ"),
    ("ms", "Bahasa Melayu"),
    ("my", "မြန်မာ"),
    ("ne", "नेपाली"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("th", "ไทย"),
    ("tl", "Filipino"),
    ("vi", "Tiếng Việt"),
    ("zh-hans", "简体中文"),
    ("zh-hant", "繁體中文"),
]


def require_interface(code: str, own: Iterable[Path]) -> None:
    """Raise ImproperlyConfigured unless Django or a folder of our own has the interface in that language."""
    locale = to_locale(code)
    folders = [Path(conf.__file__).parent / "locale", *own]
    names = {locale, locale.partition("_")[0]}
    if not any(
        (folder / name / "LC_MESSAGES" / "django.mo").is_file() for folder in folders for name in names
    ):
        raise ImproperlyConfigured(
            f"LANGUAGE_CODE is {code!r}, a language that the interface does not have. Choose one such as en, fr, "
            "th or vi; articles can be written in every language of the list in newsroom/languages.py all the same."
        )
