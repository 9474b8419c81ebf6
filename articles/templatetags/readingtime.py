"""How long a text takes to read."""

import re

from newsroom.richtext.renderings import plain_text
from newsroom.search.analysis.characters import SPACELESS

WORDS_IN_A_MINUTE = 220
WORD = re.compile(rf"[^\W{SPACELESS}]+(?:['’.,-][^\W{SPACELESS}]+)*")
SPACELESS_LETTERS = re.compile(f"[{SPACELESS}]")
LETTERS_OF_A_WORD = 3  # of scripts without spaces, about


def minutes_to_read(html: str) -> int:
    """Return how many minutes stored rich text takes to read, about; at least 1."""
    text = plain_text(html)
    letters = len(SPACELESS_LETTERS.findall(text))
    words = len(WORD.findall(text)) + letters / LETTERS_OF_A_WORD
    return max(1, round(words / WORDS_IN_A_MINUTE))
