"use strict";
// Fills the slug beside a title with what the server would make of it, while one types and until somebody changes it.
document.addEventListener("DOMContentLoaded", () => {
    const QUIET = 250; // milliseconds
    const slug = document.querySelector("[data-slug-url]");
    const title = slug && document.getElementById(slug.dataset.slugOf);
    if (!title || slug.value) return;
    const { csrfmiddlewaretoken: token } = slug.form.elements;
    let filled = "";
    let timer = 0;

    async function fill() {
        const text = title.value;
        try {
            const body = new URLSearchParams({ text, csrfmiddlewaretoken: token.value });
            const response = await fetch(slug.dataset.slugUrl, { method: "POST", body });
            const found = (await response.json()).slug;
            if (title.value !== text || slug.value) return;
            slug.value = filled = found;
            slug.dispatchEvent(new Event("input", { bubbles: true })); // so that it is kept and previewed
        } catch {
            // Without an answer it stays empty, and is filled when it is saved.
        }
    }

    title.addEventListener("input", () => {
        if (slug.value && slug.value !== filled) return;
        slug.value = filled = ""; // a form sent meanwhile gets the slug of its title, not of half of it
        clearTimeout(timer);
        timer = setTimeout(fill, QUIET);
    });
});
