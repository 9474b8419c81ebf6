// Leads from the summary of errors to a box, also where an editor or a search box stands in its place.
(() => {
    "use strict";
    const summary = document.querySelector(".error-summary, .conflict");
    if (!summary) return;
    summary.scrollIntoView({ block: "start" });

    summary.addEventListener("click", (event) => {
        const link = event.target.closest("a[href^='#']");
        const box = link && document.getElementById(link.getAttribute("href").slice(1));
        if (!box) return;
        event.preventDefault();
        for (let around = box.closest("details"); around; around = around.parentElement.closest("details")) {
            around.open = true;
        }
        const row = box.closest(".form-row") || box;
        row.scrollIntoView({ block: "center" });
        const stand_in = row.querySelector("[contenteditable=true], .lead-ways button, .select2-selection");
        (box.offsetParent ? box : stand_in || box).focus();
    });
})();
