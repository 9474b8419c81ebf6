"""Structured data of the pages of resources: schema.org as JSON-LD, and the tags that reference managers read."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.resources.models.resource import Resource
from articles.structureddata import (
    Step,
    Thing,
    about,
    breadcrumbs,
    graph,
    organisation,
    web_page,
    website,
    whole,
    without_gaps,
)
from newsroom.sitesettings.models import SiteSettings

TYPES: dict[str, str] = {  # kind of resource to the type of schema.org
    Resource.Kind.REPORT: "Report",
    Resource.Kind.LAW: "Legislation",
    Resource.Kind.PLAN: "DigitalDocument",
    Resource.Kind.TOOLKIT: "Guide",
    Resource.Kind.TRAINING: "LearningResource",
    Resource.Kind.DATA: "Dataset",
    Resource.Kind.ORGANISATION: "Organization",
    Resource.Kind.VIDEO: "VideoObject",
}


def _library() -> Step:
    return (_("Resources"), reverse("articles:resources"))


def _thing(resource: Resource) -> Thing:
    """Return the resource itself, at its address on another site where it has one."""
    thing: Thing = {
        "@type": TYPES[resource.kind],
        "@id": f"{whole(resource.get_absolute_url())}#resource",
        "url": resource.link or whole(resource.get_absolute_url()),
        "name": resource.title,
        "description": resource.summary,
    }
    if resource.kind == Resource.Kind.ORGANISATION:
        countries = [{"@type": "Country", "name": country.name} for country in resource.subjects.countries]
        return without_gaps(thing | {"areaServed": countries})
    return without_gaps(
        thing
        | {
            "inLanguage": resource.languages.split(),
            "datePublished": str(resource.display_date or ""),
            "publisher": resource.publisher and {"@type": "Organization", "name": resource.publisher},
            "creditText": resource.credit,
            "encoding": _file(resource),
            "about": about(resource),
        }
    )


def _file(resource: Resource) -> Thing | None:
    if not resource.has_file:
        return None
    return {
        "@type": "MediaObject",
        "contentUrl": whole(reverse("articles:resource_file", args=[resource.slug])),
        "encodingFormat": resource.file_type.split(";")[0],
        "contentSize": f"{resource.file_size} B",
        "uploadDate": timezone.localtime(resource.file_since).isoformat(),
    }


def of_resource(resource: Resource, site: SiteSettings) -> Thing:
    """Return the document of a resource's page."""
    path = resource.get_absolute_url()
    page = web_page("ItemPage", path, resource.title) | {
        "inLanguage": resource.language,
        "dateModified": timezone.localtime(resource.changed_at).isoformat(),
        "mainEntity": {"@id": f"{whole(path)}#resource"},
    }
    crumbs = breadcrumbs(_library(), (resource.title, path))
    return graph(page, _thing(resource), crumbs, organisation(site), website(site))


def of_library(site: SiteSettings) -> Thing:
    """Return the document of the list of all resources."""
    name, path = _library()
    page = web_page("CollectionPage", path, name)
    return graph(page, breadcrumbs((name, path)), organisation(site), website(site))


def citation_tags(resource: Resource, site: SiteSettings) -> list[tuple[str, str]]:
    """Return the name and content of each meta tag that Zotero and Google Scholar read."""
    has_pdf = resource.file_extension == "pdf"
    pairs = [
        ("citation_title", resource.title),
        ("citation_author", resource.publisher or site.organisation or site.name),
        ("citation_publication_date", str(resource.display_date or "").replace("-", "/")),
        ("citation_publisher", resource.publisher or site.organisation or site.name),
        ("citation_language", resource.languages.split(" ")[0]),
        ("citation_abstract", resource.summary),
        ("citation_public_url", resource.link or whole(resource.get_absolute_url())),
        (
            "citation_pdf_url",
            whole(reverse("articles:resource_file", args=[resource.slug])) if has_pdf else "",
        ),
        ("citation_abstract_html_url", whole(resource.get_absolute_url())),
        *(("citation_keywords", name) for name in resource.subjects.names),
    ]
    return [(name, content) for name, content in pairs if content]
