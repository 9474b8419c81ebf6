"""Citations: as a sentence in two styles, and as BibTeX and RIS for reference managers.

Names stay as the byline has them: a name doesn't say which part of it is the family name, and in most of
the countries that the site reports on it is not the last.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpResponse
from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.dates import PartialDate
from articles.models.article import Article
from articles.resources.models.resource import Resource
from newsroom.pagecache import deadlines
from newsroom.sitesettings.models import SiteSettings

BIBTEX_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
RIS_TYPES: dict[str, str] = {
    "law": "STAT",
    "data": "DATA",
    "organisation": "ELEC",
    "video": "VIDEO",
}  # of resources
NOT_IN_LINE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
IN_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """What the styles and formats need of an article or a resource; url has scheme and host."""

    key: str
    title: str
    url: str
    site: str
    publisher: str
    date: PartialDate | None
    authors: list[str] = field(default_factory=list)
    abstract: str = ""
    language: str = ""
    keywords: list[str] = field(default_factory=list)
    note: str = ""
    ris_type: str = "NEWS"
    accessed: datetime.date = field(default_factory=deadlines.today)

    @property
    def responsible(self) -> str:
        """Return the body named in place of an author: the publisher, else the site."""
        return self.publisher or self.site

    @property
    def apa(self) -> SafeString:
        """Return the entry of a reference list in APA style, seventh edition."""
        author = _joined(self.authors, "&") or self.responsible
        container = "" if author == self.site else f"{_ended(self.site)} "
        when = _written_date(self.date) if self.date else _("n.d.")
        found = _("Retrieved %(day)s, from %(address)s") % {"day": self.read_on, "address": self.url}
        return format_html(
            "{} ({}). <cite>{}</cite> {}{}", _ended(author), when, _ended(self.title), container, found
        )

    @property
    def chicago(self) -> SafeString:
        """Return the entry of a bibliography in Chicago style, notes and bibliography."""
        author = _joined(self.authors, _("and"))
        when = self.date.display if self.date else _("n.d.")
        start = f"{_ended(author)} " if author else ""
        found = _("Accessed %(day)s. %(address)s.") % {"day": self.read_on, "address": self.url}
        return format_html(
            "{}“{}” <cite>{}</cite>, {}. {}", start, _ended(self.title), self.site, when, found
        )

    @property
    def read_on(self) -> str:
        """Return the day of reading in the reader's language."""
        return PartialDate.from_date(self.accessed).display


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def source_line(article: Article) -> str:
    """Return 'Adapted from: ‘Title.’ Publication. Date.'; empty where no source is given."""
    if not article.source_label:
        return ""
    parts = [
        f"‘{_ended(article.source_title)}’" if article.source_title else "",
        f"{article.source_publication}." if article.source_publication else "",
        "" if article.source_title or article.source_publication else f"{article.source_name}.",
        f"{article.source_date.display}." if article.source_date else "",
    ]
    return f"{article.source_label}: {' '.join(part for part in parts if part)}"


def of_article(article: Article, site: SiteSettings) -> Citation:
    """Return the citation of an article."""
    date = article.shown_date
    return Citation(
        key=f"{_key(article.slug) or 'article'}-{date.year}",
        title=article.title,
        url=urljoin(settings.SITE_URL, article.get_absolute_url()),
        site=site.name,
        publisher=site.organisation,
        date=date,
        authors=article.byline_names,
        abstract=article.dek,
        language=article.language,
        keywords=article.subjects.names,
        note=source_line(article),
    )


def of_resource(resource: Resource, site: SiteSettings) -> Citation:
    """Return the citation of a resource, as the work of its publisher at the publisher's own address."""
    year = resource.display_date.year if resource.display_date else _("n.d.")
    here = urljoin(settings.SITE_URL, resource.get_absolute_url())
    return Citation(
        key=f"{_key(resource.slug) or 'resource'}-{_key(str(year))}",
        title=resource.title,
        url=resource.link or here,
        site=resource.publisher or site.name,
        publisher=resource.publisher or site.organisation,
        date=resource.display_date,
        abstract=resource.summary,
        language=resource.languages.split(" ")[0],
        keywords=resource.subjects.names,
        note=resource.credit,
        ris_type=RIS_TYPES.get(resource.kind, "RPRT"),
    )


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _written_date(date: PartialDate) -> str:
    """Return the date as both styles write it: '2006, August 5', as precise as it is known."""
    month = f", {MONTH_NAMES[date.month]}" if date.month else ""
    return f"{date.year}{month}{f' {date.day}' if date.day else ''}"


def _joined(names: Sequence[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def _line(text: str) -> str:
    return " ".join(NOT_IN_LINE.sub(" ", text).split())


def _tex(text: str) -> str:
    return "".join(IN_BIBTEX.get(character, character) for character in _line(text))


def bibtex(citation: Citation) -> str:
    """Return the citation as a BibTeX entry; double braces keep names and titles as they are written."""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in citation.authors or [citation.responsible]),
        "title": f"{{{_tex(citation.title)}}}",
        "howpublished": _tex(citation.site),
        "publisher": _tex(citation.publisher),
        "year": str(citation.date.year) if citation.date else "",
        "month": BIBTEX_MONTHS[citation.date.month - 1] if citation.date and citation.date.month else "",
        "day": str(citation.date.day or "") if citation.date else "",
        "url": re.sub(r"[{}\\\s]", "", citation.url),
        "urldate": citation.accessed.isoformat(),
        "language": citation.language,
        "keywords": _tex(", ".join(citation.keywords)),
        "abstract": _tex(citation.abstract),
        "note": _tex(citation.note),
    }
    lines = [
        f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(citation: Citation) -> str:
    """Return the citation as an RIS record, whose lines end with CR LF."""
    date = citation.date
    day = f"{date.year:04}/{date.month:02}/{date.day:02}/".replace("/00", "/") if date else ""
    pairs = [
        ("TY", citation.ris_type),
        ("TI", citation.title),
        *(("AU", name) for name in citation.authors or [citation.responsible]),
        ("T2", citation.site),
        ("PB", citation.publisher),
        ("PY", f"{date.year:04}" if date else ""),
        ("DA", day),
        ("LA", citation.language),
        ("UR", citation.url),
        ("Y2", f"{citation.accessed:%Y/%m/%d}/"),
        ("AB", citation.abstract),
        *(("KW", word) for word in citation.keywords),
        ("N1", citation.note),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in pairs if value) + "ER  - \r\n"


# Extension of the file to the function that writes it and its content type.
FORMATS: dict[str, tuple[Callable[[Citation], str], str]] = {
    "bib": (bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (ris, "application/x-research-info-systems; charset=utf-8"),
}


def download(citation: Citation, form: str, slug: str) -> HttpResponse:
    """Return a citation as a file in one of FORMATS, named by the slug of what it cites."""
    write, content_type = FORMATS[form]
    response = HttpResponse(write(citation), content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{slug}.{form}")
    return response
