"""What holds the publication of an article back, and how somebody lets it through with a reason."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from newsroom.othersites.addresses import hides

from .asking import state_of
from .finding import BODY, SOURCE, Finding, Severity
from .judging import findings
from .models import LONGEST_REASON, Acceptance

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASON = "_reason"  # the box of the form


def reason_in(typed: str) -> str:
    """Return the reason that somebody typed; empty for one without a letter or a digit that can be seen."""
    reason = typed.replace("\0", "").strip()[:LONGEST_REASON]
    return reason if any(letter.isalnum() and not hides(letter) for letter in reason) else ""


# Any in this module: an Article, whose module uses this one.
def is_out(article: Any) -> bool:
    """Return whether visitors have read an article and it is still published: then findings warn."""
    return bool(article.state == article.State.PUBLISHED and article.has_been_public)


def digest(finding: Finding) -> str:
    """Return what tells a finding from others and gives nothing of it away."""
    told = f"{finding.kind.code}\n{finding.field}\n{finding.excerpt}"
    if finding.leads_to:  # another link may have the same words
        told += f"\n{finding.leads_to}"
    return salted_hmac("articles.checks", told, algorithm="sha256").hexdigest()


def can_be_accepted(finding: Finding, *, out: bool) -> bool:
    """Return whether a reason lets a finding through."""
    if finding.kind.is_always_kept_out or finding.kind is SOURCE:
        return False
    return finding.kind.severity is Severity.TRACE or (out and finding.kind.severity is Severity.BLOCK)


def holds(finding: Finding) -> bool:
    """Return whether a finding keeps an article from being published without a reason, or at all."""
    return finding.kind.severity is not Severity.ADVISE


def accepted(article: Any) -> dict[str, Acceptance]:
    """Return what was let through of an article, by digest."""
    if article.pk is None:
        return {}
    rows = Acceptance.objects.filter(article=article.pk).select_related("by")
    return {row.digest: row for row in rows}


def held(article: Any, sent_html: str = "") -> list[Finding]:
    """Return the findings that hold back what the article is now and that nobody has let through yet."""
    known = accepted(article)
    found = [one for one in findings(state_of(article, sent_html)) if holds(one)]
    return [one for one in found if digest(one) not in known]


def problems(article: Any, *, reason: str = "", sent_html: str = "") -> "dict[str, list[StrOrPromise]]":
    """Return what keeps an article from being public, as sentences by field; pictures and the source are told apart.

    With a reason, what it lets through is left out.
    """
    out = is_out(article)
    told: dict[str, list[StrOrPromise]] = {}
    asks = False
    for one in held(article, sent_html):
        if one.kind.is_always_kept_out or one.kind is SOURCE:
            continue
        may = can_be_accepted(one, out=out)
        if may and reason:
            continue
        asks = asks or may
        told.setdefault(one.field, []).append(in_words(one))
    if asks:
        told.setdefault(BODY, []).append(how_to_go_on(out=out))
    return told


def in_words(finding: Finding) -> str:
    """Return a finding as one line, with the words that it is about."""
    return f"{finding.message} “{finding.shown_excerpt}”" if finding.shown_excerpt else str(finding.message)


def how_to_go_on(*, out: bool) -> str:
    """Return how a publication goes on although something was found."""
    if out:
        return _("Mend it, or write under “Checks” why it is published anyway.")
    return _(
        "Take it out, or write under “Checks” why it may be public: everybody who may change the article reads that."
    )


def acceptable(article: Any) -> list[Finding]:
    """Return the findings that a reason would let through now."""
    out = is_out(article)
    return [one for one in held(article) if can_be_accepted(one, out=out)]


def accept(article: Any, found: Iterable[Finding], reason: str, by: User) -> int:
    """Store that somebody lets findings through; return how many there were."""
    count = 0
    with transaction.atomic():
        for one in found:
            values = {"kind": one.kind.code, "reason": reason[:LONGEST_REASON], "by": by}
            _row, is_new = Acceptance.objects.get_or_create(
                article_id=article.pk, digest=digest(one), defaults=values
            )
            count += is_new
    return count
