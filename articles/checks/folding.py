"""Words as the finders of traces read them: without what nobody sees, with one form of blanks, signs and letters."""

import re
from array import array
from dataclasses import dataclass

# What takes no room on a page: soft hyphens, joiners, marks of direction, variation selectors, the frame of a keycap.
UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff"
# Only between what is written without spaces: elsewhere such a character may part words, as in Thai, Lao and Khmer.
BETWEEN = re.compile(rf"(?<=[!-~\d\uff01-\uff5e])[{UNSEEN}]+(?=[!-~\d\uff01-\uff5e])")
ODD = re.compile(
    "[\t\n\r\u1680\u2000-\u2008\u200a\u205f\u3000\u00b7\u2022\u2219\u30fb\u2014\u2015\u2212\ufe58\ufe63\uff01-\uff5e]"
)
FULL_WIDTH = 0xFF01 - 0x21  # how far the wide forms of ASCII are from it
SIGNS = dict.fromkeys("·•∙・", ".") | dict.fromkeys("—―−﹘﹣", "-")


@dataclass(frozen=True)
class Folded:
    """Words in one form, and how each place of them stood in what was typed."""

    text: str
    typed: str
    places: array[int] | None = None  # None where nothing was left out

    def as_typed(self, start: int, end: int) -> str:
        """Return what was typed where these words stand."""
        if self.places is None:
            return self.typed[start:end]
        return self.typed[self.places[start] : self.places[end - 1] + 1] if start < end else ""


def fold(words: str) -> Folded:
    """Return words in one form."""
    text, places = words, None
    left_out = [found.span() for found in BETWEEN.finditer(words)]
    if left_out:
        places, before, parts = array("q"), 0, []
        for start, end in [*left_out, (len(words), len(words))]:
            places.extend(range(before, start))
            parts.append(words[before:start])
            before = end
        text = "".join(parts)
    return Folded(ODD.sub(_plain, text), words, places)


def _plain(found: re.Match[str]) -> str:
    letter = found[0]
    return chr(ord(letter) - FULL_WIDTH) if "\uff01" <= letter <= "\uff5e" else SIGNS.get(letter, " ")
