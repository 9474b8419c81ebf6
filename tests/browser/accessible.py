"""What axe says of a page."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# Only what is wrong is handed over: the long list of what is right costs as much as finding it.
RUN = "options => axe.run(options).then(({violations}) => ({violations}))"


def violations(page, **options):
    """Return axe's report on a page as it looks now, or nothing where all is well; its policy must be bypassed."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate(RUN, {"resultTypes": ["violations"]} | options))
    return results.generate_report() if results.violations_count else ""


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
