"""The words of the lists that editors keep: they are right, whether a document holds them or not."""

from newsroom.pagecache.once import once

from ..analysis import text
from ..models import BestBet, NeedList, SameWords


def words() -> frozenset[str]:
    """Return the folded words of best bets, of words that mean the same and of sentences of need."""
    return once("words of the lists of search", _words)


def _words() -> frozenset[str]:
    lists = [
        *BestBet.objects.values_list("queries", flat=True),
        *SameWords.objects.values_list("words", flat=True),
        *NeedList.objects.values_list("sentences", flat=True),
    ]
    return frozenset(text.fold(run) for one in lists for run in text.RUN.findall(one.replace("_", " ")))
