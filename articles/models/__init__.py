"""The models of everything that an editor publishes."""

from .address import FormerAddress
from .article import Article
from .callout import Callout
from .image import Image
from .page import Page
from .subject import Country, Topic

__all__ = ["Article", "Callout", "Country", "FormerAddress", "Image", "Page", "Topic"]
