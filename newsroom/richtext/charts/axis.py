"""The round values of an axis, as readers of a language write them."""

from django.utils.formats import number_format
from django.utils.translation import override

from .data import Data


def written(value: float, ticks: list[float], data: Data, language: str) -> str:
    """Return a value of an axis with as many decimals as its neighbours need, and the percent sign of its table."""
    decimals = max(len(f"{tick:.10f}".rstrip("0").partition(".")[2]) for tick in ticks)
    with override(language):
        number = number_format(value, decimals, force_grouping=True)
    told = [
        text
        for one in data.series
        for text, known in zip(one.written, one.values, strict=True)
        if known is not None
    ]
    return f"{number}%" if all(text.rstrip().endswith("%") for text in told) else number
