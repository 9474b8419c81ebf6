"""The editors' side of articles, pages, resources, pictures and what they are about."""

from articles.links import admin
from articles.places.admin import hotlines
from articles.resources.admin import resources
from newsroom.pictures import admin as pictures

from . import publishing, subjects

__all__ = ["hotlines", "links", "pictures", "publishing", "resources", "subjects"]
