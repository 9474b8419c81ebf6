"""The admin of everything that editors publish; Django imports this module, which imports the rooms' admins."""

from articles.links import admin as links
from articles.places.admin import countries, hotlines
from articles.resources.admin import resources

from . import articles, pages, topics

__all__ = ["articles", "countries", "hotlines", "links", "pages", "resources", "topics"]
