"""Structured data of pages: schema.org as JSON-LD, and the citation_* tags that reference managers read."""

from collections.abc import Iterable, Mapping
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.corrections.models import Correction
from articles.corrections.shown import Notes
from articles.models.article import Article
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings

type Thing = dict[str, object]  # of schema.org: names of properties to values that JSON can hold
NO_NOTES = Notes()

type Step = tuple[str, str]  # of a breadcrumb trail: name and path


def whole(path: str) -> str:
    """Return a path as a URL with scheme and host."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else urljoin(f"{settings.SITE_URL}/", path)


def without_gaps(thing: Mapping[str, object]) -> Thing:
    """Return a thing without its empty properties."""
    return {name: value for name, value in thing.items() if value not in ("", None, [], {})}


def organisation(site: SiteSettings) -> Thing:
    """Return the organisation that publishes the site."""
    return without_gaps(
        {
            "@type": "Organization",
            "@id": whole("/#organisation"),
            "name": site.organisation or site.name,
            "url": whole("/"),
            "email": site.contact_email,
        }
    )


def website(site: SiteSettings) -> Thing:
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


def web_page(kind: str, path: str, name: str) -> Thing:
    """Return a page of a kind that schema.org knows."""
    return {
        "@type": kind,
        "@id": whole(path),
        "url": whole(path),
        "name": name,
        "isPartOf": {"@id": whole("/#site")},
    }


def breadcrumbs(*steps: Step) -> Thing:
    """Return the breadcrumb trail of a page, from the home page on."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": str(name), "item": whole(path)}
            for number, (name, path) in enumerate([(_("Home"), reverse("articles:home")), *steps], 1)
        ],
    }


def _author(name: str, site: SiteSettings) -> Thing:
    known = {site.organisation, site.name} - {""}
    # 'Newsroom desk' is no person.
    desk = name in known or any(name.startswith(f"{own} ") for own in known)
    return {"@type": "Organization" if desk else "Person", "name": name}


def _source(article: Article) -> Thing | None:
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


def _picture(image: Image | None) -> Thing | None:
    found = image.of_kind("social", "jpeg") if image and image.may_be_shown else []
    if not image or not found:
        return None
    return without_gaps(
        {
            "@type": "ImageObject",
            "url": whole(image.url_of(found[-1])),
            "width": found[-1]["width"],
            "height": found[-1]["height"],
            "caption": image.alt_text,
            "creditText": image.credit,
        }
    )


def about(piece: Article | Resource) -> list[Thing]:
    """Return the countries and topics that a piece is about."""
    countries: list[Thing] = [{"@type": "Country", "name": one.name} for one in piece.subjects.countries]
    topics: list[Thing] = [{"@type": "Thing", "name": one.name} for one in piece.subjects.topics]
    return countries + topics


def _correction(note: Correction, address: str) -> Thing:
    return {
        "@type": "CorrectionComment",
        "@id": f"{address}#{note.anchor}",
        "name": str(note.get_kind_display()),
        "text": note.text,
        "datePublished": note.day.isoformat(),
    }


def news_article(
    article: Article, site: SiteSettings, translations: Iterable[Article] = (), notes: Notes = NO_NOTES
) -> Thing:
    """Return an article with its source, its subjects, its versions in other languages and its corrections."""
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
            "dateModified": timezone.localtime(article.changed_at).isoformat(),
            "dateline": article.dateline,
            "author": [_author(name, site) for name in article.byline_names],
            "publisher": {"@id": whole("/#organisation")},
            "isPartOf": {"@id": whole("/#site")},
            "image": _picture(article.lead_picture),
            "about": about(article),
            "correction": [_correction(one, address) for one in notes.all],
            "isBasedOn": _source(article),
            "workTranslation" if article.translation_of_id is None else "translationOfWork": versions,
        }
    )


def graph(*things: Thing) -> Thing:
    """Return one JSON-LD document of several things."""
    return {"@context": "https://schema.org", "@graph": list(things)}


def of_article(
    article: Article, site: SiteSettings, translations: Iterable[Article], notes: Notes = NO_NOTES
) -> Thing:
    """Return the document of an article's page."""
    steps = [(_("News & Updates"), reverse("articles:news"))]
    if article.display_date:
        year = article.display_date.year
        steps.append((str(year), reverse("articles:year", args=[year])))
    return graph(
        news_article(article, site, translations, notes),
        breadcrumbs(*steps, (article.title, article.get_absolute_url())),
        organisation(site),
        website(site),
    )


def of_subject(subject: Country | Topic, section: str, section_path: str, site: SiteSettings) -> Thing:
    """Return the document of the page of a country or a topic, which stands in a section of the site."""
    path = subject.get_absolute_url()
    page = web_page("CollectionPage", path, subject.name)
    crumbs = breadcrumbs((section, section_path), (subject.name, path))
    return graph(page, crumbs, organisation(site), website(site))


def of_home(site: SiteSettings) -> Thing:
    """Return the document of the home page."""
    return graph(website(site), organisation(site))


def citation_tags(article: Article, site: SiteSettings) -> list[tuple[str, str]]:
    """Return the name and content of each meta tag that Zotero and Google Scholar read."""
    date = str(article.shown_date).replace("-", "/")
    pairs = [
        ("citation_title", article.title),
        *(("citation_author", name) for name in article.byline_names or [site.organisation or site.name]),
        ("citation_publication_date", date),
        ("citation_publisher", site.organisation or site.name),
        ("citation_language", article.language),
        ("citation_abstract", article.dek),
        ("citation_public_url", whole(article.get_absolute_url())),
        ("citation_fulltext_html_url", whole(article.get_absolute_url())),
        *(("citation_keywords", name) for name in article.subjects.names),
    ]
    return [(name, content) for name, content in pairs if content]
