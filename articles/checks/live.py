"""The findings of what is being typed, for the answer of the autosave: cheap, and left out where it would not be.

Many people type at once, and the server has better things to do: a text is read once, one at a time in each process, and
a very long one when it is saved.
"""

import hashlib
import threading
from collections import OrderedDict
from typing import Any

from . import asking
from .judging import findings
from .panel import panel, rendered
from .state import ArticleState, notes_in

LONGEST = 200_000  # characters of a text that is checked as it is typed
PATIENCE = 0.1  # seconds to wait for another text
MOST_KNOWN = 512  # people with a form open
READ = (
    "title",
    "dek",
    "body_html",
    "content_note",
    "dateline",
    "slug",
    "bylines",
    "language",
    "source_relation",
    "source_title",
    "source_publication",
    "source_date",
    "source_url",
)

_one_at_a_time = threading.Lock()
_said: OrderedDict[str, bytes] = OrderedDict()  # what was last told of, by who has which form open


# Any: an Article, or None for one that is not stored yet
def said_of(article: Any, fields: list[tuple[str, str]], who: str) -> dict[str, object]:
    """Return the panel of what was typed; nothing where it is as before, too long, or where others are waiting."""
    typed = dict(fields)
    values = {name: typed.get(name, "") for name in READ}
    notes = notes_in(typed) or ()
    digest = hashlib.blake2b("\0".join([*values.values(), *notes]).encode(errors="replace")).digest()
    if _said.get(who) == digest or len(values["body_html"]) > LONGEST:
        return {}
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return {}
    try:
        found = findings(state_of(values, notes))
        answer: dict[str, object] = {"checks": rendered(panel(article, found))}
    finally:
        _one_at_a_time.release()
    _said[who] = digest
    _said.move_to_end(who)
    while len(_said) > MOST_KNOWN:
        _said.popitem(last=False)
    return answer


def state_of(values: dict[str, str], notes: tuple[str, ...] = ()) -> ArticleState:
    """Return what was typed as the checks read it; of the database only pictures are asked."""
    told = values["source_relation"] or values["source_date"] or values["source_url"]
    site = asking.site(values["source_url"], fresh=False)
    return ArticleState(
        title=values["title"],
        dek=values["dek"],
        body_html=values["body_html"],
        content_note=values["content_note"],
        dateline=values["dateline"],
        slug=values["slug"],
        bylines=values["bylines"],
        source_title=values["source_title"],
        source_publication=values["source_publication"],
        source_url=values["source_url"],
        language=values["language"] or "en",
        lacks_source=bool(told and not (values["source_title"] or values["source_publication"])),
        site=site,
        notes=notes,
        asked=tuple(asking.of_pictures_in(values["body_html"], site.known)),
    )


def forget() -> None:
    """Tell of every text anew."""
    _said.clear()
