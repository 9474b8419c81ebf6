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
    const out = make("button", { type: "button", className: "button", textContent: settings.words.takeOut });
    before.before(make("div", { className: "lead-ways" }, button, out));
    before.hidden = true; // the list without thumbnails, for those without scripts
    const title = make("p", { className: "lead-name" });
    before.before(title);
    const name = () => {
        title.textContent = box.value && !shown?.querySelector("img") ? box.selectedOptions[0].text : "";
        button.textContent = box.value ? settings.words.chooseOther : settings.words.choose;
        out.hidden = !box.value;
    };
    name();
    out.addEventListener("click", () => {
        box.value = "";
        box.dispatchEvent(new Event("change", { bubbles: true }));
        button.focus();
    });

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
    // A picture of a copy, or one taken up again from what was kept, has no address here: its name stands for it until it is saved.
    box.addEventListener("change", () => {
        shown?.replaceChildren(...address && box.value ? [make("img", { src: address, alt: "" })] : []);
        address = "";
        name();
    });
});
