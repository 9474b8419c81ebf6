"""Packages of Office Open XML: follows relationships from part to part, and rebuilds each known part with a new name."""

import posixpath
from collections import Counter
from typing import Protocol

from lxml import etree

from articles.documents import markup, pictures
from articles.documents.office import relations

from ..pictures.cleaning import kind_of
from ..report import DocumentError, Report

TYPES = "[Content_Types].xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_PARTS = {  # type of a relationship to (folder and name of the part, what it is)
    "styles": ("styles", "styles"), "settings": ("settings", "settings"), "fontTable": ("fontTable", "fontTable"),
    "numbering": ("numbering", "numbering"), "footnotes": ("footnotes", "footnotes"),
    "endnotes": ("endnotes", "endnotes"), "header": ("header", "header"), "footer": ("footer", "footer"),
    "sharedStrings": ("sharedStrings", "sharedStrings"), "worksheet": ("worksheets/sheet", "worksheet"),
    "chartsheet": ("chartsheets/sheet", "chartsheet"), "table": ("tables/table", "table"),
}  # fmt: skip
_DRAWN = {
    "theme": ("theme/theme", "theme"), "themeOverride": ("theme/themeOverride", "themeOverride"),
    "chart": ("charts/chart", "drawingml.chart"), "chartUserShapes": ("drawings/chartDrawing", "drawingml.chartshapes"),
    "drawing": ("drawings/drawing", "drawing"),
}  # fmt: skip
_EXTENSIONS = {
    "image/jpeg": "jpeg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp",
    "image/tiff": "tiff", "image/svg+xml": "svg",
}  # fmt: skip


class PartRebuilder(Protocol):
    """Rebuilds the parts of one type of document."""

    def rebuild(
        self, name: str, word: str, root: markup.Element, links: relations.Relations, ids: "Ids"
    ) -> markup.Element | None:
        """Return the rebuilt part, or None for one that is dropped; word is the type of the relationship to it."""

    def finish(self, made: dict[str, bytes]) -> None:
        """Do what needs all rebuilt parts."""


class Ids:
    """New ids for the relationships of one part; those that the part never asks for can be dropped."""

    def __init__(self, links: relations.Relations) -> None:
        self._old = {one.id: at for at, one in enumerate(links.kept)}
        self.used: set[int] = set()

    def __call__(self, old: str) -> str | None:
        """Return the new id of a relationship, or None for one that was dropped."""
        at = self._old.get(old)
        if at is None:
            return None
        self.used.add(at)
        return f"rId{at + 1}"


# Types that markup refers to by id. Without such a reference the part is not shown: programs often leave behind
# what was deleted.
_BY_ID = {
    "image", "hyperlink", "chart", "header", "footer", "worksheet", "chartsheet", "drawing", "table", "vmlDrawing",
    "chartUserShapes",
}  # fmt: skip


