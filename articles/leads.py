"""Offers newsroom.pictures the articles that a picture leads."""

from articles.models.article import Article
from newsroom.pictures.models import Image
from newsroom.pictures.uses import Use, use_in


def uses(image: Image) -> list[Use]:
    """Return the articles that the picture leads."""
    leads = Article.objects.filter(lead_picture=image).only("title", "state", "published_at")
    return [use_in(article) for article in leads]
