"""The models of everything that an editor publishes."""

from .address import FormerAddress
from .article import Article
from .callout import Callout
from .dossier import Fact, Law
from .feedhost import FeedHost
from .hotline import Hotline
from .image import Image
from .link import Link, LinkCheck
from .page import Page
from .resource import Resource
from .subject import Country, Topic

__all__ = [
    "Article",
    "Callout",
    "Country",
    "Fact",
    "FeedHost",
    "FormerAddress",
    "Hotline",
    "Image",
    "Law",
    "Link",
    "LinkCheck",
    "Page",
    "Resource",
    "Topic",
]
