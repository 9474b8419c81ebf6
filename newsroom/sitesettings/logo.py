"""The logo of the site as a use of a picture."""

from django.urls import reverse
from django.utils.translation import gettext as _

from newsroom.pictures.models import Image
from newsroom.pictures.uses import Use

from .models import SiteSettings


def uses(image: Image) -> list[Use]:
    """Return the use as the site's logo, if the picture is the logo."""
    if not SiteSettings.objects.filter(logo=image).exists():
        return []
    url = reverse("admin:sitesettings_sitesettings_change", args=[1])
    return [Use(_("Logo of the site"), url, image.created_at)]
