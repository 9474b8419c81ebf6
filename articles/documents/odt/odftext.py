"""Rebuilds the parts of an ODT: drops comments and tracked changes, keeps what is known, and reports hidden text."""

import base64
import binascii

from articles.documents import markup, pictures
from articles.documents.office import losses
from articles.documents.office.namespaces import FO, FORM, LOEXT, META, OFFICE, SCRIPT, STYLE, TABLE, TEXT
from articles.documents.office.rebuilding import Builder
from articles.documents.pictures.cleaning import kind_of
from articles.documents.report import DocumentError, Report

from . import odfnames, odfrules, odftidy, odthidden

HREF = "{http://www.w3.org/1999/xlink}href"

_DROPPED = {
    "annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end", "creator",
    "meta-creator", "creator-initials", "sender-initials", "printer-settings",
    "user-field-decls-meta",
}  # fmt: skip
_DROPPED_IN = (
    OFFICE,
    TEXT,
    TABLE,
    "{http://purl.org/dc/elements/1.1/}",
    META,
    "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}",
)
_SCRIPTS = {"scripts", "event-listeners", "event-listener"}
# Invisible marks: entries of indexes, and hidden values of forms.
_SILENT = {
    f"{TEXT}alphabetical-index-mark", f"{TEXT}alphabetical-index-mark-start", f"{TEXT}toc-mark",
    f"{TEXT}toc-mark-start", f"{TEXT}user-index-mark", f"{TEXT}user-index-mark-start",
    f"{FORM}hidden",
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
# Elements whose values are shown elsewhere, or are reported as hidden.
_STORING = {
    f"{TEXT}{name}" for name in ("user-field-decl", "hidden-text", "hidden-paragraph", "conditional-text")
}
_STORED = {f"{OFFICE}string-value", f"{TEXT}string-value"}
_EMPTY_CLIP = {"auto", "0cm", "0in", "0pt", "0mm"}


class TextRebuilder:
    """Rebuilds the XML of one ODT: its text, its styles, and its charts and formulas."""

    def __init__(
        self, parts: dict[str, bytes], given: dict[str, str], objects: dict[str, str], report: Report
    ) -> None:
        self.report = report
        self.pictures = given  # old name of a picture to the new one, or "" for one that is dropped
        self.objects = objects  # old folder of an object to the new one, or "" for one that is dropped
        self.shown: set[str] = set()  # new names of the pictures that are used
        self.identifiers = odfrules.Identifiers()
        self.style_uses = odftidy.StyleUses(parts)
        content = parts.get("styles.xml")
        self.styles = (
            None if content is None else self._built(markup.parsed(content), odfnames.ROOTS["styles.xml"])
        )

    def cleaned_styles(self) -> bytes | None:
        """Return the rebuilt part with the common styles, or None if there is none."""
        if self.styles is None:
            return None
        odthidden.HiddenTextFinder(self.styles, [], self.report).read(self.styles)
        return markup.written(self.styles)

    def cleaned(self, content: bytes, root_name: str, *, is_main: bool = False) -> bytes | None:
        """Return the rebuilt part, or None if its root element is another one."""
        made = self._built(markup.parsed(content), root_name)
        if made is None:
            return None
        odthidden.report_fields(made, self.report)
        others = [self.styles] if is_main and self.styles is not None else []
        text = odthidden.HiddenTextFinder(made, others, self.report).read(made)
        if is_main:
            self.report.read(text)
        return markup.written(made)

    def _built(self, root: markup.Element, root_name: str) -> markup.Element | None:
        """Return the rebuilt tree, or None if its root element is another one."""
        self.style_uses.drop_others(root)
        odftidy.remove_unshown(root, self.report)
        for element in list(root.iter("{*}*")):
            if element.tag == markup.GONE or (element is not root and element.getparent() is None):
                continue  # dropped with an element around it
            self._judge(element)
        for binary in list(root.iter(f"{OFFICE}binary-data")):
            self._clean_binary(binary)
        rules = odfrules.rules(self.identifiers)
        made = Builder(odfnames.VOCABULARY, rules, losses.Losses(self.report).cut).built(root, root_name)
        if made is not None:
            _drop_unused_fonts(made)
        return made

    def _judge(self, element: markup.Element) -> None:
        """Mark an element that may not stay, or clean its attributes."""
        word = markup.local(element)
        if word in _AUTHORS and element.tag.startswith(TEXT):
            self.report.add("author_fields", "".join(element.itertext()))
            markup.mark_open(element)
        elif element.tag in _SILENT:
            markup.mark_gone(element)
        elif element.tag == f"{TEXT}script":
            self.report.add("scripts")
            markup.mark_gone(element)
        elif word in _DROPPED and element.tag.startswith(_DROPPED_IN):
            markup.mark_gone(element)
        elif word in _SCRIPTS and element.tag.startswith((OFFICE, SCRIPT)):
            if len(element) or element.attrib:
                self.report.add("scripts")
            markup.mark_gone(element)
        elif word in _FETCHING:
            self.report.add(_FETCHING[word])
            markup.mark_gone(element)
        elif word in odfnames.UNWRAPPED and element.tag.startswith((TEXT, LOEXT)):
            markup.mark_open(element)
        else:
            self._clean_attributes(element, word)

    def _clean_attributes(self, element: markup.Element, word: str) -> None:
        """Remove stored values that are not shown, and links that may not stay; report cropped pictures."""
        if element.tag not in _STORING and element.get(f"{TEXT}display") != "none":
            for name in _STORED & set(map(str, element.attrib)):
                if element.attrib[name].strip() != "".join(element.itertext()).strip():
                    del element.attrib[name]
        clip = element.get(f"{FO}clip", "")
        if clip.startswith("rect(") and set(clip[5:-1].replace(",", " ").split()) - _EMPTY_CLIP:
            self.report.add("cropped_pictures")
        target = element.get(HREF)
        if target is None or target == "":
            return
        if word in {"image", "fill-image", "background-image", "object", "list-level-style-image"}:
            self._lead(element, target)
        elif not markup.leads_outside(target):
            self.report.add("local_links")
            if word == "a" and element.tag.startswith(TEXT):
                markup.mark_open(element)
            else:
                del element.attrib[HREF]
        else:
            element.set(HREF, markup.without_credentials(target, self.report))

    def _lead(self, element: markup.Element, target: str) -> None:
        """Set the new name of the picture or object of an element, or drop the element."""
        inside = target.removeprefix("./")
        new = self.pictures.get(inside) or self.objects.get(inside)
        if new:
            if inside in self.pictures:
                self.shown.add(new)
            element.set(HREF, new)
            return
        is_known = inside in self.pictures or inside in self.objects
        if not is_known and not inside.startswith("ObjectReplacements/"):  # previews of objects
            self.report.add("linked_pictures", target if "//" in target else "")
        markup.mark_gone(element)

    def _clean_binary(self, binary: markup.Element) -> None:
        """Clean a picture that is embedded in the XML; raises DocumentError."""
        try:
            content = base64.b64decode("".join((binary.text or "").split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise DocumentError("damaged") from error
        if kind_of(content) == "image/x-emf":
            self.report.add("drawings")
            around = binary.getparent()
            markup.mark_gone(binary if around is None else around)
            return
        binary.text = base64.b64encode(pictures.cleaned(content, "picture", self.report)).decode()


def _drop_unused_fonts(root: markup.Element) -> None:
    """Drop the fonts that a part declares but does not use."""
    names = [f"{STYLE}font-name{script}" for script in ("", "-asian", "-complex")]
    used = {one.get(name) for one in root.iter(f"{STYLE}text-properties") for name in names}
    used |= {one.get(f"{STYLE}font-name") for one in root.iter("{*}list-level-properties", "{*}symbol-image")}
    for font in list(root.iter(f"{STYLE}font-face")):
        if font.get(f"{STYLE}name") not in used:
            markup.drop(font)
