"""The runs of a DOCX: their text, and the pages that they are on."""

from collections.abc import Iterator

from articles.documents import markup
from articles.documents.office import drawingnames
from articles.documents.office.namespaces import W

_MATH = f"{{{drawingnames.SPACES['m']}}}"


class Pages:
    """Counts the pages of a part by the page breaks that the office program stored."""

    def __init__(self, root: markup.Element) -> None:
        self._has_breaks = next(root.iter(f"{W}lastRenderedPageBreak"), None) is not None
        self._page = 1

    def enter(self, paragraph: markup.Element) -> dict[str, int]:
        """Return the place of a paragraph for a report, and count its page breaks; call it in document order."""
        if not self._has_breaks:
            return {}
        page = self._page
        breaks = sum(1 for run in runs(paragraph) for _one in run.iterfind(f"{W}lastRenderedPageBreak"))
        self._page += breaks
        first = next(iter(runs(paragraph)), None)
        begins = first is not None and first.find(f"{W}lastRenderedPageBreak") is not None
        return {"page": page + begins}


def runs(paragraph: markup.Element) -> Iterator[markup.Element]:
    """Yield the runs of a paragraph without those of text boxes in it."""
    for run in paragraph.iter(f"{W}r", f"{_MATH}r"):
        if next(run.iterancestors(f"{W}p"), None) is paragraph:
            yield run


def words(run: markup.Element) -> str:
    """Return the text of a run, with spaces for tabs and breaks."""
    written = {f"{W}t", f"{_MATH}t"}
    blanks = {f"{W}tab", f"{W}br", f"{W}cr"}
    return "".join(
        (one.text or "") if one.tag in written else " " for one in run if one.tag in written | blanks
    )
