"""What a country's page shows of its dossier, as plain values."""

from dataclasses import dataclass

from articles.dates import PartialDate
from articles.places.models.country import Country
from articles.places.models.dossier import Fact, Law


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A key fact with its source."""

    label: str
    value: str
    source: str
    source_url: str
    date: str  # ISO 8601, as precise as it is known
    day: str  # the same in the language of the page


@dataclass(frozen=True, slots=True)
class ShownLaw:
    """A treaty or a national law with the date of its last step."""

    title: str
    url: str
    step: str
    date: str  # ISO 8601, as precise as it is known
    day: str  # the same in the language of the page


@dataclass(frozen=True, slots=True)
class Dossier:
    """Facts and laws of a country in their order."""

    facts: tuple[ShownFact, ...]
    treaties: tuple[ShownLaw, ...]
    national_laws: tuple[ShownLaw, ...]

    @property
    def has_laws(self) -> bool:
        """Return whether a treaty or a law is known."""
        return bool(self.treaties or self.national_laws)


def dossier_of(country: Country) -> Dossier:
    """Return the dossier of a country that was fetched with its facts and laws."""
    laws = list(country.laws.all())
    return Dossier(
        facts=tuple(_fact(one) for one in country.facts.all()),
        treaties=tuple(_law(one) for one in laws if one.kind == Law.Kind.TREATY),
        national_laws=tuple(_law(one) for one in laws if one.kind == Law.Kind.NATIONAL),
    )


def _fact(fact: Fact) -> ShownFact:
    return ShownFact(
        label=fact.label,
        value=fact.value,
        source=fact.source,
        source_url=fact.source_url,
        date=str(fact.as_of),
        day=_spoken(fact.as_of),
    )


def _law(law: Law) -> ShownLaw:
    return ShownLaw(
        title=law.title, url=law.url, step=law.get_step_display(), date=str(law.date), day=_spoken(law.date)
    )


def _spoken(date: PartialDate | None) -> str:
    return date.display if date else ""
