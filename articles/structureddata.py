"""What pages tell machines: schema.org as JSON-LD, and the citation_* tags that reference managers read."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _


def whole(path: str):
    """Return a path as an address with scheme and host."""
    return urljoin(f"{settings.SITE_URL}/", path)


def without_gaps(thing):
    """Return a thing without what is not known of it."""
    return {name: value for name, value in thing.items() if value not in ("", None, [], {})}


def organisation(site):
    """Return who publishes the site."""
    return without_gaps(
        {
            "@type": "Organization",
            "@id": whole("/#organisation"),
            "name": site.organisation or site.name,
            "url": whole("/"),
            "email": site.contact_email,
        }
    )


def website(site):
    """Return the site itself, with its search."""
    return without_gaps(
        {
            "@type": "WebSite",
            "@id": whole("/#site"),
            "name": site.name,
            "description": site.tagline,
            "url": whole("/"),
            "inLanguage": settings.LANGUAGE_CODE,
            "publisher": {"@id": whole("/#organisation")},
            "potentialAction": {
                "@type": "SearchAction",
                "target": whole(reverse("search")) + "?q={search_term_string}",
                "query-input": "required name=search_term_string",
            },
        }
    )


def breadcrumbs(*steps):
    """Return a path of (name, path) steps, the home page first."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": str(name), "item": whole(path)}
            for number, (name, path) in enumerate([(_("Home"), reverse("articles:home")), *steps], 1)
        ],
    }


def _author(name: str, site):
    known = {site.organisation, site.name} - {""}
    # A desk of the site's own is no person.
    desk = name in known or any(name.startswith(f"{own} ") for own in known)
    return {"@type": "Organization" if desk else "Person", "name": name}


def _source(article):
    if not article.source_label:
        return None
    return without_gaps(
        {
            "@type": "CreativeWork",
            "name": article.source_name,
            "isPartOf": article.source_publication
            and {"@type": "Periodical", "name": article.source_publication},
            "datePublished": str(article.source_date or ""),
            "url": article.source_url,
        }
    )


def _picture(image):
    found = image.of_kind("social", "jpeg") if image and image.may_be_shown else []
    return found and without_gaps(
        {
            "@type": "ImageObject",
            "url": whole(image.url_of(found[-1])),
            "width": found[-1]["width"],
            "height": found[-1]["height"],
            "caption": image.alt_text,
            "creditText": image.credit,
        }
    )


def news_article(article, site, translations=()):
    """Return an article with its source, its subjects and its versions in other languages."""
    address = whole(article.get_absolute_url())
    versions = [{"@type": "NewsArticle", "@id": whole(other.get_absolute_url())} for other in translations]
    return without_gaps(
        {
            "@type": "NewsArticle",
            "@id": address,
            "url": address,
            "mainEntityOfPage": address,
            "headline": article.title,
            "description": article.dek,
            "inLanguage": article.language,
            "datePublished": str(article.display_date or "")
            or timezone.localtime(article.published_at).isoformat(),
            "dateModified": timezone.localtime(max(article.updated_at, article.published_at)).isoformat(),
            "dateline": article.dateline,
            "author": [_author(name, site) for name in article.byline_names],
            "publisher": {"@id": whole("/#organisation")},
            "isPartOf": {"@id": whole("/#site")},
            "image": _picture(article.lead_picture),
            "about": [
                *({"@type": "Country", "name": country.name} for country in article.countries.all()),
                *({"@type": "Thing", "name": topic.name} for topic in article.topics.all()),
            ],
            "isBasedOn": _source(article),
            "workTranslation" if article.translation_of_id is None else "translationOfWork": versions,
        }
    )


def graph(*things):
    """Return one document of several things."""
    return {"@context": "https://schema.org", "@graph": list(things)}


def of_article(article, site, translations):
    """Return the document of an article's page."""
    steps = [(_("News & Updates"), reverse("articles:news"))]
    if article.display_date:
        year = article.display_date.year
        steps.append((str(year), reverse("articles:year", args=[year])))
    return graph(
        news_article(article, site, translations),
        breadcrumbs(*steps, (article.title, article.get_absolute_url())),
        organisation(site),
        website(site),
    )


def of_subject(subject, section, section_path, site):
    """Return the document of a page that collects what is about a subject."""
    page = {
        "@type": "CollectionPage",
        "@id": whole(subject.get_absolute_url()),
        "url": whole(subject.get_absolute_url()),
        "name": subject.name,
        "isPartOf": {"@id": whole("/#site")},
    }
    crumbs = breadcrumbs((section, section_path), (subject.name, subject.get_absolute_url()))
    return graph(page, crumbs, organisation(site), website(site))


def of_home(site):
    """Return the document of the home page."""
    return graph(website(site), organisation(site))


def citation_tags(article, site):
    """Return the (name, content) pairs that Zotero and Google Scholar read."""
    date = str(article.display_date or timezone.localdate(article.published_at)).replace("-", "/")
    pairs = [
        ("citation_title", article.title),
        *(("citation_author", name) for name in article.byline_names or [site.organisation or site.name]),
        ("citation_publication_date", date),
        ("citation_publisher", site.organisation or site.name),
        ("citation_language", article.language),
        ("citation_abstract", article.dek),
        ("citation_public_url", whole(article.get_absolute_url())),
        ("citation_fulltext_html_url", whole(article.get_absolute_url())),
        *(("citation_keywords", one.name) for one in [*article.countries.all(), *article.topics.all()]),
    ]
    return [(name, content) for name, content in pairs if content]
