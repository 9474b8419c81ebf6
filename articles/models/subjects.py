"""The subjects of a piece: the countries and topics that it is about."""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.utils.functional import cached_property

from .address import address_of

RELATIONS = ("countries", "topics")


class Subject(NamedTuple):
    """A country or a topic, as pages name it."""

    pk: int
    name: str
    address: str


class Subjects(NamedTuple):
    """The countries and the topics of a piece, each by name."""

    countries: tuple[Subject, ...]
    topics: tuple[Subject, ...]

    @property
    def names(self) -> list[str]:
        """Return the names of the countries, then of the topics."""
        return [subject.name for subject in self.countries + self.topics]


class HasSubjects:
    """Belongs to models whose rows are about countries and topics."""

    if TYPE_CHECKING:
        pk: int

    @cached_property
    def subjects(self) -> Subjects:
        """Return the subjects, as they were when this row first asked: in one query.

        It is SQL of our own: every page asks, and Django makes its statements fifty times slower than they are answered.
        """
        found: dict[str, list[Subject]] = {relation: [] for relation in RELATIONS}
        parts = " UNION ALL ".join(_statement(type(self), relation) for relation in RELATIONS)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({parts}) found ORDER BY name", [self.pk] * len(RELATIONS))
            for relation, view, pk, name, slug in cursor.fetchall():
                found[relation].append(Subject(pk, name, address_of(view, slug)))
        return Subjects(*(tuple(found[relation]) for relation in RELATIONS))


# Any: of whichever model has subjects.
def _statement(model: type[Any], relation: str) -> str:
    """Return the statement that finds the subjects of one relation, with a %s for the primary key of the piece."""
    field = model._meta.get_field(relation)
    subject = field.related_model._meta
    return (
        f"SELECT '{relation}' AS relation, 'articles:{subject.model_name}' AS view, subject.id, subject.name, "
        f'subject.slug FROM "{field.m2m_db_table()}" pair JOIN "{subject.db_table}" subject '
        f'ON subject.id = pair."{field.m2m_reverse_name()}" WHERE pair."{field.m2m_column_name()}" = %s'
    )
