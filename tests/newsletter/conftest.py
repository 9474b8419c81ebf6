"""Rows of the newsletter to write about."""

import itertools

import pytest
from django.utils import timezone

numbers = itertools.count(1)


@pytest.fixture
def site(db):
    """Return the site's settings with all that a newsletter has to say."""
    from newsroom.sitesettings.models import SiteSettings

    return SiteSettings.objects.create(
        name="Newsroom",
        organisation="The Newsroom Project",
        postal_address="1 Example Street\nExampletown",
        contact_email="contact@example.org",
    )


@pytest.fixture
def make_issue(db):
    """Return a function that makes a draft with an entry for each of the articles."""

    def make(*, articles=(), group="", **values):
        from newsletter.models import Issue, Item

        number = next(numbers)
        issue = Issue.objects.create(
            **{
                "slug": f"issue-{number}",
                "subject": f"News of the month {number}",
                "preheader": "What is new.",
            }
            | values
        )
        Item.objects.bulk_create(
            Item(issue=issue, article=article, group=group, blurb=article.dek, position=place)
            for place, article in enumerate(articles, 1)
        )
        return issue

    return make


@pytest.fixture
def make_subscriber(db):
    """Return a function that makes a confirmed reader."""

    def make(address=None, **values):
        from newsletter.models import Subscriber

        address = address or f"reader-{next(numbers)}@example.org"
        return Subscriber.objects.create(
            **{"address": address, "address_key": address.lower(), "state": Subscriber.State.CONFIRMED}
            | values
        )

    return make


@pytest.fixture
def due_issue(make_issue, make_article):
    """Return an issue whose time has come."""
    from newsletter.sending import lifecycle

    issue = make_issue(articles=[make_article()])
    assert lifecycle.schedule(issue, timezone.now())
    return issue


@pytest.fixture
def fresh_sender(monkeypatch):
    """Let no test remember what servers said to another."""
    from newsletter.sending import jobs

    monkeypatch.setattr(jobs, "_failures", 0)
    monkeypatch.setattr(jobs, "_silent_until", 0.0)


@pytest.fixture
def sent(site, make_issue, make_article, make_subscriber):
    """Return (issue, reader): an issue that the mail server took for this reader."""
    from newsletter.models import Delivery
    from newsletter.sending import jobs, lifecycle

    reader = make_subscriber("ann@example.org")
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    jobs.send_due()
    assert Delivery.objects.get().state == Delivery.State.SENT
    return issue, reader
