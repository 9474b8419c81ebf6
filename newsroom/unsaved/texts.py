"""The texts that one person has typed about one piece: one for each page that was not taken up again since."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone

from newsroom.editing.lostupdates import LOADED
from newsroom.editing.sentonce import ONCE
from newsroom.guard.secretfields import is_secret

TAKEN = "_taken"  # the hidden fields of a page with the numbers of the texts that it goes on from
MOST = 5  # texts of a person about a piece; the oldest goes
MOST_PAGES = 10  # that a text remembers to go on from
MOST_FIELDS = 3000
LEFT_OUT = {"csrfmiddlewaretoken", ONCE, TAKEN}


@dataclass(frozen=True)
class Text:
    """The fields of a form as they were typed into one page."""

    page: str  # its number (newsroom/editing/sentonce.py)
    at: datetime
    fields: list[tuple[str, str]]
    before: tuple[str, ...] = ()  # the numbers of the pages that this one goes on from

    @property
    def loaded(self) -> str:
        """Return the hashes of what was stored when the page was opened."""
        return dict(self.fields).get(LOADED, "")

    @property
    def name(self) -> str:
        """Return the first words that were typed, to tell one text from another."""
        shown = (value for name, value in self.fields if not name.startswith("_") and value.strip())
        return next(shown, "")[:80]

    def as_data(self) -> QueryDict:
        """Return the data of the form, without the hashes."""
        data = QueryDict(mutable=True)
        for name, value in self.fields:
            if name != LOADED:
                data.appendlist(name, value)
        return data


def typed(page: str, fields: Iterable[tuple[str, str]]) -> Text:
    """Return what was typed just now, without secrets and what only carries a form."""
    found = [(name, value) for name, value in fields if name not in LEFT_OUT and not is_secret(name)]
    return Text(page, timezone.now(), found)


def put(texts: list[Text], new: Text, taken: Collection[str]) -> list[Text]:
    """Return the texts with a new one, which takes the place of those that its page goes on from."""
    former = {number for one in texts if one.page in {new.page, *taken} for number in one.before}
    new = replace(new, before=tuple(sorted(former | set(taken)))[-MOST_PAGES:])
    return [*without(texts, {new.page, *taken}), new][-MOST:]


def find(texts: list[Text], page: str) -> Text | None:
    """Return the text of a page, or of one that goes on from it: what a closed page sends last comes late."""
    return next((one for one in reversed(texts) if page in {one.page, *one.before}), None)


def without(texts: list[Text], pages: Collection[str]) -> list[Text]:
    """Return the texts of all other pages."""
    return [one for one in texts if one.page not in pages]


def write(texts: list[Text]) -> str:
    """Return the texts as they are stored: words stay readable in them."""
    stored = [vars(one) | {"at": one.at.isoformat()} for one in texts]
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"))


def read(content: str) -> list[Text]:
    """Return stored texts, the oldest first."""
    return [
        Text(
            one["page"],
            datetime.fromisoformat(one["at"]),
            [(name, value) for name, value in one["fields"]],
            tuple(one["before"]),
        )
        for one in json.loads(content)
    ]
