"use strict";
// Keeps the figures of an issue up to date; a change of its state brings other buttons, so the page is loaded anew.
const EVERY = 2000; // milliseconds

async function refresh() {
    const shown = document.getElementById("figures");
    try {
        const answer = await fetch(`${location.pathname}?part`, { headers: { Accept: "text/html" } });
        if (!answer.ok || answer.redirected) return location.reload();
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("figures");
        if (!fresh || fresh.dataset.state !== shown.dataset.state) return location.reload();
        shown.replaceChildren(...fresh.childNodes);
    } catch {
        // No connection for a moment: the next turn asks again.
    }
    setTimeout(refresh, EVERY);
}

setTimeout(refresh, EVERY);
