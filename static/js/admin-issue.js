"use strict";
// The form of an issue: lengths while one types; entries that move by button or by dragging. The numbers in the
// position boxes say the same without a script.

function showLengths() {
    for (const shown of document.querySelectorAll("[data-length-of]")) {
        const box = document.getElementById(shown.dataset.lengthOf);
        const words = shown.textContent.replace(/[\d.,\s]+/, "");
        const update = () => { shown.textContent = `${[...box.value].length} ${words}`; };
        box.addEventListener("input", update);
    }
}

function entriesOf(group) {
    return [...group.querySelectorAll(".inline-related:not(.empty-form)")];
}

// The numbers stay, in their order: entries of the other kind may stand between them.
function renumber(group) {
    const boxes = entriesOf(group).map((entry) => entry.querySelector("input[name$=-position]"));
    const numbers = boxes.map((box) => (box.value === "" ? Infinity : Number(box.value))).sort((a, b) => a - b);
    boxes.forEach((box, place) => { box.value = numbers[place] === Infinity ? "" : numbers[place]; });
}

function move(group, entry, other, after) {
    if (!other || other === entry) return;
    other[after ? "after" : "before"](entry);
    renumber(group);
}

function button(words, label, press) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "move";
    made.textContent = words;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => { press(); made.focus(); });
    return made;
}

function makeMovable(group) {
    let dragged = null;
    for (const entry of entriesOf(group)) {
        const head = entry.querySelector("h3");
        const name = head.querySelector(".inline_label").textContent.trim();
        const label = (words) => words.replace("%s", name);
        const up = button("↑", label(group.dataset.up), () => move(group, entry, entry.previousElementSibling?.closest(".inline-related"), false));
        const down = button("↓", label(group.dataset.down), () => move(group, entry, entry.nextElementSibling?.closest(".inline-related:not(.empty-form)"), true));
        head.prepend(up, down);
        head.draggable = true;
        head.addEventListener("dragstart", (event) => {
            dragged = entry;
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setDragImage(entry, 0, 0);
        });
        head.addEventListener("dragend", () => { dragged = null; });
        entry.addEventListener("dragover", (event) => {
            if (!dragged) return;
            event.preventDefault();
            const box = entry.getBoundingClientRect();
            const after = event.clientY > box.top + box.height / 2;
            if (dragged !== entry) move(group, dragged, entry, after);
        });
        entry.addEventListener("drop", (event) => event.preventDefault());
    }
}

document.addEventListener("DOMContentLoaded", () => {
    showLengths();
    document.querySelectorAll("[data-entries]").forEach(makeMovable);
});
