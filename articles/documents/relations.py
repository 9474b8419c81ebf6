"""The relationships of Office Open XML: which part leads to which, and which of them may stay."""

import posixpath
from dataclasses import dataclass, field

from . import markup
from .report import Trouble

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# The last words of the types that a reader needs to show the document. Everything else goes: what is not
# known can't be cleaned.
KEPT = {
    "officeDocument", "styles", "theme", "settings", "fontTable", "numbering", "footnotes", "endnotes",
    "header", "footer", "image", "hyperlink", "chart", "chartUserShapes", "chartStyle", "chartColorStyle",
    "chartEx", "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing",
    "themeOverride", "font", "worksheet", "chartsheet", "sharedStrings", "drawing", "table",
    "tableSingleCells", "pivotTable", "pivotCacheDefinition", "pivotCacheRecords", "externalLink",
    "externalLinkPath", "sheetMetadata", "vmlDrawing", "slicer", "slicerCache", "timeline", "timelineCache",
}  # fmt: skip

REFUSED = {
    "vbaProject": "macros", "wordVbaData": "macros", "xlMacrosheet": "macros", "xlIntlMacrosheet": "macros",
}  # fmt: skip

# Those that stay only where an id leads to them: what was deleted or never shown often lies there still.
SHOWN_BY_ID = {"image", "hyperlink", "chart", "header", "footer"}

# What an editor is told about a kind that goes; of the others nobody has to know.
NAMED = {
    "oleObject": "embedded_files", "package": "embedded_files", "aFChunk": "embedded_files",
    "subDocument": "linked_content", "control": "controls", "ctrlProp": "controls",
    "activeXControlBinary": "controls", "video": "media", "audio": "media", "media": "media",
    "connections": "linked_content", "queryTable": "linked_content", "mailMergeSource": "linked_content",
    "mailMergeHeaderSource": "linked_content", "frame": "linked_content", "origin": "signature",
    "signature": "signature", "dialogsheet": "controls", "volatileDependencies": "linked_content",
}  # fmt: skip


@dataclass
class Relations:
    """The relationships of one part: those that stay, and the ids of those that went, with their type."""

    kept: list = field(default_factory=list)  # (id, type, target, is external)
    gone: dict = field(default_factory=dict)  # id to the last word of its type

    def targets(self, source):
        """Return {name of a part: the last word of the type} of the parts that it leads to."""
        return {
            resolved(source, target): last(kind) for _key, kind, target, external in self.kept if not external
        }

    def forget_unused(self, root):
        """Let go of what nothing in a part shows any more."""
        used = {value for element in root.iter("{*}*") for value in element.attrib.values()}
        self.kept = [one for one in self.kept if one[0] in used or last(one[1]) not in SHOWN_BY_ID]

    def written(self):
        """Return the bytes of the part that holds them."""
        root = markup.etree.Element(f"{{{PACKAGE}}}Relationships", nsmap={None: PACKAGE})
        for key, kind, target, external in self.kept:
            one = markup.etree.SubElement(
                root, f"{{{PACKAGE}}}Relationship", Id=key, Type=kind, Target=target
            )
            if external:
                one.set("TargetMode", "External")
        return markup.written(root)


def last(kind):
    """Return the last word of a relationship's type."""
    return kind.rstrip("/").rsplit("/", 1)[-1]


def path_of(part):
    """Return the name of the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolved(source, target):
    """Return the name of the part that a target names, seen from a part."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def read(parts, source, report):
    """Return the Relations of a part, sorted into what may stay and what goes; raises Trouble for macros."""
    relations = Relations()
    content = parts.get(path_of(source))
    if content is None:
        return relations
    for one in markup.parsed(content).iter(f"{{{PACKAGE}}}Relationship"):
        key, kind, target = one.get("Id", ""), one.get("Type", ""), one.get("Target", "")
        external = one.get("TargetMode") == "External"
        word = last(kind)
        if word in REFUSED:
            raise Trouble(REFUSED[word])
        if _stays(word, target, external, report):
            if word == "externalLinkPath" or (external and word == "externalLink"):
                target = "workbook.xlsx"  # the place on somebody's computer is nobody's business
                report.name("linked_content")
            relations.kept.append((key, kind, target, external))
        else:
            relations.gone[key] = word
            if word in NAMED and not (word == "package" and "/charts/" in f"/{source}"):
                report.name(NAMED[word])
            elif word == "package":
                report.name("chart_data")
    return relations


def _stays(word, target, external, report):
    if not external:
        return word in KEPT
    if word == "hyperlink":
        if markup.leads_outside(target):
            return True
        report.name("local_links")
    elif word == "externalLinkPath":
        return True
    elif word == "image":
        report.name("linked_pictures", target if "//" in target else "")
    elif word == "attachedTemplate":
        if target.lower().startswith(("http:", "https:", "ftp:", "\\\\", "file://")) and "///" not in target:
            report.name("remote_template", target)
    elif word not in NAMED:
        report.name("linked_content")
    return False
