"""What the cleaning tells, by codes: the process that cleans speaks no language."""


class Trouble(Exception):
    """A file that can't be published as it is; the code names a sentence in words.REFUSALS."""

    def __init__(self, code, **params) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Report:
    """What an editor must know of one document: kinds of findings, each with the places where it stands."""

    LONGEST = 120  # characters of the words at one place
    MOST = 8  # places that are told of a kind

    def __init__(self, until: float | None = None) -> None:
        self.until = until  # time.monotonic() when the reading of text ends
        self.found = {}
        self.pages = None
        self._text = []
        self._left = 2_000_000  # characters of text for the search

    def name(self, kind, words="", **where) -> None:
        """Note a finding, with the words that it is about, and where it stands: keys of words.PLACES.

        What is left out is told by "…": letters of the words, and places.
        """
        places = self.found.setdefault(kind, [])
        words = " ".join(words.split())
        if len(words) > self.LONGEST:
            words = words[: self.LONGEST].rstrip() + "…"
        place = {name: str(at) for name, at in where.items()} | ({"words": words} if words else {})
        if place and place not in places and len(places) <= self.MOST:
            places.append(place if len(places) < self.MOST else {"words": "…"})

    def read(self, text: str) -> None:
        """Add text that visitors shall find the document by."""
        text = text[: self._left]
        self._left -= len(text)
        if text:
            self._text.append(text)

    @property
    def is_full(self) -> bool:
        """Return whether the search takes no more text."""
        return self._left <= 0

    @property
    def text(self):
        return "\n".join(self._text).replace("\x00", "")
