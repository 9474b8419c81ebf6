"""Template tag: the address of the drawn picture that other sites show with a link."""

from django import template
from django.db.models import Model
from django.urls import reverse

from articles.models.article import Article
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from articles.socialpictures.drawing import can_draw

register = template.Library()
KINDS: dict[type, str] = {
    Article: "news",
    Resource: "resources",
    Topic: "topics",
    Country: "countries",
}


@register.simple_tag
def drawn_picture(row: Model | None, name: str) -> str:
    """Return the path of the picture of a row on the site of this name; empty where none can be drawn."""
    kind = KINDS.get(type(row))
    slug = getattr(row, "slug", "")
    if not kind or not slug or not can_draw(str(row), name):
        return ""
    return reverse("articles:social_picture", args=[kind, slug])
