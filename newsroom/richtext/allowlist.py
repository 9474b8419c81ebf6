"""What stored rich text may hold, and nothing else."""

import re
import uuid

from newsroom.othersites.addresses import deceives

INLINE = {"strong", "em", "s", "cite", "a", "sup", "sub", "abbr", "code", "span"}
HEADINGS = {"h2", "h3", "h4"}
LISTS = {"ul", "ol"}
TABLE_PARTS = {"caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
BLOCKS = {"p", "li", "blockquote", "figure", "figcaption", "table", "hr"} | HEADINGS | LISTS | TABLE_PARTS
VOID = {"br", "hr"}
TAGS = INLINE | BLOCKS | VOID

ATTRIBUTES = {
    "a": {"href", "hreflang", "id", "rel"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "figure": {"data-picture"},
    "ol": {"start", "type"},
    "table": {"data-chart", "data-columns", "data-source"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
} | {tag: {"id"} for tag in HEADINGS | {"p", "li", "sup"}}
ATTRIBUTES["li"] |= {"value"}
for _tag in BLOCKS - {"hr"} | {"span"}:
    ATTRIBUTES[_tag] = ATTRIBUTES.get(_tag, set()) | {"lang", "dir"}

# What an author may write, for the editor and its paste script: rel is the sanitiser's own.
AUTHORED = {tag: sorted(ATTRIBUTES.get(tag, set()) - {"rel"}) for tag in sorted(TAGS)}

SCHEMES = {"http", "https", "mailto", "tel"}
CHARTS = ("bar", "line", "dot")
COLUMNS = re.compile("[1-9][0-9]?(?: [1-9][0-9]?){0,5}")  # of a chart, counted from 1
LONGEST_SOURCE = 300  # characters
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
OUR_ID = re.compile(r"""(?:s-[^\s"'<>&#=`]{1,60}|fn-[a-z0-9-]{1,40})""")
FOOTNOTE = re.compile(
    r"_?(?:ftn|edn|ftnt|ednt)(?P<ref>_?ref)?(?P<number>[0-9]{1,4})|sdfootnote(?P<libre>[0-9]{1,4})(?P<end>anc|sym)"
)
ADDRESS = re.compile(r"(?:https?://[^/?#\\\s]+|mailto:[^\s]+|tel:[+0-9 ()./-]+$|/(?![/\\])|#)", re.IGNORECASE)
# A mail address that somebody typed as a link, or that an editor took for the name of a host. With a slash behind it and
# a dot before the @ it may be meant to deceive: https://bank.example@evil.example/
HOST = r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}"
TYPED_MAIL = re.compile(
    rf"(?:https?://)?([\w.+-]{{1,64}}@{HOST})|https?://([\w+-]{{1,64}}@{HOST})/", re.IGNORECASE | re.ASCII
)


def permitted(tag: str, name: str, value: str) -> str | None:
    """Return what an attribute may say, or None to drop it."""
    if name not in ATTRIBUTES.get(tag, ()) and (tag, name) != ("a", "name"):
        return None  # nh3 lets lang and title through on every element
    if name in {"id", "name"}:
        ours = _our_id(value)
        return ours if ours and (tag in HEADINGS or ours.startswith("fn-")) else None
    if name in {"href", "cite"}:
        return _address(value, {"http", "https"} if name == "cite" else SCHEMES)
    if name == "data-picture":
        return str(uuid.UUID(value)) if UUID.fullmatch(value) else None
    if name == "data-chart":
        return value if value in CHARTS else None
    if name == "data-columns":
        return value if COLUMNS.fullmatch(value) else None
    if name == "data-source":
        return " ".join(value.split())[:LONGEST_SOURCE].strip() or None
    if name == "rel":
        return value if value == "noopener" else None
    if name in {"lang", "hreflang"}:
        return value if LANGUAGE.fullmatch(value) else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    if name == "scope":
        return value if value in {"col", "row", "colgroup", "rowgroup"} else None
    if name in {"colspan", "rowspan"}:
        return value if re.fullmatch("[1-9][0-9]?", value) and value != "1" else None
    if name == "type":  # of a list: letters or Roman numbers
        return value if value in {"a", "A", "i", "I"} else None
    if name in {"start", "value"}:
        return value if re.fullmatch("[0-9]{1,4}", value) else None
    return value


def _address(value: str, schemes: set[str]) -> str | None:
    """Return an address that uses one of the schemes and misleads nobody about its host, or None."""
    # Browsers ignore tabs, line breaks and spaces around an address, so they go before the address is judged.
    value = re.sub("[\t\n\r]", "", value).strip("".join(map(chr, range(0x21))))
    if "mailto" in schemes and (mail := TYPED_MAIL.fullmatch(value)):
        return f"mailto:{mail[1] or mail[2]}"
    if re.search(r"[\x00-\x1f\x7f]", value) or not ADDRESS.match(value):
        return None
    if value.startswith("#"):
        target = _our_id(value[1:])
        return f"#{target}" if target else None
    if value.startswith("/"):
        return value if "\\" not in value else None
    scheme = value.split(":", 1)[0].lower()
    if scheme in {"http", "https"} and deceives(value):
        return None
    return value if scheme in schemes else None


def _our_id(value: str) -> str | None:
    """Return an id of ours, also for the footnote marks of Word, Google Docs and LibreOffice, or None."""
    if OUR_ID.fullmatch(value):
        return value
    match = FOOTNOTE.fullmatch(value)
    if not match:
        return None
    if match["libre"]:
        return f"fn-ref-{match['libre']}" if match["end"] == "anc" else f"fn-{match['libre']}"
    return f"fn-ref-{match['number']}" if match["ref"] else f"fn-{match['number']}"
