"""The text of a DOCX: tracked changes accepted, comments and session numbers out, hidden text named."""

from . import fields, markup, wordhidden, wordlooks

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

_DELETED = {"del", "moveFrom"}
_INSERTED = {"ins", "moveTo"}
_MARKS = {
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange",
    "tblGridChange", "numberingChange", "cellIns", "cellMerge",
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
    "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart",
    "customXmlMoveToRangeEnd", "commentRangeStart", "commentRangeEnd", "commentReference",
    "proofErr", "permStart", "permEnd", "dataBinding",
    "fldData", "customXmlPr", "smartTagPr", "delInstrText", "alias", "tag",
}  # fmt: skip
_SETTINGS = {
    "rsids", "attachedTemplate", "docVars", "mailMerge", "trackRevisions", "revisionView", "docId",
    "linkStyles", "saveThroughXslt", "writeProtection", "documentProtection", "proofState", "attachedSchema",
    "schemaLibrary", "activeWritingStyle",
}  # fmt: skip


class Editor:
    """Cleans the parts of one DOCX, one after the other."""

    def __init__(self, parts, main, report):
        self.report = report
        self.eye = wordhidden.Eye(parts, main, report)
        self.notes = {}  # word of a part with notes to the ids of those that the text leads to

    def edit(self, name, word, root, links):
        """Clean one part, which a relationship of a kind led to."""
        for element in root.iter("{*}*"):
            for attribute in list(element.attrib):
                if attribute.startswith(f"{W}rsid") or attribute in {f"{W14}paraId", f"{W14}textId"}:
                    del element.attrib[attribute]
        if word == "settings":
            for element in list(root):
                if markup.local(element) in _SETTINGS:
                    markup.drop(element)
            return
        self._accept(root)
        fields.settle(root, self.report)
        if word == "officeDocument":
            self._drop_unshown_headers(root)
            for kind in ("footnote", "endnote"):
                marks = root.iter(f"{W}{kind}Reference")
                self.notes[f"{kind}s"] = {one.get(f"{W}id") for one in marks}
        self._drop_lost_notes(word, root)
        unseen = self.eye.unseen(root)
        if word in {"officeDocument", "header", "footer", "footnotes", "endnotes"}:
            self.report.read(_text_of(root, unseen))

    def finish(self, made):
        """Nothing is left to do once all parts are there."""

    def _drop_unshown_headers(self, root):
        """Let go of headers for first and even pages where no section has its own for those."""
        has_first = any(wordlooks.is_on(one) for one in root.iter(f"{W}titlePg"))
        shown = {"first": has_first, "even": self.eye.looks.has_even_pages}
        for element in list(root.iter(f"{W}headerReference", f"{W}footerReference")):
            if not shown.get(element.get(f"{W}type"), True):
                markup.drop(element)

    def _drop_lost_notes(self, word, root):
        """Drop the notes that no mark leads to: they were deleted with the words around it."""
        if word in self.notes:
            for note in list(root):
                if f"{W}type" not in note.attrib and note.get(f"{W}id") not in self.notes[word]:
                    markup.drop(note)

    def _accept(self, root):
        """Accept every tracked change: what was inserted stays, what was deleted goes."""
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
            elif word in {"smartTag", "customXml"}:  # they say of words what a program made of them
                markup.unwrap(element)
            elif word in _MARKS:
                markup.drop(element)
                if word == "commentReference" and all(markup.local(one) == "rPr" for one in parent):
                    markup.drop(parent)
        for paragraph in merged:
            self._merge(paragraph)

    def _merge(self, paragraph):
        """Join a paragraph whose mark was deleted with the one behind it."""
        following = paragraph.getnext()
        if following is None or following.tag != f"{W}p":
            return
        properties = following.find(f"{W}pPr")
        at = 0 if properties is None else following.index(properties) + 1
        for step, child in enumerate(one for one in list(paragraph) if one.tag != f"{W}pPr"):
            following.insert(at + step, child)
        markup.drop(paragraph)


def _text_of(root, unseen):
    """Return the text of a part, one paragraph a line, without the runs that nobody sees."""
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
