"""The relationships between the parts of Office Open XML: reads them, and decides which may stay."""

import posixpath
from dataclasses import dataclass, field
from typing import NamedTuple

from articles.documents import markup
from articles.documents.report import DocumentError, Report

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# The types (URLs without IDS) that are needed to show the document. All others are dropped: what is not known can't be
# cleaned.
KEPT = {
    "officeDocument", "styles", "theme", "settings", "fontTable", "numbering", "footnotes", "endnotes",
    "header", "footer", "image", "hyperlink", "chart", "chartUserShapes", "themeOverride", "worksheet",
    "chartsheet", "sharedStrings", "drawing", "table", "vmlDrawing",
}  # fmt: skip

REFUSED = {
    "vbaProject": "macros", "wordVbaData": "macros", "xlMacrosheet": "macros", "xlIntlMacrosheet": "macros",
}  # fmt: skip

# What is reported about a type that is dropped; the others are dropped silently.
NAMED = {
    "oleObject": "embedded_files", "package": "embedded_files", "aFChunk": "embedded_files",
    "subDocument": "linked_content", "control": "controls", "ctrlProp": "controls",
    "activeXControlBinary": "controls", "video": "media", "audio": "media", "media": "media",
    "connections": "linked_content", "queryTable": "linked_content", "mailMergeSource": "linked_content",
    "mailMergeHeaderSource": "linked_content", "frame": "linked_content", "origin": "signature",
    "signature": "signature", "dialogsheet": "controls", "volatileDependencies": "linked_content",
    "externalLink": "linked_content", "externalLinkPath": "linked_content", "diagramData": "unknown_parts",
    "slicer": "unknown_parts", "timeline": "unknown_parts", "chartEx": "unknown_parts",
    "ink": "unknown_parts", "model3d": "media", "rdRichValueWebImage": "unknown_parts",
    "richValueRel": "unknown_parts", "pivotCacheRecords": "pivot_data", "font": "fonts",
    "webVideoProperty": "media",
}  # fmt: skip


class Relation(NamedTuple):
    """One relationship; kind is the last word of its type."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass
class Relations:
    """The relationships of one part: those that are kept, and (kind, target) of those that were dropped."""

    kept: list[Relation] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)

    def targets(self, source: str) -> dict[str, str]:
        """Return {name: kind} of the parts that the part with the name source refers to."""
        return {resolved(source, one.target): one.kind for one in self.kept if not one.external}


def written(kept: list[Relation]) -> bytes:
    """Return the content of the part that holds these relationships."""
    root = markup.etree.Element(f"{{{PACKAGE}}}Relationships", nsmap={None: PACKAGE})
    for key, kind, target, external in kept:
        one = markup.etree.SubElement(
            root, f"{{{PACKAGE}}}Relationship", Id=key, Type=f"{IDS}/{kind}", Target=target
        )
        if external:
            one.set("TargetMode", "External")
    return markup.written(root)


def last(kind: str) -> str:
    """Return the last word of a relationship's type."""
    return kind.rstrip("/").rsplit("/", 1)[-1]


def path_of(part: str) -> str:
    """Return the name of the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolved(source: str, target: str) -> str:
    """Return the name of the part that a target in the part source refers to."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def read(parts: dict[str, bytes], source: str, report: Report) -> Relations:
    """Return the Relations of a part, and report what is dropped; raises DocumentError for macros."""
    relations = Relations()
    content = parts.get(path_of(source))
    if content is None:
        return relations
    for one in markup.parsed(content).iter(f"{{{PACKAGE}}}Relationship"):
        key, kind, target = one.get("Id", ""), one.get("Type", ""), one.get("Target", "")
        external = one.get("TargetMode") == "External"
        word = last(kind)
        if word in REFUSED:
            raise DocumentError(REFUSED[word])
        if _stays(word, target, external, report) and kind == f"{IDS}/{word}":
            address = markup.without_credentials(target, report) if external else target
            relations.kept.append(Relation(key, word, address, external))
        else:
            relations.lost.append((word, target))
            _report(word, source, report)
    return relations


def _report(word: str, source: str, report: Report) -> None:
    """Report a relationship that is dropped."""
    if word == "package" and "/charts/" in f"/{source}":
        report.add("chart_data")
    elif word in NAMED:
        report.add(NAMED[word])


def _stays(word: str, target: str, external: bool, report: Report) -> bool:
    """Return whether a relationship may stay, and report external targets that may not."""
    if not external:
        return word in KEPT and word != "hyperlink"  # the target of a hyperlink is never a part
    if word == "hyperlink":
        if markup.leads_outside(target):
            return True
        report.add("local_links")
    elif word == "image":
        report.add("linked_pictures", target if "//" in target else "")
    elif word == "attachedTemplate":
        if target.lower().startswith(("http:", "https:", "ftp:", "\\\\", "file://")) and "///" not in target:
            report.add("remote_template", target)
    elif word not in NAMED:
        report.add("linked_content")
    return False
