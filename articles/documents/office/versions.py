"""Alternate content, several versions of the same markup for different programs: keeps one that is known."""

from .. import markup
from ..report import Report
from .rebuilding import Vocabulary

_VERSIONS = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def keep_known(root: markup.Element, names: Vocabulary, report: Report) -> None:
    """Replace alternate content by its first known version, and report words that only the others have."""
    known = set(names.spaces.values())
    for several in list(root.iter(f"{{{_VERSIONS}}}AlternateContent")):
        if several.getparent() is None:
            continue
        choices = [one for one in several.iterfind(f"{{{_VERSIONS}}}Choice") if _is_known(one, known)]
        choices += several.findall(f"{{{_VERSIONS}}}Fallback")
        chosen = choices[0] if choices else None
        words = _words(chosen)
        for one in several:
            if one is not chosen and isinstance(one.tag, str) and (other := _words(one)) and other != words:
                report.add("unknown_parts", " ".join(t.text or "" for t in one.iter("{*}t")))
        if chosen is None:
            markup.drop(several)
            continue
        for one in list(several):
            if one is not chosen:
                several.remove(one)
        markup.unwrap(chosen)
        markup.unwrap(several)


def _is_known(choice: markup.Element, known: set[str]) -> bool:
    prefixes = choice.get("Requires", "").split()
    return bool(prefixes) and all(choice.nsmap.get(one) in known for one in prefixes)


def _words(version: markup.Element | None) -> str:
    if version is None:
        return ""
    return "".join("".join(one.text or "" for one in version.iter("{*}t")).split())
