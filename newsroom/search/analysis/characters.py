"""Characters that the analysis of text treats alike, as parts of classes of regular expressions."""

import itertools
import unicodedata
from collections.abc import Iterable

SPACELESS_RANGES = [
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x1AAF),  # Tai Le, New Tai Lue, symbols of Khmer, Buginese, Tai Tham
    (0xA9E0, 0xA9FF),  # Burmese, extended B (Shan)
    (0xAA60, 0xAA7F),  # Burmese, extended A (Khamti, Aiton)
    (0x3005, 0x3007),  # marks and zero of Chinese and Japanese
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3130, 0x318F),  # Hangul, letters
    (0x31F0, 0x31FF),  # Katakana for Ainu
]
MARK_RANGES = [(0x300, 0x1CFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0xA66F, 0xABED)]


def _characters(categories: str, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Return the code points of these Unicode categories, without digits."""
    return [
        code
        for first, last in ranges
        for code in range(first, last + 1)
        if unicodedata.category(chr(code))[0] in categories and not chr(code).isdecimal()
    ]


def _as_ranges(codes: Iterable[int]) -> str:
    """Return code points as ranges: Python reads thousands of single characters for as long as it loads a library."""
    runs = itertools.groupby(enumerate(codes), lambda pair: pair[1] - pair[0])
    places = [[code for _place, code in run] for _distance, run in runs]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in places)


SPACELESS = (
    _as_ranges(_characters("LMN", SPACELESS_RANGES))
    # Chinese characters, extension A and basic; Hangul, syllables; Chinese characters, compatibility and further ones
    + "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
)
_marks = _characters("M", MARK_RANGES)
MARKS = _as_ranges(_marks)
UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"  # soft hyphens, and the breaks of scripts without spaces
UNSEEN_ONES = frozenset(map(chr, [0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]))
MARKS_AND_UNSEEN = UNSEEN_ONES | frozenset(map(chr, _marks))
