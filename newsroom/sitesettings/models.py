"""The site settings that editors may change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.backups.telling import TellsChanges
from newsroom.othersites.addresses import WebAddressField
from newsroom.pagecache import deadlines
from newsroom.pagecache.once import once
from newsroom.pictures import showing

from . import exits

if TYPE_CHECKING:
    from newsroom.pictures.showing import ShownPicture


@dataclass(frozen=True, slots=True)
class ShownSite:
    """What the frame of a page shows of the site, as plain values."""

    name: str
    tagline: str
    logo: "ShownPicture | None"
    logo_alt: str
    organisation: str
    copyright_years: str
    reserves_rights: bool
    footer_text: str
    contact_email: str
    postal_address: str
    newsletter_rhythm: str
    is_demo: bool


class SiteSettings(TellsChanges):
    """Name, organisation and texts of the site; there is one row."""

    class Rhythm(models.TextChoices):
        MONTHLY = "monthly", _("monthly")
        FORTNIGHTLY = "fortnightly", _("every two weeks")
        WEEKLY = "weekly", _("weekly")
        QUARTERLY = "quarterly", _("every three months")

    name = models.CharField(_("name of the site"), max_length=80, default="Newsroom")
    tagline = models.CharField(
        _("tagline"), max_length=160, blank=True, help_text=_("One line under the name, on every page.")
    )
    logo_alt = models.CharField(
        _("logo description"),
        max_length=120,
        blank=True,
        help_text=_("What the logo shows, for readers who do not see it. Empty if the name says it."),
    )
    logo = models.ForeignKey(
        "pictures.Image",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("A picture from the library. Without one, the site's own mark is shown."),
    )
    organisation = models.CharField(
        _("organisation"), max_length=120, blank=True, help_text=_("Stands in the copyright line.")
    )
    first_year = models.PositiveSmallIntegerField(
        _("first year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2200)],
        help_text=_("The copyright line runs from this year to the current one."),
    )
    reserves_rights = models.BooleanField(
        _("all rights reserved"),
        default=False,
        db_default=False,
        help_text=_(
            "Whether the copyright line says so. Leave it out where others may reuse what you publish."
        ),
    )
    footer_text = models.TextField(_("footer text"), max_length=600, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    postal_address = models.TextField(_("postal address"), max_length=400, blank=True)
    exit_url = WebAddressField(
        _("exit address"),
        default="https://www.wikipedia.org/",
        help_text=_("Where 'Leave this site' takes a reader: a harmless page that loads fast everywhere."),
    )
    exit_urls = models.TextField(
        _("exit addresses of other languages"),
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        validators=[exits.validate_exits],
        help_text=_(
            "For pages in another language than the site’s own. A line each: the code of the language, a space, and "
            "the address, such as: th https://th.wikipedia.org/"
        ),
    )
    hide_titles = models.BooleanField(
        _("hide titles"),
        default=False,
        db_default=False,
        help_text=_(
            "Every page is then called by the site’s name alone: in the browser’s tabs and in its history. A title "
            "that a history holds already stays there."
        ),
    )
    republishing_text = models.TextField(
        _("republishing note"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "On what terms others may print an article of yours. Stands under every article but those that are "
            "reprinted with permission. Empty: nothing is said."
        ),
    )
    emergency_text = models.TextField(
        _("emergency text"),
        max_length=400,
        blank=True,
        help_text=_("Stands first on the page 'Get help'. Empty: to call the local emergency number."),
    )
    newsletter_rhythm = models.CharField(
        _("newsletter rhythm"), max_length=12, choices=Rhythm, default=Rhythm.MONTHLY
    )
    newsletter_reason = models.TextField(
        _("why one gets the newsletter"),
        max_length=300,
        blank=True,
        default=_(
            "You get this mail because you signed up for our newsletter with your address and confirmed it."
        ),
        help_text=_("Stands at the end of every issue. Nothing is sent without it and the postal address."),
    )
    is_demo = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_site_settings")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the home page."""
        return reverse("articles:home")

    def clean(self) -> None:
        if self.logo and (problems := self.logo.problems_for_publication()):
            raise ValidationError({"logo": problems})

    @classmethod
    def load(cls) -> Self:
        """Return the settings, with defaults where nobody has saved any."""
        return cls.objects.select_related("logo").filter(pk=1).first() or cls(pk=1)

    @classmethod
    def for_request(cls, request: HttpRequest) -> Self:
        """Return the settings, read once for a request."""
        found: Self | None = getattr(request, "_site_settings", None)
        if found is None:
            found = cls.load()
            setattr(request, "_site_settings", found)  # noqa: B010 - no attribute that mypy knows
        return found

    def exit_for(self, language: str | None) -> str:
        """Return where 'Leave this site' leads from a page in this language."""
        return exits.read(self.exit_urls).get(language or "", self.exit_url)

    @classmethod
    def for_pages(cls) -> Self:
        """Return the settings for pages that show them: once for a content version; nobody may change them."""
        return once("site settings", cls.load)

    @property
    def copyright_years(self) -> str:
        """Return a range such as '2001 – 2026', or the current year alone."""
        this_year = deadlines.this_year()
        if self.first_year and self.first_year < this_year:
            return f"{self.first_year} – {this_year}"
        return str(this_year)

    @property
    def shown(self) -> ShownSite:
        """Return what the frame of a page shows."""
        return ShownSite(
            name=self.name,
            tagline=self.tagline,
            logo=showing.logo(self.logo),
            logo_alt=self.logo_alt,
            organisation=self.organisation,
            copyright_years=self.copyright_years,
            reserves_rights=self.reserves_rights,
            footer_text=self.footer_text,
            contact_email=self.contact_email,
            postal_address=self.postal_address,
            newsletter_rhythm=self.newsletter_rhythm,
            is_demo=self.is_demo,
        )
