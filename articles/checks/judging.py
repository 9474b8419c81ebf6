"""All findings of an article: the one answer for the form, the panel beside the text, and the command."""

import hashlib
from collections import OrderedDict

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import linking, structure, traces, wording
from .finding import SOURCE, Finding, Severity
from .reading import Text, read
from .state import NOTES, ArticleState, Site

MOST_REMEMBERED = 64  # texts
ORDER = list(Severity)
OWN_WORDS = ("title", "dek", "content_note", "dateline")
NAMES = ("bylines", "source_title", "source_publication")  # others chose their words

_remembered: OrderedDict[tuple[object, ...], tuple[Finding, ...]] = OrderedDict()


def findings(state: ArticleState) -> list[Finding]:
    """Return what is found in an article: what blocks first, each thing once, in the order of the text."""
    found = [*state.asked, *_of_source(state), *wording.summary(state.dek)]
    for name in (*OWN_WORDS, *NAMES):
        words = getattr(state, name)
        found += wording.unfinished(words, name)
        found += traces.traces(words, state.site.known, name)
        if name in OWN_WORDS:
            found += wording.style(words, state.site.style, state.language, name)
    # An address fills itself from the title, and keeps what is taken out of that later.
    found += traces.traces(state.slug.replace("-", " "), state.site.known, "slug")
    found += traces.traces(state.source_url, state.site.known, "source_url")
    for note in state.notes:
        found += traces.traces(note, state.site.known, NOTES)
    found += _remember(state.body_html, state.language, state.site)
    if state.sent_html and state.sent_html != state.body_html:
        found += linking.no_addresses(read(state.sent_html).links)
    return sorted(dict.fromkeys(found), key=lambda one: ORDER.index(one.kind.severity))


def _of_source(state: ArticleState) -> list[Finding]:
    if not state.lacks_source:
        return []
    told = _("Name the source that it is adapted from: its title, its publication, or both.")
    return [Finding(SOURCE, told, "source_title")]


def _remember(html: str, language: str, site: Site) -> tuple[Finding, ...]:
    """Return the findings of a text; those of the latest texts are remembered."""
    digest = hashlib.blake2b(html.encode(errors="replace")).digest()
    key = (
        digest,
        language,
        get_language(),
        site.style,
        frozenset(site.known.numbers),
        frozenset(site.known.mails),
    )
    known = _remembered.get(key)
    if known is None:
        known = _remembered[key] = tuple(of_text(html, language, site))
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return known


def of_text(html: str, language: str, site: Site) -> list[Finding]:
    """Return what is found in a text alone, without asking anything of anybody."""
    text: Text = read(html)
    found: list[Finding] = [*linking.no_addresses(text.links)]
    words = traces.APART.join(text.paragraphs)  # all at once, which takes a third of the time
    found += wording.unfinished(words)
    found += traces.traces(traces.APART.join(filter(traces.HOLDS.search, text.paragraphs)), site.known)
    found += wording.style(traces.APART.join(text.own_words), site.style, language)
    addresses = [(link.address, link.words) for link in text.links if link.address]
    found += traces.of_links(addresses, site.known)
    found += structure.headings(text.headings)
    found += structure.tables(text.tables)
    found += wording.without_words(text.links)
    found += wording.short(words.replace(traces.APART, " "))
    return found
