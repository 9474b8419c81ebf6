"""The page of search. Nobody's searches are counted, logged or kept."""

import calendar
import datetime
import re

from django.http import HttpRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import registry
from ..models import BestBet, as_asked
from . import results
from .query import parse

LONGEST_QUERY = 2_000  # characters
FEW = 3  # results
MOST_CHOICES = 12  # of one facet, the commonest first
PARAMETERS = ["q", "type", "country", "topic", "from", "to", "sort"]
DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@require_safe
def search(request: HttpRequest):
    """The results of a query, and what they can be narrowed to."""
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
    )
    context = {
        "asked": asked,
        "answer": answer,
        "bets": _bets(asked),
        "chosen": _chosen(request.GET, facets),
        "facets": _facets(request.GET, answer, facets),
        "is_by_date": request.GET.get("sort") == "date",
        "problems": problems,
        "kept": _kept(request.GET),
        "first_number": (answer.page - 1) * results.PER_PAGE + 1,
        "previous_page": answer.page - 1,
        "next_page": answer.page + 1,
        "any_word": " OR ".join(unit.typed for unit in query.units) if len(query.groups) > 1 else "",
        "beginning": _beginning(answer),
        "get_help_url": _url("articles:get_help"),
    }
    response = render(request, "newsroom/search.html", context, status=400 if problems else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _url(name: str):
    """Return the address of a view that may not be there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _beginning(answer):
    """Return the query with its last word as a beginning, where little was found and that finds more."""
    if not 0 < answer.count <= FEW or answer.as_beginning or answer.corrected:
        return ""
    return results.unfinished(answer.query)


def _bets(asked):
    """Return what editors and apps recommend for what was typed."""
    words = as_asked(asked)
    bets = [bet for bet in BestBet.objects.all() if words in bet.asked] if words else []
    return [*registry.recommendations(asked), *bets]


def _moved(given, facets) -> dict[str, str]:
    """Return {parameter: present word} of subjects that the address names by a former one."""
    found = {}
    for facet, names in facets:
        word = given.get(facet.name, "")
        if word and all(word != known for _key, known, _name in names) and (now := facet.moved(word)):
            found[facet.name] = now
    return found


def _narrowing(given, facets):
    """Return what the address narrows the results to, and what it says that is no date."""
    kinds = {kind.name: kind.number for kind in registry.kinds()}
    values = {}
    if given.get("type"):
        values["kind"] = kinds.get(given["type"], 0)
    for facet, names in facets:
        if given.get(facet.name):
            words = {word: key for key, word, _name in names}
            values[facet.name] = words.get(given[facet.name], 0)
    problems = []
    for parameter, name, side in [("from", "first_day", 0), ("to", "last_day", 1)]:
        if given.get(parameter, "").strip():
            days = _days(given[parameter].strip())
            if days:
                values[name] = days[side]
            else:
                problems.append(
                    _("“%s” is no date. Write a year or a month: 2006 or 2006-08.") % given[parameter][:40]
                )
    return results.Narrowing(**values), problems


def _days(written):
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


def _address(given, **changes) -> str:
    """Return the query string with these changes; None takes a parameter away, and the page always goes."""
    kept = QueryDict(mutable=True)
    for name in PARAMETERS:
        value = changes.get(name, given.get(name, ""))
        if value:
            kept[name] = value[:LONGEST_QUERY]
    return f"?{kept.urlencode()}"


def _kept(given):
    """Return (name, value) of what a new query keeps: what the results are narrowed to, and their order."""
    return [(name, given[name][:40]) for name in PARAMETERS[1:] if given.get(name)]


def _chosen(given, facets):
    """Return (label, address without it) of everything that the results are narrowed to."""
    chosen = []
    if given.get("type"):
        labels = {kind.name: kind.label for kind in registry.kinds()}
        chosen.append((labels.get(given["type"], given["type"][:40]), _address(given, type=None)))
    for facet, names in facets:
        if given.get(facet.name):
            labels = {word: name for _key, word, name in names}
            label = labels.get(given[facet.name], given[facet.name][:40])
            chosen.append((label, _address(given, **{facet.name: None})))
    first, last = given.get("from", "").strip()[:40], given.get("to", "").strip()[:40]
    if first or last:
        label = first if first == last else f"{first} – {last}"
        chosen.append((label, _address(given, **{"from": None, "to": None})))
    return chosen


def _facets(given, answer, facets):
    """Return (label, [(name, documents, address)]) of what the results can be narrowed to further."""
    if not answer.count:
        return []
    shown = []
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
            choices = [
                (name, counts[key], _address(given, **{facet.name: word}))
                for key, word, name in names
                if counts.get(key)
            ]
            shown.append((facet.label, sorted(choices, key=lambda one: (-one[1], one[0]))[:MOST_CHOICES]))
    if not (given.get("from") and given.get("from") == given.get("to")):
        years = sorted(answer.counts["year"].items(), reverse=True)
        shown.append(
            (
                _("Year"),
                [(str(y), number, _address(given, **{"from": str(y), "to": str(y)})) for y, number in years],
            )
        )
    return [(label, choices) for label, choices in shown if choices]
