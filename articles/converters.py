"""Path converters: years, months, slugs and formats. Importing this module registers them."""

from django.urls import register_converter

from articles import citations
from articles.feeds import FORMATS


class Year:
    """Four digits, from 1800 to 2199."""

    regex = "(?:18|19|20|21)[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class Month:
    """Two digits from 01 to 12."""

    regex = "(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class Slug:
    """One segment of a path in any script."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PictureKind(Slug):
    """What has a drawn picture for other sites: the first part of its own address."""

    regex = "(?:news|resources|topics|countries)"


class FeedFormat(Slug):
    """One of the formats in which feeds are written."""

    regex = f"(?:{'|'.join(FORMATS)})"


class CitationFormat(Slug):
    """One of the formats that reference managers read."""

    regex = f"(?:{'|'.join(citations.FORMATS)})"


register_converter(Year, "year")
register_converter(Month, "month")
register_converter(Slug, "unicodeslug")
register_converter(FeedFormat, "feedformat")
register_converter(CitationFormat, "citationformat")
register_converter(PictureKind, "picturekind")
