"""The subjects of articles and resources: their countries and topics."""

from articles.models.article import Article
from articles.resources.models.resource import Resource


def subject_names(piece: Article | Resource) -> list[str]:
    """Return the names of the countries of a piece, then of its topics."""
    return [subject.name for subject in [*piece.countries.all(), *piece.topics.all()]]
