"""A page comes in from its top: what is on the screen already stays where it is as the rest comes."""

import pytest

pytestmark = pytest.mark.browser
# For each element: take away all that follows it, as if it had not come yet, and see where what is there stands; once
# with what is in it and once without. Only what stands around the cut may still move then, as it shows nothing yet; a
# <details> shows a word of the browser's.
MOVED = """() => {
    const shown = [...document.body.querySelectorAll("*")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().top < innerHeight * 1.5);
    const place = (one) => { const { left, top } = one.getBoundingClientRect(); return [left, top]; };
    const last = new Map(shown.map((one) => [one, place(one)])), moved = new Map();
    shown.forEach((cut, number) => {
        const look = (empty) => {
            for (const one of shown.slice(0, number + 1)) {
                if (empty && one.contains(cut) && cut.tagName !== "DETAILS") continue;
                const [left, top] = place(one), [wasLeft, wasTop] = last.get(one);
                const { width, height } = one.getBoundingClientRect();
                if (width && height && (Math.abs(left - wasLeft) > 1 || Math.abs(top - wasTop) > 1))
                    moved.set(one, `${one.outerHTML.slice(0, 80)} from ${left},${top} to ${wasLeft},${wasTop}, cut at ${cut.outerHTML.slice(0, 80)}`);
            }
        };
        const taken = [];
        for (let one = cut; one !== document.body; one = one.parentElement) {
            const later = [];
            for (let next = one.nextSibling; next; next = next.nextSibling) later.push(next);
            taken.push([one.parentElement, later]);
            later.forEach((next) => next.remove());
        }
        look(false);
        const inner = [...cut.childNodes];
        cut.replaceChildren();
        look(true);
        cut.append(...inner);
        taken.forEach(([parent, later]) => parent.append(...later));
    });
    return { count: shown.length, moved: [...moved.values()] };
}"""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_what_is_there_stays_where_it_is(server, visitor, width):
    page = visitor(f"{server.url}/", javascript=True, width=width)
    article = page.locator(".lead-title a").get_attribute("href")
    for path in [
        "/",
        "/news/",
        article,
        "/countries/",
        "/inquiries/",
        "/newsletter/",
        "/get-help/",
        "/resources/",
        "/search/?q=shelter",
        "/countries/laos/",
        "/resources/palermo-protocol/",
    ]:
        page.goto(server.url + path)
        found = page.evaluate(MOVED)
        assert found["count"] > 30, path
        assert found["moved"] == [], path
