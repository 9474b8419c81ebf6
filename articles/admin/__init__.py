"""The editors' side of all that they publish: Django asks this module, and it asks the rooms."""

from articles.links import admin as links
from articles.places.admin import countries, hotlines
from articles.resources.admin import resources

from . import publishing, topics

__all__ = ["countries", "hotlines", "links", "publishing", "resources", "topics"]
