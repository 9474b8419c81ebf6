"""Walks through a page by keyboard, and compares pixels at every stop."""

import base64
import io
from collections import Counter

from PIL import Image, ImageChops

# A link whose area covers its card is outlined as large as the card.
STOP = """() => { const e = document.activeElement, covers = getComputedStyle(e, '::after').position === 'absolute';
    const r = (covers && e.closest('.card, .lead, .issue-row') || e).getBoundingClientRect();
    let kind = ''; for (let one = e; one; one = one.parentElement) kind += `${one.localName}.${one.getAttribute('class')} `;
    return e === document.body ? null : [e.outerHTML.slice(0, 120), r.x, r.y, r.width, r.height, kind]; }"""
AROUND = 8  # pixels in which an outline lies
SEEN = 60  # difference of a pixel in one colour that counts, of 255


def _picture(session, **clip):
    shot = session.send(
        "Page.captureScreenshot", {"optimizeForSpeed": True} | ({"clip": clip | {"scale": 1}} if clip else {})
    )
    return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")


def walk(page, width=360, of_a_kind=None):
    """Return every stop of the keyboard on a page, and those at which nothing changes to be seen.

    With of_a_kind, so many are looked at of the stops that are marked up alike, as is all that they stand in.
    """
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": 740})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})  # nothing scrolls, so nothing else changes
    session = page.context.new_cdp_session(page)
    before = _picture(session)
    stops, unseen, kinds = [], [], Counter()
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop in stops:
            break
        stops.append(stop)
        _html, x, y, w, h, kind = stop
        kinds[kind] += 1
        if of_a_kind and kinds[kind] > of_a_kind:
            continue
        left, top = max(0, int(x) - AROUND), max(0, int(y) - AROUND)
        right, bottom = min(width, int(x + w) + AROUND), min(height, int(y + h) + AROUND)
        after = _picture(session, x=left, y=top, width=right - left, height=bottom - top)
        changed = ImageChops.difference(after, before.crop((left, top, right, bottom)))
        pixels = sum(changed.convert("L").point(lambda value: value > SEEN).histogram()[1:])
        if pixels < w + h:  # half of an outline of one pixel
            unseen.append(stop)
    session.detach()
    return stops, unseen
