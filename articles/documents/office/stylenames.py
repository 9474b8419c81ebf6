"""Names of styles: built-in ones of office programs stay, those that people made up become numbers."""

import re

# The words in the names of the built-in styles of Word, LibreOffice and the usual converters.
_TEXT = """
    standard graphics frame drawing ole numbering symbols internet visited rubies contents illustration horizontal sender
    addressee formula watermark labels marginalia landscape left right hanging complimentary close separator symbol
    heading appendix main user object key figure arrow objects without fill filled shape measure
    normal heading toc toa index title subtitle body text first indent list bullet number continue
    caption header footer footnote endnote reference page line hyperlink followedhyperlink followed
    strong emphasis intense quote subtle book no spacing paragraph table grid light shading accent
    medium dark colorful plain simple classic columns effects web contemporary elegant professional
    theme default font char balloon placeholder html address acronym cite code definition keyboard
    preformatted sample typewriter variable macro envelope return of figures authorities
    bibliography date salutation signature closing mail message document map block unresolved
    mention smart hashtag comment annotation subject revision note top form bottom outline article
    section compact abstract image captioned figure source verbatim and a author good bad neutral
    calculation check cell explanatory input linked output total warning currency percent comma
    explicit the
"""
_WORDS = frozenset(_TEXT.split())
_PIECES = re.compile(r"[a-z]+|\d{1,2}|[\s().,-]+")
LONGEST = 60  # characters of a built-in name


def is_built_in(name: str) -> bool:
    """Return whether a style name is one that an office program comes with."""
    if len(name) > LONGEST:
        return False
    pieces = _PIECES.findall(name.lower())
    if "".join(pieces) != name.lower():
        return False
    return all(not piece.isalpha() or piece in _WORDS or piece in {"e", "d"} for piece in pieces)


class Styles:
    """New names and ids for the styles of one document."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def add(self, old: str, name: str) -> None:
        """Add a style by its id in the file and its name."""
        if old in self._ids:
            return
        squeezed = re.sub(r"[\s().,-]", "", name).lower()
        usual = is_built_in(name) and old.isascii() and re.sub(r"[-_]", "", old).lower() == squeezed
        self._numbers[old] = len(self._ids) + 1
        self._ids[old] = old if usual else f"Style{self._numbers[old]}"

    def id_of(self, old: str) -> str | None:
        """Return the new id of a style, or None for an unknown one."""
        return self._ids.get(old)

    def name_of(self, old: str, name: str) -> str:
        """Return the new name of the style with an old id and name."""
        return name if is_built_in(name) else f"Style {self._numbers.get(old, 0)}"
