"""The page of search; searches are not counted, logged or kept."""

import calendar
import datetime
import re
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.pagecache.once import once

from .. import registry
from ..models import BestBet, as_asked
from ..registry import Facet, Recommendation
from . import mending, needs, results, times
from .matching import Narrowing
from .query import parse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_QUERY = 2_000  # characters
FEW = 3  # results
AS_TYPED = "typed"  # the value of ?as= that asks for the words alone, without anything that mends them
MOST_CHOICES = 12  # of one facet, the commonest first
PARAMETERS = ["q", "type", "country", "topic", "from", "to", "sort", "as"]
type Names = list[tuple[int, str, str]]  # primary key, word in addresses, name
type Facets = list[tuple[Facet, Names]]
type Choices = list[tuple["StrOrPromise", int, str]]  # label, documents, address

DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the results of a query, and what they can be narrowed to."""
    asked = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    query = parse(asked)
    facets = [(facet, facet.names()) for facet in registry.facets()]
    if moved := _moved(request.GET, facets):
        return redirect(f"{request.path}{_address(request.GET, **moved)}", permanent=True)
    narrowing, problems = _narrowing(request.GET, facets)
    page = request.GET.get("page", "")
    answer = results.find(
        query,
        narrowing,
        page=int(page[:7]) if page.isascii() and page.isdigit() else 1,
        by_date=request.GET.get("sort") == "date",
        literally=request.GET.get("as") == AS_TYPED,
    )
    context = {
        "asked": asked,
        "answer": answer,
        "chosen": _chosen(request.GET, facets),
        "facets": _facets(request.GET, answer, facets),
        "is_by_date": request.GET.get("sort") == "date",
        "problems": problems,
        "kept": _kept(request.GET),
        "as_typed": _address(request.GET, **{"as": AS_TYPED}),
        "first_number": (answer.page - 1) * results.PER_PAGE + 1,
        "previous_page": answer.page - 1,
        "next_page": answer.page + 1,
        "any_word": " OR ".join(unit.typed for unit in query.units) if len(query.groups) > 1 else "",
        "beginning": _beginning(answer),
    }
    context |= _recommended(asked, answer)
    response = render(request, "newsroom/search.html", context, status=400 if problems else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _recommended(asked: str, answer: results.Results) -> dict[str, object]:
    """Return what stands above the results: the way to help for those who ask for it, and best bets."""
    is_need, get_help_url = needs.is_need(asked), _url("articles:get_help")
    return {
        "is_need": is_need and bool(get_help_url),
        "get_help_url": get_help_url,
        "numbers": registry.numbers_by_country() if is_need or not answer.count else [],
        "bets": [bet for bet in _bets(asked) if not (is_need and bet.link == get_help_url)],
    }


def _url(name: str) -> str:
    """Return the address of a view, or nothing where its app is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _beginning(answer: results.Results) -> str:
    """Return the query with its last word as a beginning, where little was found and that finds more."""
    if not 0 < answer.count <= FEW or answer.read_as.query:
        return ""
    return mending.unfinished(answer.query, times.now())


def _bets(asked: str) -> list[BestBet | Recommendation]:
    """Return what editors and apps recommend for what was typed."""
    words = as_asked(asked)
    known = once("best bets", _best_bets) if words else []
    bets = [bet for bet, queries in known if words in queries]
    return [*registry.recommendations(asked), *bets]


def _best_bets() -> list[tuple[BestBet, list[frozenset[str]]]]:
    return [(bet, bet.asked) for bet in BestBet.objects.all()]


def _moved(given: QueryDict, facets: Facets) -> dict[str, str]:
    """Return {parameter: present word} for subjects that the address names by a former word."""
    found = {}
    for facet, names in facets:
        word = given.get(facet.name, "")
        if word and all(word != known for _key, known, _name in names) and (now := facet.moved(word)):
            found[facet.name] = now
    return found


