"""What the cleaning reports, as codes that messages.py translates: the sandbox has no settings and no language."""

type FindingPlace = dict[str, str]  # where a finding is: keys of messages.PLACES, and "words" for a quotation


class DocumentError(Exception):
    """A file that can't be published as it is; the code is a key of messages.REFUSALS."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Report:
    """What an editor must know about one document: findings by kind, each with the places where it occurs."""

    LONGEST = 120  # characters of a quotation
    MOST = 8  # places that are listed for a kind

    def __init__(self, until: float | None = None) -> None:
        self.until = until  # time.monotonic() at which the reading of text has to end
        self.found: dict[str, list[FindingPlace]] = {}  # by keys of messages.FINDINGS
        self.pages: int | None = None
        self._text: list[str] = []
        self._left = 2_000_000  # characters of text for the search index

    def add(self, kind: str, words: str = "", **where: object) -> None:
        """Add a finding with a quotation and its place, by keys of messages.PLACES.

        "…" stands for the end of a long quotation, and for further places.
        """
        places = self.found.setdefault(kind, [])
        words = " ".join(words.split())
        if len(words) > self.LONGEST:
            words = words[: self.LONGEST].rstrip() + "…"
        place = {name: str(at) for name, at in where.items()} | ({"words": words} if words else {})
        if place and place not in places and len(places) <= self.MOST:
            places.append(place if len(places) < self.MOST else {"words": "…"})

    def read(self, text: str) -> None:
        """Add text for the search index."""
        text = text[: self._left]
        self._left -= len(text)
        if text:
            self._text.append(text)

    @property
    def is_full(self) -> bool:
        """Return whether the search index takes no more text."""
        return self._left <= 0

    @property
    def text(self) -> str:
        """Return the text for the search index."""
        return "\n".join(self._text).replace("\x00", "")
