"""Whose backups are whose: each site keeps its own, and its ledger, in a folder of its name in BACKUP_TO.

The name is the host of SITE_URL when it is first needed. It stays when the address changes, and comes back with a
backup; where that is put back under another address, the copy gets a name of its own.
"""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from newsroom.backups.models import Owner

OTHER = re.compile(r"[^a-z0-9.]+")
LONGEST = 100  # characters


def name_for(url: str) -> str:
    """Return the name of a site at this address."""
    return OTHER.sub("-", urlsplit(url).netloc.lower()).strip("-.")[:LONGEST] or "site"


def name() -> str:
    """Return the name of this site."""
    return _noted() or name_for(settings.SITE_URL)


def _noted() -> str | None:
    return Owner.objects.filter(pk=1).values_list("name", flat=True).first()


def note() -> None:
    """Note the name and the address of this site, so that the name stays when the address changes."""
    made, is_new = Owner.objects.get_or_create(
        pk=1, defaults={"name": name_for(settings.SITE_URL), "url": settings.SITE_URL}
    )
    if not is_new and made.url != settings.SITE_URL:
        Owner.objects.filter(pk=1).update(url=settings.SITE_URL)


def is_a_copy() -> bool:
    """Return whether the database here comes from a site at another address."""
    try:
        url = Owner.objects.filter(pk=1).values_list("url", flat=True).first()
    except DatabaseError:  # of an older version, or there is none
        return False
    return url is not None and name_for(url) != name_for(settings.SITE_URL)


def part_from_its_origin() -> str:
    """Give a site that was put back under another address a name of its own; return a sentence about it, or ""."""
    origin = Owner.objects.filter(pk=1).first()
    if origin is None or not is_a_copy():
        return ""
    Owner.objects.filter(pk=1).update(name=name_for(settings.SITE_URL), url=settings.SITE_URL)
    told = _("The backup is of %(origin)s, and this is %(here)s: it keeps its own backups apart from now on.")
    return told % {"origin": origin.url, "here": settings.SITE_URL}
