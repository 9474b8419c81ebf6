"""The text of an ODT: tracked changes accepted, comments and session numbers out, hidden text named."""

import base64
import binascii

from . import markup, odthidden, pictures
from .report import Trouble

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, STYLE, DRAW, TABLE, SCRIPT = (
    f"{{{_ODF}{name}:1.0}}" for name in ("office", "text", "style", "drawing", "table", "script")
)
FO = f"{{{_ODF}xsl-fo-compatible:1.0}}"
HREF = "{http://www.w3.org/1999/xlink}href"

_DROPPED = {
    "annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end", "creator",
    "date", "meta-creator", "creator-initials", "sender-initials", "printer-settings",
    "user-field-decls-meta",
}  # fmt: skip
_DROPPED_IN = (
    OFFICE,
    TEXT,
    TABLE,
    "{http://purl.org/dc/elements/1.1/}",
    f"{{{_ODF}meta:1.0}}",
    "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}",
)
_SCRIPTS = {"scripts", "event-listeners", "event-listener"}
# Marks that show nothing of what they hold: entries of indexes, values that a form sends along.
_SILENT = {
    f"{TEXT}alphabetical-index-mark", f"{TEXT}alphabetical-index-mark-start", f"{TEXT}toc-mark",
    f"{TEXT}toc-mark-start", f"{TEXT}user-index-mark", f"{TEXT}user-index-mark-start",
    f"{{{_ODF}form:1.0}}hidden",
}  # fmt: skip
_FETCHING = {
    "dde-connection-decls": "linked_content", "dde-source": "linked_content", "dde-connection": "linked_content",
    "section-source": "linked_content", "table-source": "linked_content", "plugin": "embedded_files",
    "applet": "embedded_files", "floating-frame": "linked_content", "object-ole": "embedded_files",
}  # fmt: skip
_AUTHORS = {
    "author-name", "author-initials", "creator", "initial-creator", "printed-by", "file-name", "template-name",
    "sender-firstname", "sender-lastname", "sender-email", "sender-company", "sender-phone-private",
    "sender-phone-work", "sender-street", "sender-city", "sender-title", "sender-position",
}  # fmt: skip
_EMPTY_CLIP = {"auto", "0cm", "0in", "0pt", "0mm"}


class Editor:
    """Cleans the markup of one ODT: its text, its styles, and the charts in it."""

    def __init__(self, parts, pictures, report):
        self.report = report
        self.parts = parts
        self.pictures = pictures  # name in the file to the name that it gets
        self.shown = set()  # new names of the pictures that stand somewhere
        self.styles = markup.parsed(parts.get("styles.xml", b"<none/>"))

    def cleaned(self, content, *, is_main=False):
        """Return the bytes of a part without its makers' traces."""
        root = markup.parsed(content)
        self._drop_lost_values(root)
        for element in list(root.iter("{*}*")):
            word = markup.local(element)
            if element is not root and element.getparent() is None:
                continue  # it went with what held it
            if word in _AUTHORS and element.tag.startswith(TEXT):
                self.report.name("author_fields", "".join(element.itertext()))
                markup.unwrap(element)
            elif element.tag in _SILENT:
                markup.drop(element)
            elif element.tag == f"{TEXT}script":
                self.report.name("scripts")
                markup.drop(element)
            elif word in _DROPPED and element.tag.startswith(_DROPPED_IN):
                markup.drop(element)
            elif word in _SCRIPTS and element.tag.startswith((OFFICE, SCRIPT)):
                if len(element) or element.attrib:
                    self.report.name("scripts")
                markup.drop(element)
            elif word in _FETCHING:
                self.report.name(_FETCHING[word])
                markup.drop(element)
            else:
                self._clean_attributes(element, word)
        for binary in list(root.iter(f"{OFFICE}binary-data")):
            self._clean_binary(binary)
        odthidden.fields(root, self.report)
        text = odthidden.Eye(root, [self.styles] if is_main else [], self.report).read(root)
        if is_main:
            self.report.read(text)
        return markup.written(root)

    def _drop_lost_values(self, root):
        """Drop the values of fields that stand nowhere."""
        used = {
            one.get(f"{TEXT}name") for one in root.iter(f"{TEXT}user-field-get", f"{TEXT}user-field-input")
        }
        for element in list(root.iter(f"{TEXT}user-field-decl")):
            if element.get(f"{TEXT}name") not in used:
                markup.drop(element)

    def _clean_attributes(self, element, word):
        for name in list(element.attrib):
            if name.endswith(("}rsid", "}paragraph-rsid")):
                del element.attrib[name]
        clip = element.get(f"{FO}clip", "")
        if clip.startswith("rect(") and set(clip[5:-1].replace(",", " ").split()) - _EMPTY_CLIP:
            self.report.name("cropped_pictures")
        target = element.get(HREF)
        if target is None or target == "":
            return
        inside = target.removeprefix("./")
        if word in {"image", "fill-image", "background-image", "object"}:
            is_there = f"{inside}/content.xml" in self.parts
            if inside in self.pictures:
                self.shown.add(self.pictures[inside])
                element.set(HREF, self.pictures[inside])
            elif inside.startswith("ObjectReplacements/"):
                markup.drop(element)  # a picture of what is drawn from the object itself
            elif not is_there:
                self.report.name("linked_pictures", target if "//" in target else "")
                markup.drop(element)
        elif not markup.leads_outside(target):
            self.report.name("local_links")
            if word == "a" and element.tag.startswith(TEXT):
                markup.unwrap(element)
            else:
                del element.attrib[HREF]

    def _clean_binary(self, binary):
        """Clean a picture that stands in the markup itself."""
        try:
            content = base64.b64decode("".join((binary.text or "").split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Trouble("damaged") from error
        binary.text = base64.b64encode(pictures.cleaned(content, "picture", self.report)).decode()
