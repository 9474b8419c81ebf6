"""Whether two sets of times could be one: the rank test of Mann and Whitney."""

import math


def standard_score(one, other):
    """Return how far two samples are from being alike, in standard deviations of a draw by chance.

    Chance alone exceeds 3.5, in one direction or the other, in one run of two thousand.
    """
    ranks = {}
    both = sorted([*one, *other])
    for place, value in enumerate(both, 1):
        ranks.setdefault(value, []).append(place)
    total = sum(sum(ranks[value]) / len(ranks[value]) for value in one)
    n, m = len(one), len(other)
    expected = n * (n + m + 1) / 2
    return (total - expected) / math.sqrt(n * m * (n + m + 1) / 12)
