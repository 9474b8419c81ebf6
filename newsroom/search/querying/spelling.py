"""Completes beginnings of words and corrects misspelt words, from the words that documents hold."""

from collections.abc import Iterable

from django.db.models import Q

from ..analysis import english, text
from ..models import Spelling

MOST_COMPLETIONS = 50
MOST_KIN = 200
MOST_CANDIDATES = 2000  # words that are compared with a misspelt one
SHORTEST = 4  # letters of a word that can be misspelt
SURE = 6  # letters of a word that is corrected without asking


def completions(beginning: str) -> tuple[text.Form, ...]:
    """Return the forms of the commonest words with this beginning."""
    start = text.fold(beginning)[: text.LONGEST_SPELLING]
    if not start:
        return ()
    words = (
        Spelling.objects.filter(_begins("word", start))
        .order_by("-documents", "word")
        .values_list("word", flat=True)[:MOST_COMPLETIONS]
    )
    return tuple(dict.fromkeys(form for word in words for form in text.forms(word)))


def known(words: Iterable[str]) -> dict[str, int]:
    """Return in how many documents each of these folded words stands as it is written, of those that stand in any."""
    wanted = {word[: text.LONGEST_SPELLING] for word in words}
    return dict(Spelling.objects.filter(word__in=wanted).values_list("word", "documents"))


def kin(word: str) -> list[str]:
    """Return the words that name the act to an agent, or the agent to an act, the commonest first."""
    root = english.root(word)
    if not root:
        return []
    words = (
        Spelling.objects.filter(_begins("word", root))
        .exclude(word=word)
        .order_by("-documents", "word")
        .values_list("word", flat=True)[:MOST_KIN]
    )
    return [other for other in words if english.root(other) == root]


def nearest(typed: str, count: int = 3) -> list[str]:
    """Return the words most like this one, the most alike first, then the commonest; never itself.

    Of two slips neither is in the first letter.
    """
    word = text.fold(typed)
    if not SHORTEST <= len(word) <= text.LONGEST_SPELLING or not word.isalpha():
        return []
    allowed = 1 if len(word) < 6 else 2
    # One slip leaves the first or the second half whole, two slips mostly the first or the last third.
    part = len(word) // (allowed + 1)
    candidates = (
        Spelling.objects.filter(
            _begins("word", word[:part]) | _begins("backwards", word[::-1][:part]),
        )
        .exclude(word=word)
        .order_by("-documents", "word")
        .values_list("word", "documents")[:MOST_CANDIDATES]
    )
    scored = sorted(
        (distance, -documents, other)
        for other, documents in candidates
        if abs(len(other) - len(word)) <= allowed
        and (distance := slips(word, other, allowed)) <= allowed
        and (distance < 2 or other[0] == word[0])
    )
    return [other for _distance, _documents, other in scored[:count]]


def is_surely_meant(typed: str, word: str) -> bool:
    """Return whether the word can replace what was typed without asking: it is long and hardly different."""
    typed = text.fold(typed)
    return len(typed) >= SURE and slips(typed, word, 2) <= (1 if len(typed) < 9 else 2)


def _begins(field: str, start: str) -> Q:
    # Every word with this beginning sorts between the beginning itself and the same with the last of all characters.
    return Q(**{f"{field}__gte": start, f"{field}__lt": f"{start}\U0010ffff"})


def slips(one: str, other: str, most: int) -> int:
    """Return how many letters are missing, added, wrong or swapped with a neighbour; at most most + 1.

    This is the Damerau-Levenshtein distance, as optimal string alignment.
    """
    before: list[int] | None = None
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != facing))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, above = above, row
    return above[-1]


def is_one_slip(one: str, other: str) -> bool:
    """Return whether slips() would count one; it is faster."""
    shorter = min(len(one), len(other))
    start = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    end = next((n for n in range(shorter - start) if one[-1 - n] != other[-1 - n]), shorter - start)
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(here), len(there)) == 1 or (len(here) == 2 and here == there[::-1])
