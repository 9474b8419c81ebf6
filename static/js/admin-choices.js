// Boxes that Django's script makes of a list of choices get the name of the list, and hold no list that is none.
(() => {
    "use strict";
    function plain(rendered) {
        for (const one of [rendered, ...rendered.children]) if (/^(UL|LI)$/.test(one.tagName)) one.setAttribute("role", "none");
    }
    function name(box) {
        const made = box.parentElement?.querySelector(":scope > .select2");
        const label = box.labels?.[0]?.textContent.trim().replace(/:$/, "");
        if (!made || !label || made.dataset.named) return;
        made.dataset.named = "yes";
        for (const one of made.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]")) {
            one.removeAttribute("aria-labelledby");
            one.setAttribute("aria-label", label);
        }
        for (const rendered of made.querySelectorAll("ul")) {
            plain(rendered);
            new MutationObserver(() => plain(rendered)).observe(rendered, { childList: true });
        }
    }
    // They are made once the page is read, and stand beside their list: named in the same moment, none is seen without.
    function watch(box) {
        new MutationObserver(() => name(box)).observe(box.parentElement, { childList: true });
        name(box);
    }
    const all = (part) => part.querySelectorAll("select.admin-autocomplete").forEach(watch);
    all(document);
    document.addEventListener("formset:added", (event) => all(event.target));
})();