def _narrowing(given: QueryDict, facets: Facets) -> tuple[Narrowing, list[str]]:
    """Return what the address narrows the results to, and a message for each date in it that is none."""
    kinds = {kind.name: kind.number for kind in registry.kinds()}
    subjects: dict[str, int] = {}
    for facet, names in facets:
        if wanted := given.get(facet.name):
            words = {word: key for key, word, _name in names}
            subjects[facet.name] = words.get(wanted, 0)
    problems: list[str] = []
    days: dict[str, tuple[datetime.date, datetime.date]] = {}
    for parameter in ["from", "to"]:
        written = given.get(parameter, "").strip()
        if found := _days(written):
            days[parameter] = found
        elif written:
            problems.append(
                _("“%s” is no date. Write a year or a month: 2006 or 2006-08.") % given[parameter][:40]
            )
    kind = given.get("type")
    narrowing = Narrowing(
        kind=kinds.get(kind, 0) if kind else None,
        country=subjects.get("country"),
        topic=subjects.get("topic"),
        first_day=days["from"][0] if "from" in days else None,
        last_day=days["to"][1] if "to" in days else None,
    )
    return narrowing, problems


def _days(written: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and the last day of 2006, 2006-08 or 2006-08-05, or None."""
    match = DAY.fullmatch(written)
    if not match:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        first = datetime.date(year, month or 1, day or 1)
        last_month = month or 12
        return first, datetime.date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        return None


def _address(given: QueryDict, **changes: str | None) -> str:
    """Return the query string with these changes; None removes a parameter, and the page is always removed."""
    kept = QueryDict(mutable=True)
    for name in PARAMETERS:
        value = changes.get(name, given.get(name, ""))
        if value:
            kept[name] = value[:LONGEST_QUERY]
    return f"?{kept.urlencode()}"


def _kept(given: QueryDict) -> list[tuple[str, str]]:
    """Return (name, value) of the parameters that a new query keeps: what narrows the results, and their order."""
    return [(name, value[:40]) for name in PARAMETERS[1:] if name != "as" and (value := given.get(name))]


def _chosen(given: QueryDict, facets: Facets) -> "list[tuple[StrOrPromise, str]]":
    """Return (label, address without it) of everything that the results are narrowed to."""
    chosen: list[tuple[StrOrPromise, str]] = []
    if wanted := given.get("type"):
        labels = {kind.name: kind.label for kind in registry.kinds()}
        chosen.append((labels.get(wanted, wanted[:40]), _address(given, type=None)))
    for facet, names in facets:
        if wanted := given.get(facet.name):
            called = {word: name for _key, word, name in names}
            chosen.append((called.get(wanted, wanted[:40]), _address(given, **{facet.name: None})))
    first, last = given.get("from", "").strip()[:40], given.get("to", "").strip()[:40]
    if first or last:
        label = first if first == last else f"{first} – {last}"
        chosen.append((label, _address(given, **{"from": None, "to": None})))
    return chosen


def _facets(
    given: QueryDict, answer: results.Results, facets: Facets
) -> "list[tuple[StrOrPromise, Choices]]":
    """Return (label, choices) of what the results can be narrowed to further."""
    if not answer.count:
        return []
    shown: list[tuple[StrOrPromise, Choices]] = []
    if not given.get("type"):
        counts = answer.counts["kind"]
        shown.append(
            (
                _("Type"),
                [
                    (kind.label, counts[kind.number], _address(given, type=kind.name))
                    for kind in registry.kinds()
                    if counts.get(kind.number)
                ],
            )
        )
    for facet, names in facets:
        if not given.get(facet.name):
            counts = answer.counts[facet.name]
            commonest = sorted((-counts[key], name, word) for key, word, name in names if counts.get(key))
            choices: Choices = [
                (name, -number, _address(given, **{facet.name: word}))
                for number, name, word in commonest[:MOST_CHOICES]
            ]
            shown.append((facet.label, choices))
    if not (given.get("from") and given.get("from") == given.get("to")):
        years = sorted(answer.counts["year"].items(), reverse=True)
        shown.append(
            (
                _("Year"),
                [(str(y), number, _address(given, **{"from": str(y), "to": str(y)})) for y, number in years],
            )
        )
    return [(label, choices) for label, choices in shown if choices]
