"""Fields of a DOCX: those that fetch, run, hide or name somebody lose their code; what they showed stays."""

from . import markup

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_NAMED = {
    "INCLUDEPICTURE": "linked_pictures", "INCLUDETEXT": "linked_content", "INCLUDE": "linked_content",
    "IMPORT": "linked_content", "LINK": "linked_content", "DATABASE": "linked_content",
    "DDE": "linked_content", "DDEAUTO": "linked_content", "RD": "linked_content",
    "MACROBUTTON": "controls", "MACRO": "controls",
    "AUTHOR": "author_fields", "LASTSAVEDBY": "author_fields", "USERNAME": "author_fields",
    "USERINITIALS": "author_fields", "USERADDRESS": "author_fields", "FILENAME": "author_fields",
    "TEMPLATE": "author_fields", "DOCPROPERTY": "author_fields", "DOCVARIABLE": "author_fields",
    "INFO": "author_fields", "COMMENTS": "author_fields", "KEYWORDS": "author_fields",
}  # fmt: skip

# Fields that show nothing of what they hold: entries of an index, values, records of reference managers with
# the account and the folders of their owner. They go without a word, what they showed stays.
_SILENT = {"XE", "TC", "TA", "SET", "PRIVATE", "ADDIN", "ASK", "FILLIN", "DATA"}
SILENT = ""


def _kind(code):
    """Return what an editor is told about a field with this code, SILENT, or None for one that may stay."""
    words = code.split()
    word = words[0].upper() if words else ""
    if word == "HYPERLINK":
        target = next((one for one in words[1:] if not one.startswith("\\")), "").strip('"“”')
        is_local = target and not markup.leads_outside(target) and "\\l" not in words
        return "local_links" if is_local else None
    return SILENT if word in _SILENT else _NAMED.get(word)


def settle(root, report):
    """Take the codes of the fields that may not stay out of a part."""
    for element in list(root.iter(f"{W}fldSimple")):
        kind = _kind(element.get(f"{W}instr", ""))
        if kind is not None:
            _name(kind, report)
            markup.unwrap(element)
    open_fields = []
    for element in list(root.iter(f"{W}fldChar", f"{W}instrText")):
        if element.tag == f"{W}instrText":
            if open_fields:
                open_fields[-1].append(element)
            else:
                markup.drop(element)  # what stands outside of fields nobody sees
            continue
        step = element.get(f"{W}fldCharType")
        if step == "begin":
            open_fields.append([element])
        elif open_fields:
            open_fields[-1].append(element)
            if step == "end":
                _close(open_fields.pop(), report)
    for pieces in open_fields:  # that never end
        _close(pieces, report)


def _close(pieces, report):
    kind = _kind("".join(one.text or "" for one in pieces if one.tag == f"{W}instrText"))
    if kind is not None:
        _name(kind, report)
        for piece in pieces:
            markup.drop(piece)


def _name(kind, report):
    if kind != SILENT:
        report.name(kind)