class Package:
    """One package that is being rebuilt."""

    def __init__(self, parts: dict[str, bytes], report: Report, folder: str) -> None:
        self._parts, self._report, self._folder = parts, report, folder
        self._numbers: Counter[str] = Counter()
        self._names: dict[str, str] = {}  # old name of a part to the new one
        self._pictures: dict[str, bytes | None] = {}  # old name to the clean picture
        self._types: dict[str, str] = {}  # old name to the type of the relationship
        self._relations: dict[str, list[relations.Relation]] = {}  # new name to its relationships

    def built(self, main: str, rebuilder: PartRebuilder) -> dict[str, bytes]:
        """Return {new name: content} of the parts that known relationships reach from the main part."""
        made: dict[str, bytes] = {}
        waiting, done = [(main, "officeDocument")], set()
        self._name(main, "officeDocument")
        at = 0
        while at < len(waiting):
            source, word = waiting[at]
            at += 1
            if source in done or source not in self._parts:
                continue
            done.add(source)
            if word == "image":
                made[self._names[source]] = self._pictures[source] or b""
                continue
            waiting += self._build(source, word, rebuilder, made)
        if self._names[main] not in made:
            raise DocumentError("damaged")
        rebuilder.finish(made)
        for name, kept in self._relations.items():
            self._write_relations(name, kept, made)
        root = [relations.Relation("rId1", "officeDocument", self._names[main], external=False)]
        return {TYPES: self._written_types(made), "_rels/.rels": relations.written(root), **made}

    def _build(
        self, source: str, word: str, rebuilder: PartRebuilder, made: dict[str, bytes]
    ) -> list[tuple[str, str]]:
        """Rebuild one part; return the old names of its targets, each with the type of the relationship."""
        links = relations.read(self._parts, source, self._report)
        links.kept = [one for one in links.kept if self._is_there(source, one)]
        ids = Ids(links)
        root = rebuilder.rebuild(source, word, markup.parsed(self._parts[source]), links, ids)
        if root is None:
            return []
        name = self._names[source]
        made[name] = markup.written(root)
        kept, targets = [], []
        for at, (_id, kind, target, external) in enumerate(links.kept):
            if at not in ids.used and kind in _BY_ID:
                continue
            if not external:
                found = relations.resolved(source, target)
                targets.append((found, kind))
                target = posixpath.relpath(self._name(found, kind), posixpath.dirname(name))
            kept.append(relations.Relation(f"rId{at + 1}", kind, target, external))
        self._relations[name] = kept
        return targets

    def _write_relations(self, name: str, kept: list[relations.Relation], made: dict[str, bytes]) -> None:
        """Write the relationships of a part, except for those to parts that were dropped."""
        there = [one for one in kept if one.external or relations.resolved(name, one.target) in made]
        if there:
            made[relations.path_of(name)] = relations.written(there)

    def _is_there(self, source: str, one: relations.Relation) -> bool:
        """Return whether the target of a relationship can be in the new package."""
        kind = one.kind
        if one.external:
            return True
        found = relations.resolved(source, one.target)
        if found not in self._parts or kind == "officeDocument":
            return False
        if kind == "image":
            if found not in self._pictures:
                self._pictures[found] = self._picture(found)
            return bool(self._pictures[found])
        return found not in self._pictures and self._kind_of(found) in {None, kind}

    def _picture(self, source: str) -> bytes | None:
        """Return a clean picture, or None for one in a format that can't be cleaned (EMF, WMF)."""
        if kind_of(self._parts[source]) == "image/x-emf":
            self._report.add("drawings")
            return None
        return pictures.cleaned(self._parts[source], source, self._report)

    def _kind_of(self, source: str) -> str | None:
        return self._types.get(source)

    def _name(self, source: str, kind: str) -> str:
        """Return the new name of a part."""
        if source in self._names:
            return self._names[source]
        self._types[source] = kind
        if kind == "officeDocument":
            name = "document.xml" if self._folder == "word" else "workbook.xml"
        elif kind == "image":
            extension = _EXTENSIONS[kind_of(self._pictures[source] or b"") or ""]
            name = f"media/image{self._next('image')}.{extension}"
        elif kind == "vmlDrawing":
            name = f"drawings/vmlDrawing{self._next(kind)}.vml"
        else:
            base = (_PARTS | _DRAWN)[kind][0]
            number = self._next(kind)
            name = f"{base}{number if '/' in base or number > 1 or kind in {'header', 'footer'} else ''}.xml"
        self._names[source] = f"{self._folder}/{name}"
        return self._names[source]

    def _next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def _content_type(self, kind: str) -> str:
        if kind in _DRAWN:
            word = _DRAWN[kind][1]
            return f"{_OFFICE}{word}+xml"
        main = "wordprocessingml." if self._folder == "word" else "spreadsheetml."
        if kind == "officeDocument":
            return f"{_OFFICE}{main}{'document' if self._folder == 'word' else 'sheet'}.main+xml"
        return f"{_OFFICE}{main}{_PARTS[kind][1]}+xml"

    def _written_types(self, made: dict[str, bytes]) -> bytes:
        root = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})
        defaults = {
            "rels": "application/vnd.openxmlformats-package.relationships+xml",
            "xml": "application/xml",
        }
        media = {extension: kind for kind, extension in _EXTENSIONS.items()} | {"vml": _VML}
        for name in made:
            extension = name.rpartition(".")[2]
            if extension in media:
                defaults[extension] = media[extension]
        for extension, kind in defaults.items():
            etree.SubElement(root, f"{{{_TYPES}}}Default", Extension=extension, ContentType=kind)
        for source, name in self._names.items():
            if name in made and name.endswith(".xml"):
                kind = self._content_type(self._types[source])
                etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
        return markup.written(root)
