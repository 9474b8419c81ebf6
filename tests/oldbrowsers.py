"""Reads a stylesheet as Chrome 70 and iOS 12 read it: what they don't know they drop, by CSS's rules for errors."""

import re

CHROME, IOS = "Chrome 70", "iOS 12"
BOTH = frozenset({CHROME, IOS})
NEITHER: frozenset[str] = frozenset()

# Who knows which property. One that stands in no line is an error: look it up at caniuse.com and add it.
PROPERTIES = {
    BOTH: """align-content align-items align-self background background-image border border-bottom border-bottom-color border-collapse
        border-color border-radius border-style border-top border-top-color border-width bottom box-sizing break-after
        break-before break-inside clear clip color column-gap column-span columns content counter-increment
        counter-reset cursor direction display dominant-baseline fill flex flex-basis flex-direction flex-wrap float font
        font-family font-size font-style font-variant-numeric font-weight gap grid-area grid-column grid-template-columns height
        justify-content justify-items justify-self left line-height list-style margin margin-bottom margin-left
        margin-right margin-top max-height max-width min-height min-width object-fit opacity order orphans outline
        outline-offset overflow overflow-wrap overflow-x padding padding-bottom padding-left padding-right padding-top
        paint-order pointer-events position resize right row-gap stroke stroke-dasharray stroke-linejoin stroke-width text-align text-anchor
        text-decoration text-transform top transform transition transition-delay unicode-bidi vertical-align visibility white-space widows width
        word-break z-index -webkit-appearance -webkit-mask -webkit-padding-start -webkit-print-color-adjust
        -webkit-text-size-adjust""",
    # iOS 12.2 brought the logical ones, 11 none of them.
    frozenset({CHROME}): """border-inline-end border-inline-start margin-inline-end margin-inline-start
        padding-inline-end padding-inline-start hyphens scroll-padding-top text-size-adjust""",
    frozenset({IOS}): "-webkit-hyphens",
    NEITHER: """accent-color appearance aspect-ratio color-scheme forced-color-adjust inset mask print-color-adjust
        text-decoration-thickness text-underline-offset text-wrap""",
}
KNOWS = {name: known for known, names in PROPERTIES.items() for name in names.split()}
FUNCTIONS = {"attr", "calc", "counter", "minmax", "rect", "repeat", "rgb", "rgba", "url", "var"}
# Values that one of them does not know, though it knows the property.
VALUES = [
    ("position", "sticky", CHROME),
    ("position", "-webkit-sticky", IOS),
    ("overflow-wrap", "anywhere", None),
    ("float", "inline-start", None),
    ("float", "inline-end", None),
    ("background", "Canvas", None),
]
PSEUDO = {
    "active", "after", "before", "checked", "disabled", "first-child", "focus", "focus-within", "hover", "lang",
    "last-child", "link", "not", "nth-child", "nth-last-child", "nth-of-type", "only-child", "placeholder", "root",
    "target", "visited",
}  # fmt: skip
FEATURES = {"min-width", "max-width", "min-height", "max-height", "orientation", "hover", "pointer"}
TYPES = {"all", "screen", "print", "and", "not", "only"}


