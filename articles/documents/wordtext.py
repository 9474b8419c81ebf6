"""The text of a DOCX: tracked changes accepted, comments and session numbers out, hidden text named."""

from . import fields, markup, relations

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
}  # fmt: skip
_SETTINGS = {
    "rsids", "attachedTemplate", "docVars", "mailMerge", "trackRevisions", "revisionView", "docId",
    "linkStyles", "saveThroughXslt", "writeProtection", "documentProtection", "proofState", "attachedSchema",
    "schemaLibrary", "activeWritingStyle",
}  # fmt: skip


def _is_on(element):
    return element is not None and element.get(f"{W}val", "1") not in {"0", "false", "off"}


class Editor:
    """Cleans the parts of one DOCX, one after the other."""

    def __init__(self, parts, main, report):
        self.report = report
        self.hidden_styles = self._hidden_styles(parts, main)

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
        self._name_hidden(root)
        if word in {"officeDocument", "header", "footer", "footnotes", "endnotes"}:
            self.report.read(_text_of(root))

    def finish(self, made):
        """Nothing is left to do once all parts are there."""

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

    def _hidden_styles(self, parts, main):
        """Return the ids of the styles whose text is hidden."""
        links = relations.read(parts, main, type(self.report)())
        found = set()
        for name, word in links.targets(main).items():
            if word == "styles" and name in parts:
                for style in markup.parsed(parts[name]).iter(f"{W}style"):
                    if _is_on(style.find(f"{W}rPr/{W}vanish")):
                        found.add(style.get(f"{W}styleId"))
        return found

    def _name_hidden(self, root):
        for run in root.iter(f"{W}r"):
            words = "".join(one.text or "" for one in run.iter(f"{W}t")).strip()
            if words and self._is_hidden(run):
                self.report.name("hidden_text", words[:40])

    def _is_hidden(self, run):
        own = run.find(f"{W}rPr/{W}vanish")
        if own is not None:
            return _is_on(own)
        styles = {run.find(f"{W}rPr/{W}rStyle")}
        paragraph = next(run.iterancestors(f"{W}p"), None)
        if paragraph is not None:
            styles.add(paragraph.find(f"{W}pPr/{W}pStyle"))
        return any(one is not None and one.get(f"{W}val") in self.hidden_styles for one in styles)


def _text_of(root):
    """Return the text of a part, one paragraph a line."""
    lines = []
    for paragraph in root.iter(f"{W}p"):
        words = []
        for one in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr"):
            words.append(one.text or "" if one.tag == f"{W}t" else " ")
        line = "".join(words).strip()
        if line and not any(markup.local(above) == "Fallback" for above in paragraph.iterancestors()):
            lines.append(line)
    return "\n".join(lines)
