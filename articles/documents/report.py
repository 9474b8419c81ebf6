"""What the cleaning tells, by codes: the process that cleans speaks no language."""


class Trouble(Exception):
    """A file that can't be published as it is; the code names a sentence in words.REFUSALS."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


class Report:
    """What an editor must know of one document: kinds of findings, each with the places where it stands."""

    LONGEST = 120  # characters of one place
    MOST = 8  # places that are told of a kind

    def __init__(self):
        self.found = {}
        self.pages = None
        self._text = []
        self._left = 2_000_000  # characters of text for the search

    def name(self, kind, place=""):
        """Note a finding, with the place or the words where it stands."""
        places = self.found.setdefault(kind, [])
        place = " ".join(str(place).split())[: self.LONGEST]
        if place and place not in places and len(places) < self.MOST:
            places.append(place)

    def read(self, text):
        """Add text that visitors shall find the document by."""
        text = text[: self._left]
        self._left -= len(text)
        if text:
            self._text.append(text)

    @property
    def text(self):
        return "\n".join(self._text).replace("\x00", "")