def as_read_by(browser: str, css: str) -> str:
    """Return what is left of a stylesheet in a browser; raises ValueError for what this file can't judge."""
    return _rules(browser, re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def _rules(browser: str, css: str) -> str:
    kept = []
    for head, block in _parts(css):
        name = head.split(maxsplit=1)[0].lower() if head.startswith("@") else ""
        if block is None or (name and name not in {"@media", "@page", "@supports"}):
            continue  # @layer, @container, @property and @import: no rule of ours rests on them
        if name == "@supports":
            if _supports(browser, head):
                kept.append(_rules(browser, block))
            continue
        if name == "@media":
            queries = [query.strip() for query in head.removeprefix("@media").split(",")]
            known = [query for query in queries if _knows_query(query)]
            if known:
                kept.append(f"@media {', '.join(known)} {{\n{_rules(browser, block)}}}\n")
            continue
        if (name == "@page" or _knows_selector(head)) and (declared := _declarations(browser, block)):
            kept.append(f"{head} {{ {declared} }}\n")
    return "".join(kept)


def _parts(css: str) -> list[tuple[str, str | None]]:
    """Return what stands before each block or semicolon of a level, with the block."""
    parts: list[tuple[str, str | None]] = []
    depth = begin = opened = 0
    for match in re.finditer(r"\"[^\"]*\"|'[^']*'|[{};]", css):
        token = match[0]
        if token == "{":
            depth += 1
            if depth == 1:
                opened = match.end()
        elif token == "}":
            depth -= 1
            if depth == 0:
                parts.append((" ".join(css[begin : opened - 1].split()), css[opened : match.start()]))
                begin = match.end()
        elif token == ";" and depth == 0:
            parts.append((" ".join(css[begin : match.start()].split()), None))
            begin = match.end()
    if depth or css[begin:].strip():
        raise ValueError(f"The stylesheet does not end: {css[begin:][:80]!r}")
    return parts


def _supports(browser: str, head: str) -> bool:
    condition = re.fullmatch(r"@supports \(([^()]*(?:\([^()]*\))?)\)", head)
    if condition is None and "selector(" not in head:
        raise ValueError(f"{head}: this filter judges one declaration, or selector().")
    return condition is not None and bool(_declarations(browser, condition[1]))


def _knows_query(query: str) -> bool:
    features = re.findall(r"\(([^()]*)\)", query)
    words = re.sub(r"\([^()]*\)", " ", query).split()
    return set(words) <= TYPES and all(
        feature.split(":")[0].strip() in FEATURES and not re.search("[<>=]", feature) for feature in features
    )


def _knows_selector(selector: str) -> bool:
    """Return whether a list of selectors is known as a whole: one unknown selector drops its rule."""
    pseudo = re.findall(r"::?([\w-]+)", re.sub(r"\"[^\"]*\"", "", selector))
    inside_not = re.findall(r":not\(([^()]*(?:\([^()]*\))?[^()]*)\)", selector)
    simple = all(re.fullmatch(r"[\w.#-]*|:[\w-]+(\([^()]*\))?|\[[^\]]*\]", one) for one in inside_not)
    return set(pseudo) <= PSEUDO and simple and "&" not in selector


def _declarations(browser: str, block: str) -> str:
    if "{" in block:
        raise ValueError(f"Rules inside rules: {block[:80]!r}")
    kept = []
    for declaration in re.findall(r"(?:\"[^\"]*\"|[^;\"])+", block):
        name, colon, value = (part.strip() for part in declaration.partition(":"))
        if not colon:
            continue
        functions = set(re.findall(r"([\w-]+)\(", re.sub(r"\"[^\"]*\"", "", value)))
        if name.startswith("--"):
            kept.append(f"{name}: {value}")
        elif browser not in _who_knows(name) or _is_unknown_value(browser, name, value):
            continue
        elif functions <= FUNCTIONS:
            kept.append(f"{name}: {value}")
        elif "var" in functions:
            # A value with a variable is taken as it stands; that it is wrong shows too late to keep an earlier one.
            kept.append(f"{name}: unset")
    return "; ".join(kept)


def _who_knows(name: str) -> frozenset[str]:
    if name not in KNOWS:
        raise ValueError(f"Say in tests/oldbrowsers.py who knows the property {name!r}.")
    return KNOWS[name]


def _is_unknown_value(browser: str, name: str, value: str) -> bool:
    words = value.removesuffix("!important").split()
    if name == "content" and "/" in words:
        return True
    return any(name == one and word in words and browser != known for one, word, known in VALUES)


# These browsers have gaps between the cells of a grid alone: what a test runs in a page of today's Chromium.
NO_GAPS_IN_FLEX_BOXES = """() => { for (const e of document.querySelectorAll('*'))
    if (getComputedStyle(e).display.includes('flex')) e.style.setProperty('gap', '0', 'important'); }"""
