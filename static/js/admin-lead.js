"use strict";
// The lead picture is chosen from thumbnails, in the dialog of the pictures in the text (editor-pictures.js).
addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("id_lead_picture");
    const area = document.querySelector("textarea[data-editor]");
    const { PictureDialog, PictureLibrary, make } = window.Newsroom || {};
    if (!box || !area || !PictureDialog) return;
    const { newsroom: settings, toolbar } = JSON.parse(area.dataset.editor);
    if (!toolbar.flat().includes("Picture")) return;

    const library = new PictureLibrary(settings, area.form.elements.csrfmiddlewaretoken);
    const dialog = new PictureDialog(settings, library);
    const button = make("button", { type: "button", className: "button", textContent: settings.words.choose });
    const shown = document.querySelector(".field-lead_shown .readonly");
    const before = box.closest(".related-widget-wrapper") || box;
    before.before(make("div", { className: "lead-ways" }, button));

    let address = "";
    button.addEventListener("click", async () => {
        const picture = await dialog.choose();
        button.focus();
        if (!picture) return;
        const chosen = [...box.options].find(({ value }) => value === String(picture.id));
        if (chosen) chosen.selected = true;
        else box.add(new Option(picture.label, picture.id, true, true));
        address = picture.url;
        box.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // A picture that was found by its words has no address here: it is shown once it is saved.
    box.addEventListener("change", () => {
        if (!shown) return;
        shown.replaceChildren(...address && box.value ? [make("img", { src: address, alt: "" })] : []);
        address = "";
    });
});
