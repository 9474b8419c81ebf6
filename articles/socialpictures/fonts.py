"""Finds a font of this machine that has every letter of a text."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont, features

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# Serifs first, as the pages have them; any other upright bold face after them.
PREFERRED = (
    "NotoSerif-",
    "DejaVuSerif-",
    "LiberationSerif-",
    "NotoSerif",
    "NotoNaskh",
    "Noto",
    "DejaVuSans-",
)
UNFIT = re.compile(r"Italic|Oblique|Condensed|Narrow|Mono|Color|Symbol", re.IGNORECASE)
MOST = 250  # fonts that are tried
NOWHERE = (
    "\U0010ffff"  # a code point that is no character (Unicode 23.7): what is drawn for it stands for a gap
)
# Scripts whose letters change their shapes or places by their neighbours, which needs Raqm.
SHAPED = re.compile(
    r"[\u0590-\u08ff\u0900-\u109f\u1780-\u18af\u1a00-\u1cff\ua8e0-\uabff\ufb1d-\ufdff\ufe70-\ufeff]"
)
PROBE = 24  # pixels


def font_for(text: str) -> Path | None:
    """Return the first fitting font that has every letter of a text, or None."""
    if SHAPED.search(text) and not features.check("raqm"):
        return None
    return _font_with("".join(sorted({one for one in text if _is_seen(one)})))


@lru_cache(maxsize=4096)
def _font_with(letters: str) -> Path | None:
    return next((path for path in _fonts() if all(_has(path, letter) for letter in letters)), None)


def _is_seen(letter: str) -> bool:
    """Return whether a character leaves a mark on paper."""
    return unicodedata.category(letter)[0] not in "ZC"


@cache
def _fonts() -> list[Path]:
    found = [
        path
        for folder in FOLDERS
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in {".ttf", ".otf"} and "Bold" in path.stem and not UNFIT.search(path.stem)
    ]
    return sorted(found, key=lambda path: (_place(path), path.name))[:MOST]


def _place(path: Path) -> int:
    return next((n for n, name in enumerate(PREFERRED) if path.name.startswith(name)), len(PREFERRED))


@lru_cache(maxsize=65_536)
def _has(path: Path, letter: str) -> bool:
    return _drawn(path, letter) not in (_drawn(path, NOWHERE), ((0, 0), b""))


def _drawn(path: Path, letter: str) -> tuple[tuple[int, int], bytes]:
    try:
        mask = _opened(path).getmask(letter)
    except OSError:  # a file that is no font
        return (0, 0), b""
    return mask.size, bytes(mask)


@lru_cache(maxsize=32)
def _opened(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, PROBE, layout_engine=ImageFont.Layout.BASIC)
