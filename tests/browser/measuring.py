"""What a page measures on small screens and with large text."""

SIDEWAYS = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
        && !e.closest('.table-scroll, pre')).map(e => e.outerHTML.slice(0, 90)).slice(-1).concat('')[0] || '?' : ''"""


def scrolls_sideways(page, sizes=(16, 20, 24, 32), widths=(256, 320, 360)):
    """Return where a page is wider than the screen: default size of text, width in pixels, and what sticks out."""
    session = page.context.new_cdp_session(page)
    found = []
    for size in sizes:
        session.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size * 13 // 16}})
        for width in widths:
            page.set_viewport_size({"width": width, "height": 740})
            if wide := page.evaluate(SIDEWAYS):
                found.append((size, width, wide))
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    session.detach()
    return found
