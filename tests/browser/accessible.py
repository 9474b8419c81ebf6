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


def violations_in_both_schemes(page):
    """Return axe's reports on a page in light and, of its colours, in dark, or nothing where all is well."""
    reports = []
    for scheme, options in [("light", {}), ("dark", COLOURS)]:
        page.emulate_media(color_scheme=scheme)
        if report := violations(page, **options):
            reports.append(f"{scheme}: {report}")
    return "\n".join(reports)
