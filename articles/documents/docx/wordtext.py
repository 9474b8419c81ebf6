"""Rebuilds the parts of a DOCX: accepts tracked changes, keeps what is known, and reports hidden text."""

from articles.documents import markup
from articles.documents.office import charts, drawn, losses, package, relations, versions
from articles.documents.office.namespaces import W
from articles.documents.office.rebuilding import Builder
from articles.documents.report import Report

from . import wordfields, wordhidden, wordlooks, wordnames, wordrules

_DELETED = {"del", "moveFrom"}
_INSERTED = {"ins", "moveTo"}
_MARKS = {
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange",
    "tblGridChange", "numberingChange", "cellIns", "cellMerge", "commentReference",
}  # fmt: skip
FONTS = "word/fontTable.xml"
NUMBERING = "word/numbering.xml"
_STORIES = {"officeDocument", "header", "footer", "footnotes", "endnotes"}


class WordRebuilder:
    """Rebuilds the parts of one DOCX, one after the other."""

    def __init__(self, parts: dict[str, bytes], main: str, report: Report) -> None:
        self.report = report
        self.notes: dict[
            str, set[str | None]
        ] = {}  # "footnotes" and "endnotes" to the ids that the text uses
        self.lists: set[str | None] = set()  # ids of the numberings that paragraphs and styles use
        self.fonts: set[str] = set()  # names of the fonts that the text uses
        self.bookmarks = wordrules.Bookmarks()
        self.styles = wordrules.Styles()
        links = relations.read(parts, main, Report())
        for name, word in links.targets(main).items():
            if word == "styles" and name in parts:
                self.styles = wordrules.read_styles(markup.parsed(parts[name]))
        self.finder = wordhidden.HiddenTextFinder(parts, main, report, self.styles.id_of)

    def rebuild(
        self, _name: str, word: str, root: markup.Element, links: relations.Relations, ids: package.Ids
    ) -> markup.Element | None:
        """Return the rebuilt part, or None for one that is dropped; word is the type of the relationship to it."""
        versions.keep_known(root, wordnames.VOCABULARY, self.report)
        if word != "settings":
            self._accept(root)
            wordfields.FieldRewriter(root, self.report, self.bookmarks).rewrite()
        if word == "officeDocument":
            self._drop_unshown_headers(root)
        if word == "styles":
            wordrules.rename_styles(root, self.styles)
        if word in _STORIES:
            drawn.report_hidden(root, self.report)
        if word == "chart":
            drawn.report_filtered_series(root, self.report)
            charts.embed_values(root, lambda _reference: False)
        made = self._built(word, root, ids)
        if made is None:
            return None
        if word == "officeDocument":
            for kind in ("footnote", "endnote"):
                marks = made.iter(f"{W}{kind}Reference")
                self.notes[f"{kind}s"] = {one.get(f"{W}id") for one in marks}
        self._drop_lost_notes(word, made)
        self.fonts |= wordrules.fonts_of(made)
        self.lists |= {one.get(f"{W}val") for one in made.iter(f"{W}numId")}
        if word != "settings":
            unseen = self.finder.unseen(made)
            if word in _STORIES:
                self.report.read(_text_of(made, unseen))
        return made

    def _built(self, word: str, root: markup.Element, ids: package.Ids) -> markup.Element | None:
        """Return a part rebuilt from the allow-lists, or None where its root is not the expected one."""
        rules = wordrules.rules(self.styles, self.bookmarks, ids)
        loss = losses.Losses(self.report)
        made = Builder(wordnames.VOCABULARY, rules, loss.cut).built(root, wordnames.ROOTS.get(word, ""))
        if made is not None:
            drawn.remove_remains(made)
            wordrules.clean_choices(made)
        return made

    def finish(self, made: dict[str, bytes]) -> None:
        """Remove the text of unused numberings, and unused fonts."""
        if NUMBERING in made:
            root = markup.parsed(made[NUMBERING])
            wordrules.blank_lists(root, self.lists)
            made[NUMBERING] = markup.written(root)
        if FONTS in made:
            root = markup.parsed(made[FONTS])
            for font in root.findall(f"{W}font"):
                if font.get(f"{W}name") not in self.fonts:
                    root.remove(font)
            made[FONTS] = markup.written(root)

    def _drop_unshown_headers(self, root: markup.Element) -> None:
        """Drop headers and footers for first and even pages where the document does not use them."""
        has_first = any(wordlooks.is_on(one) for one in root.iter(f"{W}titlePg"))
        shown = {"first": has_first, "even": self.finder.looks.has_even_pages}
        for element in list(root.iter(f"{W}headerReference", f"{W}footerReference")):
            if not shown.get(element.get(f"{W}type"), True):
                markup.drop(element)

    def _drop_lost_notes(self, word: str, root: markup.Element) -> None:
        """Drop the notes that no reference leads to: deleting text leaves its notes behind."""
        if word in self.notes:
            for note in list(root):
                if f"{W}type" not in note.attrib and note.get(f"{W}id") not in self.notes[word]:
                    markup.drop(note)

    def _accept(self, root: markup.Element) -> None:
        """Accept every tracked change, and remove comment marks and smart tags."""
        merged = []
        for element in list(root.iter(f"{W}*")):
            word, parent = markup.local(element), element.getparent()
            if parent is None:
                continue
            around = markup.local(parent)
            if word in _DELETED:
                if around == "rPr" and markup.local(parent.getparent()) == "pPr":
                    merged.append(parent.getparent().getparent())
                if around == "trPr":
                    markup.drop(parent.getparent())
                else:
                    markup.drop(element)
            elif word in _INSERTED:
                (markup.drop if around in {"rPr", "trPr", "ctrlPr"} else markup.unwrap)(element)
            elif word == "cellDel":
                markup.drop(parent.getparent())
            elif word in {"smartTag", "customXml"}:  # a program's interpretation of the words
                markup.unwrap(element)
            elif word in _MARKS:
                markup.drop(element)
                if word == "commentReference" and all(markup.local(one) == "rPr" for one in parent):
                    markup.drop(parent)
        _join(merged)


def _join(merged: list[markup.Element]) -> None:
    """Join each paragraph whose paragraph mark was deleted with the next one; chains of them in linear time."""
    waiting: dict[
        markup.Element, list[markup.Element]
    ] = {}  # paragraph to the content that comes before its own
    joined = set(merged)
    for paragraph in merged:
        following = paragraph.getnext()
        if following is None or following.tag != f"{W}p":
            continue
        pieces = waiting.pop(paragraph, [])
        pieces += [one for one in paragraph if one.tag != f"{W}pPr"]
        if following in joined and following.getnext() is not None and following.getnext().tag == f"{W}p":
            waiting[following] = pieces
        else:
            properties = following.find(f"{W}pPr")
            place = 0 if properties is None else following.index(properties) + 1
            following[place:place] = pieces
    for paragraph in merged:
        following = paragraph.getnext()
        if following is not None and following.tag == f"{W}p":
            paragraph.getparent().remove(paragraph)


def _text_of(root: markup.Element, unseen: set[markup.Element]) -> str:
    """Return the text of a part, one line a paragraph, without hidden runs."""
    lines = []
    for paragraph in root.iter(f"{W}p"):
        words = []
        for one in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr"):
            if one.getparent() in unseen:
                continue
            words.append(one.text or "" if one.tag == f"{W}t" else " ")
        line = "".join(words).strip()
        if line and not any(markup.local(above) == "Fallback" for above in paragraph.iterancestors()):
            lines.append(line)
    return "\n".join(lines)
