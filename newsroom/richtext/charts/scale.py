"""Where a value lies between two ends, and the round values that are marked on the way."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 5, 10)
WITH_ZERO = 0.5  # a range that begins below this part of its end begins at zero


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of values."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Return where a value lies, from 0 at the low end to 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


def from_zero(values: Iterable[float]) -> Scale:
    """Return the range of values with zero in it, as bars need it."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    return Scale(low, high if high > low else low + 1)


def around(values: Iterable[float], count: int) -> tuple[Scale, list[float]]:
    """Return a range of round ends that holds the values, and about so many round values in it."""
    known = list(values)
    low, high = min(known), max(known)
    if 0 < low < WITH_ZERO * high:
        low = 0.0
    if low * WITH_ZERO < high < 0:
        high = 0.0
    if low == high:
        low, high = (min(low, 0.0), max(high, 0.0)) if low else (0.0, 1.0)
    step = _step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step), [round(n * step, 10) for n in range(first, last + 1)]


def _step(wanted: float) -> float:
    """Return the next number not below the one wanted that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(power * step for step in STEPS if power * step >= wanted * (1 - 1e-9))
