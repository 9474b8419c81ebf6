"""How many public rows are about each subject."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from .publishing import Publishable, expired, read_at


# Any: of whichever publishable model.
def numbers_by(model: Any, relation: str) -> Counter[int]:
    """Return how many public rows of a model are about each subject of a relation, by the subject's primary key.

    An index of the pairs counts them all; those of rows that are not public are then taken off, of which there are few.
    """
    now = read_at(model)
    field = model._meta.get_field(relation)
    own, subject = field.m2m_field_name(), field.m2m_reverse_field_name()
    pairs = field.remote_field.through.objects.order_by().values_list(subject)
    published = Publishable.State.PUBLISHED
    states = [state for state in Publishable.State if state != published]
    over = Q(pk__in=expired(model, now).values("pk"))
    hidden = model._base_manager.filter(Q(state__in=states) | Q(state=published, published_at__gt=now) | over)
    numbers = Counter(dict(pairs.annotate(number=Count(own))))
    numbers.subtract(dict(pairs.filter(**{f"{own}__in": hidden.values("pk")}).annotate(number=Count(own))))
    return numbers
