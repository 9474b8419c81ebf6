"""Office Open XML (DOCX, XLSX): walks from part to part, and keeps only what it knows and has cleaned."""

import posixpath

from . import archive, markup, pictures, relations, sheets, wordtext
from .report import Trouble

TYPES = "[Content_Types].xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_R = f"{{{relations.IDS}}}"
# Elements that lose only the attribute which led to a part that went; others go with it.
_LOSE_THE_ID = {"blip", "hyperlink", "pageSetup", "worksheetSource", "pivotCacheDefinition", "table"}
_UIDS = (
    "http://schemas.microsoft.com/office/spreadsheetml/2014/revision",
    "http://schemas.microsoft.com/office/spreadsheetml/2015/revision2",
    "http://schemas.microsoft.com/office/spreadsheetml/2016/revision3",
)


def kind_of(parts):
    """Return docx or xlsx, or None for an archive of another kind; raises Trouble for one with macros."""
    if TYPES not in parts:
        return None
    if any(posixpath.basename(name).lower() == "vbaproject.bin" for name in parts):
        raise Trouble("macros")
    root = markup.parsed(parts[TYPES])
    types = [one.get("ContentType", "") for one in root.iter("{*}Override", "{*}Default")]
    for kind in types:
        if "macroEnabled" in kind or "vbaProject" in kind:
            raise Trouble("macros")
        if "template.main" in kind:
            raise Trouble("template")
    found = {_MAIN[kind] for kind in types if kind in _MAIN}
    return found.pop() if len(found) == 1 else None


def cleaned(parts, report):
    """Return the bytes of a DOCX or XLSX without its makers' traces; raises Trouble."""
    types = _content_types(parts)
    main = _main_part(parts)
    is_text = _MAIN.get(types.get(main)) == "docx"
    if main not in parts or types.get(main) not in _MAIN:
        raise Trouble("damaged")
    if any(name.startswith("_xmlsignatures/") for name in parts):
        report.name("signature")
    report.pages = _pages(parts) if is_text else None
    editor = (wordtext.Editor if is_text else sheets.Editor)(parts, main, report)
    made = _walked(parts, main, types, editor, report)
    editor.finish(made)
    root = relations.Relations([("rId1", f"{relations.IDS}/officeDocument", main, False)])
    package = {TYPES: _types_of(made, types), "_rels/.rels": root.written(), **made}
    return archive.packed(package)


def _content_types(parts):
    """Return {name of a part: its type}."""
    root = markup.parsed(parts[TYPES])
    defaults = {one.get("Extension", "").lower(): one.get("ContentType") for one in root.iter("{*}Default")}
    types = {name: defaults.get(name.rsplit(".", 1)[-1].lower(), "") for name in parts}
    for one in root.iter("{*}Override"):
        types[one.get("PartName", "").lstrip("/")] = one.get("ContentType", "")
    return types


def _main_part(parts):
    content = parts.get("_rels/.rels")
    if content is None:
        raise Trouble("damaged")
    for one in markup.parsed(content).iter("{*}Relationship"):
        kind = one.get("Type", "")
        if "purl.oclc.org" in kind:
            raise Trouble("strict")
        if relations.last(kind) == "officeDocument":
            return relations.resolved("", one.get("Target", ""))
    raise Trouble("damaged")


def _walked(parts, main, types, editor, report):
    """Return {name: clean bytes} of the parts that are reached from the main one by ways that are known."""
    made, waiting = {}, [(main, "officeDocument")]
    while waiting:
        name, word = waiting.pop(0)
        if name in made or name not in parts:
            continue
        links = relations.read(parts, name, report)
        if word == "image":
            made[name] = pictures.cleaned(parts[name], name, report)
            continue
        if word == "font":
            made[name] = parts[name]
            continue
        root = markup.parsed(parts[name])
        editor.edit(name, word, root, links)
        _lose(root, links)
        links.forget_unused(root)
        _sand(root, report)
        made[name] = markup.written(root)
        waiting += links.targets(name).items()
        if links.kept:
            made[relations.path_of(name)] = links.written()
    return made


def _lose(root, links):
    """Take out what refers to parts that went."""
    for element in list(root.iter("{*}*")):
        for name, value in list(element.attrib.items()):
            if not name.startswith(_R) or value not in links.gone:
                continue
            word = markup.local(element)
            if word == "imgLayer":  # the picture as it was before its effects
                extension = next(element.iterancestors("{*}ext"), element)
                markup.drop(extension)
            elif word in _LOSE_THE_ID and not (word == "hyperlink" and element.get("ref")):
                del element.attrib[name]
            elif element is not root:
                markup.drop(element)


def _sand(root, report):
    """Take off what every part can carry: numbers of sessions, names of files, copies of whole pictures."""
    for element in root.iter("{*}*"):
        word = markup.local(element)
        for name in [name for name in element.attrib if name.startswith("{") and name[1:].startswith(_UIDS)]:
            del element.attrib[name]
        if word == "cNvPr" and markup.local(element.getparent()) in {"nvPicPr", "cNvPicPr"}:
            element.set("name", "Picture")
        if word in {"cNvPr", "docPr"} and element.get("hidden") in {"1", "true"}:
            report.name("hidden_drawings", element.get("descr", ""))
        if word.startswith("filtered") and word.endswith("Series"):  # of a chart, taken out of its view
            report.name("hidden_text", " ".join(one.text or "" for one in element.iterfind(".//{*}tx//{*}v")))
        if word in {"cNvPr", "docPr"} and (
            "\\" in element.get("descr", "") or "://" in element.get("descr", "")
        ):
            del element.attrib["descr"]
        if word == "srcRect" and any(
            value.lstrip("-") != "0" and value[:1] != "-" for value in element.values()
        ):
            report.name("cropped_pictures")
        if word == "imagedata":
            element.attrib.pop("{urn:schemas-microsoft-com:office:office}title", None)
    for element in list(root.iter("{*}creationId")):
        extension = next(element.iterancestors("{*}ext"), None)
        if extension is not None and len(extension) == 1:
            listed = extension.getparent()
            markup.drop(extension)
            if len(listed) == 0:
                markup.drop(listed)


def _types_of(made, types):
    root = markup.etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})
    relation = "application/vnd.openxmlformats-package.relationships+xml"
    markup.etree.SubElement(root, f"{{{_TYPES}}}Default", Extension="rels", ContentType=relation)
    markup.etree.SubElement(root, f"{{{_TYPES}}}Default", Extension="xml", ContentType="application/xml")
    for name in made:
        if not name.endswith(".rels"):
            kind = types.get(name) or "application/octet-stream"
            markup.etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
    return markup.written(root)


def _pages(parts):
    """Return the number of pages that the program counted, or None."""
    content = parts.get("docProps/app.xml")
    if content is None:
        return None
    counted = markup.parsed(content).findtext("{*}Pages") or ""
    return int(counted) if counted.isdecimal() and 0 < int(counted) < 100_000 else None
