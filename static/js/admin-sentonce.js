// A second press on a button of a form that is being sent sends nothing. Ctrl+S presses the button that says so.
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

    // Where the letters are not Latin, the key that bears S elsewhere counts. An open dialog is finished first.
    function isSave(event) {
        if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
        return event.key.toLowerCase() === "s" || (event.code === "KeyS" && !/^[a-z]$/i.test(event.key));
    }
    document.addEventListener("keydown", (event) => {
        const button = isSave(event) && form.querySelector("[aria-keyshortcuts~='Control+S']");
        if (!button) return;
        event.preventDefault(); // the browser would offer to store the page
        event.stopPropagation();
        if (!event.repeat && !document.querySelector("dialog[open]") && !window.CKEDITOR?.dialog?.getCurrent()) button.click();
    }, true);
})();
