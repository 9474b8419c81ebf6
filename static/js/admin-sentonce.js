// A second press on a button of a form that is being sent sends nothing.
(() => {
    "use strict";
    const PAUSE = 15000; // milliseconds; then the line has broken, and another try may go
    const form = document.querySelector("#content-main form[method=post]");
    if (!form) return;
    let sentAt = 0;

    form.addEventListener("submit", (event) => {
        if (event.defaultPrevented) return;
        if (sentAt && Date.now() - sentAt < PAUSE) {
            event.preventDefault();
            return;
        }
        sentAt = Date.now();
    });
    window.addEventListener("pageshow", () => { sentAt = 0; });
})();
