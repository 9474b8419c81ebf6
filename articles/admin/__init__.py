"""The admin of everything that editors publish; Django imports this module, which imports the rooms' admins."""

from articles.checks import styleadmin
from articles.frontpage import admin as frontpage
from articles.links import admin as links
from articles.places.admin import countries, hotlines
from articles.resources.admin import resources

from . import articles, pages, redirects, topics

__all__ = [
    "articles",
    "countries",
    "frontpage",
    "hotlines",
    "links",
    "pages",
    "redirects",
    "resources",
    "styleadmin",
    "topics",
]
