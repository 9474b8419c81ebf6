"""The feed of resources."""

from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.feeds.channel import EPOCH, Channel, FeedEntry, ListedFeed
from articles.feeds.entries import NEWEST, Tags
from articles.feeds.responses import FORMATS, feed_response
from articles.resources.models.resource import Resource, ResourceQuerySet
from newsroom.pagecache.declared import for_all
from newsroom.pictures.models import Image
from newsroom.richtext.pictures import pictures_in
from newsroom.richtext.renderings import for_feed
from newsroom.sitesettings.models import SiteSettings


@for_all()
@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The feed of the latest added resources."""
    tags = Tags()
    channel = Channel(
        id=tags("feeds/resources", EPOCH),
        title=_("%(site)s: resources") % {"site": SiteSettings.load().name},
        description=_("Reports, laws, plans, toolkits and data against human trafficking"),
        page_url=urljoin(settings.SITE_URL, reverse("articles:resources")),
        entries=_entries(Resource.objects.published(), tags),
    )
    return feed_response(request, form, channel)


def listed_feeds() -> list[ListedFeed]:
    """Return the one feed of all resources."""
    return [
        ListedFeed(
            _("All resources"), {form: reverse("articles:resources_feed", args=[form]) for form in FORMATS}
        )
    ]


def _entries(resources: ResourceQuerySet, tags: Tags) -> list[FeedEntry]:
    newest = list(resources.prefetch_related("countries", "topics")[:NEWEST])
    pictures = pictures_in(*(resource.body_html for resource in newest))
    return [_entry(resource, pictures, tags) for resource in newest]


def _entry(resource: Resource, pictures: dict[str, Image], tags: Tags) -> FeedEntry:
    address = resource.get_absolute_url()
    return FeedEntry(
        id=tags(f"resources/{resource.uuid}", resource.created_at),
        url=urljoin(settings.SITE_URL, address),
        title=resource.title,
        summary=resource.summary or resource.title,
        content=_content(resource, for_feed(resource.body_html, address, pictures)),
        published=resource.published_at or resource.created_at,  # a constraint gives public rows the first
        updated=resource.changed_at,
        language=resource.language,
        categories=[
            resource.get_kind_display(),
            *(subject.name for subject in [*resource.topics.all(), *resource.countries.all()]),
        ],
        source_title=resource.publisher or resource.title,
        source_url=resource.link,
    )


def _content(resource: Resource, body: SafeString) -> SafeString:
    facts = [
        resource.get_kind_display(),
        resource.publisher,
        resource.display_date.display if resource.display_date else "",
        ", ".join(resource.language_names),
        resource.credit,
        f"{resource.file_label}, {filesizeformat(resource.file_size or 0)}" if resource.has_file else "",
    ]
    return format_html(
        "{}{}<p>{}</p>{}",
        format_html("<p>{}</p>", resource.summary) if resource.summary else "",
        body,
        format_html_join(" · ", "{}", ((fact,) for fact in facts if fact)),
        format_html_join(
            "", '<p><a href="{0}">{0}</a></p>', ((address,) for address in _addresses(resource))
        ),
    )


def _addresses(resource: Resource) -> Iterator[str]:
    if resource.link:
        yield resource.link
    if resource.has_file:
        yield urljoin(settings.SITE_URL, reverse("articles:resource_file", args=[resource.slug]))
