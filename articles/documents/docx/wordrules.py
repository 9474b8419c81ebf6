"""Rules for values in a DOCX that are more than numbers and keywords of the standards."""

import re
from collections.abc import Callable

from articles.documents import markup
from articles.documents.office import drawingrules, values
from articles.documents.office.namespaces import W
from articles.documents.office.rebuilding import ValueRule
from articles.documents.office.stylenames import Styles

_COMPATIBILITY = {
    "compatibilityMode", "overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures",
    "doNotFlipMirrorIndents", "differentiateMultirowTableHeaders", "useWord2013TrackBottomHyphenation",
}  # fmt: skip
_PICTURE_DATE = re.compile(r"[dMyhHmsaAPp/\\.,:;' \u00b7年月日-]{1,40}")
LONGEST_BULLET = 60  # characters of the text before the paragraphs of a list
_LANGUAGES = [f"w:{name}@w:{at}" for name in ("lang", "themeFontLang") for at in ("val", "eastAsia", "bidi")]
_STYLED = ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "styleLink", "numStyleLink")


class Bookmarks:
    """New names for the bookmarks of one document."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {"_top": "_top"}

    def name_of(self, old: str) -> str:
        """Return the new name of a bookmark."""
        return self._names.setdefault(old.lower(), f"place{len(self._names)}")


def read_styles(root: markup.Element) -> Styles:
    """Return the new names for the styles in a part."""
    styles = Styles()
    for one in root.iterfind(f"{W}style"):
        name = one.find(f"{W}name")
        styles.add(one.get(f"{W}styleId", ""), "" if name is None else name.get(f"{W}val", ""))
    return styles


def rename_styles(root: markup.Element, styles: Styles) -> None:
    """Give the styles in a part their new names."""
    for one in root.iterfind(f"{W}style"):
        name = one.find(f"{W}name")
        if name is not None:
            name.set(f"{W}val", styles.name_of(one.get(f"{W}styleId", ""), name.get(f"{W}val", "")))


def rules(
    styles: Styles, bookmarks: Bookmarks, relation: Callable[[str], str | None]
) -> dict[str, ValueRule]:
    """Return the rules for one part; relation() returns the new id of a relationship, or None."""
    fonts = ("ascii", "hAnsi", "cs", "eastAsia")
    return {
        **drawingrules.RULES,
        **{f"@{name}": relation for name in ("r:id", "r:embed", "r:pict", "o:relid")},
        **{f"w:{name}@w:val": styles.id_of for name in _STYLED},
        "w:style@w:styleId": styles.id_of,
        "w:name@w:val": lambda value: value if len(value) < 100 else None,
        "w:bookmarkStart@w:name": bookmarks.name_of,
        "w:hyperlink@w:anchor": bookmarks.name_of,
        "w:hyperlink@w:tooltip": values.human,
        **{f"w:rFonts@w:{name}": values.font for name in fonts},
        "w:sym@w:font": values.font,
        "w14:checkedState@w14:font": values.font,
        "w14:uncheckedState@w14:font": values.font,
        "w:font@w:name": values.font,
        **dict.fromkeys(_LANGUAGES, values.language),
        "w:lid@w:val": values.language,
        "w:lvlText@w:val": lambda value: value[:LONGEST_BULLET],
        "w:listItem@w:displayText": values.human,
        "w:listItem@w:value": values.human,
        "w:lock@w:val": drawingrules.among({"sdtLocked", "contentLocked", "sdtContentLocked", "unlocked"}),
        "w:dateFormat@w:val": drawingrules.matching(_PICTURE_DATE),
        "w:docPartGallery@w:val": drawingrules.among({"Table of Contents", "Cover Pages", "Bibliographies"}),
        "w:tblCaption@w:val": values.human,
        "w:tblDescription@w:val": values.human,
        "w:compatSetting@w:name": drawingrules.among(_COMPATIBILITY),
        "w:compatSetting@w:uri": drawingrules.always("http://schemas.microsoft.com/office/word"),
        "w:decimalSymbol@w:val": lambda value: value[:1],
        "w:listSeparator@w:val": lambda value: value[:1],
        "w:numFmt@w:format": lambda value: value[:LONGEST_BULLET],
        "w:instrText": drawingrules.unchanged,  # rewritten by wordfields
        "w:fldSimple@w:instr": drawingrules.unchanged,
    }


def clean_choices(root: markup.Element) -> None:
    """Set the value of each list entry to its visible text, and drop the entries of locked lists."""
    for properties in root.iter(f"{W}sdtPr"):
        lock = properties.find(f"{W}lock")
        is_locked = lock is not None and lock.get(f"{W}val") in {"contentLocked", "sdtContentLocked"}
        for one in list(properties.iter(f"{W}listItem")):
            words = one.get(f"{W}displayText") or one.get(f"{W}value")
            if is_locked or not words:
                markup.drop(one)
            else:
                one.set(f"{W}displayText", words)
                one.set(f"{W}value", words)


def fonts_of(root: markup.Element) -> set[str]:
    """Return the names of the fonts that a part uses."""
    asked = {str(value) for one in root.iter(f"{W}rFonts", f"{W}sym") for value in one.attrib.values()}
    return asked | {one.get("typeface", "") for one in root.iter("{*}latin", "{*}ea", "{*}cs")}


def blank_lists(root: markup.Element, used: set[str | None]) -> None:
    """Remove the text from the levels of unused numbering definitions."""
    kept = {
        one.findall(f"{W}abstractNumId")[0].get(f"{W}val")
        for one in root.iterfind(f"{W}num[{W}abstractNumId]")
        if one.get(f"{W}numId") in used
    }
    for listed in root.iterfind(f"{W}abstractNum"):
        is_linked = listed.find(f"{W}styleLink") is not None or listed.find(f"{W}numStyleLink") is not None
        if listed.get(f"{W}abstractNumId") in kept or is_linked:
            continue
        for words in listed.iter(f"{W}lvlText"):
            words.set(f"{W}val", "".join(re.findall(r"%\d|[^\w\s]", words.get(f"{W}val", ""))[:4]))
    for number in root.iterfind(f"{W}num"):
        if number.get(f"{W}numId") not in used:
            for changed in number.findall(f"{W}lvlOverride"):
                number.remove(changed)
