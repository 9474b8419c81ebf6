"""What axe says of a page."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# Nine tenths of axe's time go into the contrast of every text. Of texts that are marked up and coloured alike, as are all
# that they stand in, this asks for the first and the last; all other rules are asked of everything. `make soak` asks for all.
MARK = "data-one-of-its-kind"
RUN_ON_KINDS = """async options => {
    const COLOURS = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow", "position"];
    const kinds = new Map(), numbers = new Map();
    const number = kind => numbers.get(kind) ?? numbers.set(kind, numbers.size).get(kind);
    const look = (element, around) => {
        if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) return;
        const style = getComputedStyle(element);
        const kind = number([around, element.localName, element.className, element.matches(":disabled, [aria-disabled]"),
            ...COLOURS.map(name => style[name])].join("|"));
        if (element.matches("input, select, textarea") || [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()[1])) {
            const alike = kinds.get(kind) ?? kinds.set(kind, []).get(kind);
            alike[Math.min(alike.length, 1)] = element;
        }
        for (const child of element.children) look(child, kind);
    };
    look(document.documentElement, "");
    const marked = [...kinds.values()].flat();
    for (const element of marked) element.setAttribute("MARK", "");
    axe.configure({rules: [{id: "color-contrast", selector: "[MARK]"}]});
    const {violations} = await axe.run(options);
    for (const element of marked) element.removeAttribute("MARK");
    return {violations};
}""".replace("MARK", MARK)


# Only what is wrong is handed over: the long list of what is right costs as much as finding it.
RUN_ON_ALL = "options => axe.run(options).then(({violations}) => ({violations}))"

# Django's admin changes the colours of links over a part of a second: half-way a contrast is nobody's.
AT_REST = "() => Promise.allSettled(document.getAnimations().map(one => one.finished))"


def violations(page, run=RUN_ON_KINDS, **options):
    """Return axe's report on a page as it looks now, or nothing where all is well."""
    page.evaluate(AT_REST)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate(run, {"resultTypes": ["violations"]} | options))
    return results.generate_report() if results.violations_count else ""


def violations_of_every_text(page):
    """Return axe's report like violations(), with the contrast of every text; no page must have been asked in short before."""
    return violations(page, RUN_ON_ALL)


COLOURS = {"runOnly": {"type": "tag", "values": ["cat.color"]}}  # all that a scheme changes
# The colours are the system's; ours to see to is that texts and grounds are taken from one pair.
FORCED = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def violations_in_both_schemes(page):
    """Return axe's reports on a page in light and, of its colours, in dark, or nothing where all is well."""
    return _violations_in(page, [("light", "none", {}), ("dark", "none", COLOURS)])


def violations_in_all_colours(page):
    """Return axe's reports like violations_in_both_schemes(), and of the colours that a visitor's system forces."""
    looks = [("light", "none", {}), ("dark", "none", COLOURS), ("light", "active", FORCED)]
    return _violations_in(page, looks)


def _violations_in(page, looks):
    reports = []
    for scheme, forced, options in looks:
        page.emulate_media(color_scheme=scheme, forced_colors=forced)
        if report := violations(page, **options):
            reports.append(f"{scheme}, forced colours {forced}: {report}")
    page.emulate_media(color_scheme="light", forced_colors="none")
    return "\n".join(reports)
