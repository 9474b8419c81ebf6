"""Standing pages that editors write."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from newsroom.richtext.fields import RichTextField

from .address import address_of
from .publishing import Publishable, PublishableQuerySet
from .slugs import validate_slug

# First segments that belong to the site's own routes, present or planned.
RESERVED = {
    "admin", "corrections", "countries", "feeds", "get-help", "healthz", "inquiries", "media", "news",
    "newsletter", "resources", "robots.txt", "search", "share", "sitemap.xml", "static", "topics",
    ".well-known",
}  # fmt: skip


def validate_path(value: str) -> None:
    """Raise ValidationError for a path that is malformed or would hide a route of the site."""
    for part in value.split("/"):
        validate_slug(part)
    if value.split("/")[0].lower() in RESERVED:
        raise ValidationError(_("The site itself uses this address. Choose another path."))
    try:
        match = resolve(f"/{value}/")
    except Resolver404:
        return
    if match.view_name != "articles:page":
        raise ValidationError(_("The site itself uses this address. Choose another path."))


class PageQuerySet(PublishableQuerySet["Page"]):
    """Pages in the order of their menu."""

    def get_by_natural_key(self, path: str) -> "Page":
        return self.get(path=path)

    def in_menu(self) -> "models.QuerySet[Page, tuple[str, str, str]]":
        """Return title, path and menu of each page that stands in a menu."""
        return self.exclude(menu="").values_list("title", "path", "menu")


class Page(Publishable):
    """A standing page such as About Us."""

    class Menu(models.TextChoices):
        HEADER = "header", _("header")
        FOOTER = "footer", _("footer")

    ADDRESS = "path"
    NEEDED = ("body_html",)

    title = models.CharField(_("title"), max_length=120)
    path = models.CharField(
        _("path"),
        max_length=160,
        validators=[validate_path],
        help_text=_("The address without slashes around it: about, or about/team."),
    )
    body_html = RichTextField(_("text"), blank=True)
    menu = models.CharField(
        _("menu"), max_length=8, choices=Menu, blank=True, help_text=_("Empty: reached by links only.")
    )
    menu_order = models.PositiveSmallIntegerField(
        _("place in the menu"), default=0, help_text=_("Smaller numbers stand first.")
    )

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["menu_order", "title"]
        permissions = [("publish_page", "Can publish and unpublish pages")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                Lower("path"),
                name="page_path_unique",
                violation_error_message=_("Another page has this path already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, ...]:
        return (self.path,)

    @property
    def is_discreet(self) -> bool:
        """Return whether its title, a preview or a stored copy would tell on a reader who is watched."""
        return self.path == "stay-safe"

    def get_absolute_url(self) -> str:
        return address_of("articles:page", self.path)
