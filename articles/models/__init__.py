"""The models of everything that an editor publishes."""

from articles.checks.models import Acceptance, StyleWord
from articles.corrections.models import Correction
from articles.feeds.host import FeedHost
from articles.frontpage.models import FrontStory, ReturningPiece
from articles.links.models import Link, LinkCheck
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.places.models.dossier import Fact, Law
from articles.places.models.hotline import Hotline
from articles.resources.models.resource import Resource
from newsroom.pictures.models import Image

from .address import FormerAddress
from .article import Article
from .callout import Callout
from .page import Page

__all__ = [
    "Acceptance",
    "Article",
    "Callout",
    "Correction",
    "Country",
    "Fact",
    "FeedHost",
    "FormerAddress",
    "FrontStory",
    "Hotline",
    "Image",
    "Law",
    "Link",
    "LinkCheck",
    "Page",
    "Resource",
    "ReturningPiece",
    "StyleWord",
    "Topic",
]
