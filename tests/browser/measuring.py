"""What a page measures on small screens and with large text."""

# The link to help must not lie under the exit.
SIDEWAYS = """() => { const [exit, help] = ['#leave', '.help-link'].map(name => document.querySelector(name)?.getBoundingClientRect());
    return exit && help && exit.left < help.right && help.left < exit.right && exit.top < help.bottom && help.top < exit.bottom
    ? 'the exit covers the link to help' : document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
        && !e.closest('.table-scroll, pre')).map(e => e.outerHTML.slice(0, 90)).slice(-1).concat('')[0] || '?' : ''; }"""


SIZES = (16, 20, 24, 32)
WIDTHS = (256, 320, 360)


def each_size_once(number):
    """Return pairs of a size and a width for a page of a list: each page meets each size, and three of them each pair.

    Large text on the narrowest screen is asked of all. tests/soak/test_looks.py asks each page for each pair.
    """
    pairs = [(size, WIDTHS[(number + place) % len(WIDTHS)]) for place, size in enumerate(SIZES)]
    return sorted({*pairs, (SIZES[-1], WIDTHS[0])})


def scrolls_sideways(page, pairs):
    """Return where a page is wider than the screen: default size of text, width in pixels, and what sticks out."""
    session = page.context.new_cdp_session(page)
    found = []
    try:
        for size, width in pairs:
            session.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size * 13 // 16}})
            page.set_viewport_size({"width": width, "height": 740})
            if wide := page.evaluate(SIDEWAYS):
                found.append((size, width, wide))
    finally:
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
        session.detach()
    return found


# What somebody sees of a front page who has just opened it, by the edges of what stands there in px.
OPENING = """() => { const box = name => document.querySelector(name)?.getBoundingClientRect();
    const title = box('.lead-title'), dek = box('.lead .dek'), content = box('main > *'), size = name =>
        [...document.querySelectorAll(name)].map(e => parseFloat(getComputedStyle(e).fontSize));
    return {begins: content.top, title: title.bottom, dek: dek.bottom, lead: size('.lead-title'), second: size('.front-stories .card-title'),
        rest: size('.pairs .card-title'), heads: size('.band-title'), services: [...document.querySelectorAll('.services .box h2')].map(e => e.getBoundingClientRect().bottom)}; }"""

# Left edges of what stands in a page that no column of its grid begins at; on a narrow screen all begin at the first.
OFF_THE_GRID = """() => { const main = document.querySelector('main'), style = getComputedStyle(main), frame = main.getBoundingClientRect();
    const left = frame.left + parseFloat(style.paddingLeft), wide = frame.width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const step = (wide + 32) / 12, starts = innerWidth < 960 ? [0, (wide + 32) / 2] : [...Array(12).keys()].map(one => one * step);
    const parts = '.crumbs, h1, .lead, .front-stories, .services > .box, .band-title, .grid > li, .rows, .story > .prose, .story > .picture, .story > footer, .with-side > *, .foot-name';
    return [...document.querySelectorAll(parts)].filter(e => e.getClientRects().length)
        .map(e => [e.getBoundingClientRect().left - left, e.outerHTML.slice(0, 80)])
        .filter(([at]) => !starts.some(one => Math.abs(one - at) < 1.5)); }"""

# Rows of a grid in which something ends more than 120 px above the end of its neighbours, and how much.
VOIDS = """() => { const found = [], ends = e => Math.max(e.getBoundingClientRect().top, ...[...e.querySelectorAll('h2, h3, p, img, input, .button')]
        .filter(one => one.getClientRects().length).map(one => one.getBoundingClientRect().bottom));
    for (const parts of ['.front > .lead, .front > .front-stories', '.front-stories > li', '.services > .box', '.grid > li']) {
        const rows = new Map();
        for (const e of document.querySelectorAll(parts)) { const r = e.getBoundingClientRect(), top = `${parts} ${Math.round(r.top / 8)}`;
            rows.set(top, [...(rows.get(top) || []), ends(e)]); }
        for (const [name, bottoms] of rows) if (Math.max(...bottoms) - Math.min(...bottoms) > 120) found.push([name, Math.max(...bottoms) - Math.min(...bottoms)]);
    }
    return found; }"""

# Texts of which a part is cut off by the box that they stand in.
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => e.getClientRects().length && !e.closest('.visually-hidden, .skip')
    && getComputedStyle(e).overflow !== 'visible' && e.scrollWidth > e.clientWidth + 1 && !e.matches('.table-scroll, pre, input, svg, svg *')).map(e => e.outerHTML.slice(0, 80))"""

# What is pressed and is lower or narrower than 24 px, the least that WCAG 2.2 asks for; links in sentences are exempt, a
# title's link covers its card, and a label is pressed instead of its box.
SMALL = """() => [...document.querySelectorAll('a, button, summary, select, input:not([type="hidden"])')]
    .filter(e => e.getClientRects().length && !e.closest('.prose p, .prose li, .skip, .trap, label'))
    .map(e => [(e.closest('.card-title, .lead-title') ? e.closest('.card, .lead, .issue-row') : e).getBoundingClientRect(), e])
    .filter(([{width, height}]) => width < 24 || height < 24).map(([{width, height}, e]) => [width, height, e.outerHTML.slice(0, 80)])"""
