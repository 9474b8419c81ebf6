"""What the pages of resources tell machines: schema.org as JSON-LD, and the tags of reference managers."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.resources.models.resource import Resource
from articles.structureddata import breadcrumbs, graph, organisation, website, whole, without_gaps

TYPES = {
    Resource.Kind.REPORT: "Report",
    Resource.Kind.LAW: "Legislation",
    Resource.Kind.PLAN: "DigitalDocument",
    Resource.Kind.TOOLKIT: "Guide",
    Resource.Kind.TRAINING: "LearningResource",
    Resource.Kind.DATA: "Dataset",
    Resource.Kind.ORGANISATION: "Organization",
    Resource.Kind.VIDEO: "VideoObject",
}


def _steps():
    return (_("Resources"), reverse("articles:resources"))


def _thing(resource):
    """Return the resource itself; where it stands elsewhere, that is its address."""
    thing = {
        "@type": TYPES[resource.kind],
        "@id": f"{whole(resource.get_absolute_url())}#resource",
        "url": resource.link or whole(resource.get_absolute_url()),
        "name": resource.title,
        "description": resource.summary,
    }
    countries = [{"@type": "Country", "name": country.name} for country in resource.countries.all()]
    if resource.kind == Resource.Kind.ORGANISATION:
        return without_gaps(thing | {"areaServed": countries})
    return without_gaps(
        thing
        | {
            "inLanguage": resource.languages.split(),
            "datePublished": str(resource.display_date or ""),
            "publisher": resource.publisher and {"@type": "Organization", "name": resource.publisher},
            "creditText": resource.credit,
            "encoding": _file(resource),
            "about": [*countries, *({"@type": "Thing", "name": one.name} for one in resource.topics.all())],
        }
    )


def _file(resource):
    return resource.has_file and {
        "@type": "MediaObject",
        "contentUrl": whole(reverse("articles:resource_file", args=[resource.slug])),
        "encodingFormat": resource.file_type.split(";")[0],
        "contentSize": f"{resource.file_size} B",
        "uploadDate": timezone.localtime(resource.file_since).isoformat(),
    }


def of_resource(resource, site):
    """Return the document of a resource's page."""
    address = whole(resource.get_absolute_url())
    page = {
        "@type": "ItemPage",
        "@id": address,
        "url": address,
        "name": resource.title,
        "inLanguage": resource.language,
        "dateModified": timezone.localtime(max(resource.updated_at, resource.published_at)).isoformat(),
        "mainEntity": {"@id": f"{address}#resource"},
        "isPartOf": {"@id": whole("/#site")},
    }
    crumbs = breadcrumbs(_steps(), (resource.title, resource.get_absolute_url()))
    return graph(page, _thing(resource), crumbs, organisation(site), website(site))


def of_library(site):
    """Return the document of the list of all resources."""
    name, path = _steps()
    page = {
        "@type": "CollectionPage",
        "@id": whole(path),
        "url": whole(path),
        "name": name,
        "isPartOf": {"@id": whole("/#site")},
    }
    return graph(page, breadcrumbs((name, path)), organisation(site), website(site))


def citation_tags(resource, site):
    """Return the (name, content) pairs that Zotero and Google Scholar read."""
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
            resource.file_extension == "pdf"
            and whole(reverse("articles:resource_file", args=[resource.slug])),
        ),
        ("citation_abstract_html_url", whole(resource.get_absolute_url())),
        *(("citation_keywords", one.name) for one in [*resource.countries.all(), *resource.topics.all()]),
    ]
    return [(name, content) for name, content in pairs if content]
