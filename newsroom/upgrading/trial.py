"""Asks the site for its main pages inside this process, as the last check before others can."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.test import Client

MUST_BE_THERE = ["/", "/news/", "/search/?q=news", "/feeds/news.rss"]
MAY_BE_MISSING = ["/get-help/", "/resources/", "/countries/", "/newsletter/", "/inquiries/", "/admin/login/"]


def try_out() -> int:
    """Return how many pages were answered; raises CommandError with the first that was not, and why."""
    BaseCommand().check()
    site = urlsplit(settings.SITE_URL)
    client = Client(headers={"host": site.netloc})
    with transaction.atomic():
        for path in MUST_BE_THERE + MAY_BE_MISSING:
            try:
                status = client.get(path, secure=site.scheme == "https").status_code
            except Exception as error:
                raise CommandError(f"{path} fails: {type(error).__name__}: {error}") from error
            if status != 200 and (path in MUST_BE_THERE or status >= 500):
                raise CommandError(f"{path} answers {status}.")
        transaction.set_rollback(True)  # whatever a page has noted
    return len(MUST_BE_THERE + MAY_BE_MISSING)
