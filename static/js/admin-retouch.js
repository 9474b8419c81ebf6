"use strict";
// Boxes on a picture, drawn, moved and resized by pointer; each is a row of number fields, which say the same
// to a keyboard and are what the form sends.
document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-retouch]");
    if (!form) return;
    const stage = form.querySelector("[data-stage]");
    const rows = form.querySelector("[data-boxes]");
    const empty = form.querySelector("[data-empty]");
    const total = form.querySelector("input[name=box-TOTAL_FORMS]");
    const most = Number(form.dataset.most);
    const NAMES = ["left", "top", "width", "height"];
    const SMALLEST = 0.5; // percent: less is a slip of the finger

    const field = (row, name) => row.querySelector(`input[name$="-${name}"]`);
    const read = (row) => Object.fromEntries(NAMES.map((name) => [name, Number(field(row, name).value) || 0]));
    const isBlank = (row) => NAMES.every((name) => field(row, name).value === "");

    function write(row, box) {
        for (const name of NAMES) field(row, name).value = box[name].toFixed(2);
        show(row);
    }

    function show(row) {
        const { left, top, width, height } = read(row);
        row.mark.hidden = !width || !height;
        row.mark.style.left = `${left}%`;
        row.mark.style.top = `${top}%`;
        row.mark.style.width = `${Math.min(width, 100 - left)}%`;
        row.mark.style.height = `${Math.min(height, 100 - top)}%`;
    }

    function number() {
        const all = [...rows.children];
        all.forEach((row, index) => {
            row.querySelector("[data-number]").textContent = index + 1;
            row.mark.dataset.number = index + 1;
            for (const input of row.querySelectorAll("input")) {
                input.name = input.name.replace(/^box-[^-]+-/, `box-${index}-`);
                const label = row.querySelector(`label[for="${input.id}"]`);
                input.id = `id_${input.name}`;
                if (label) label.htmlFor = input.id;
            }
        });
        total.value = all.length;
    }

    function prepare(row) {
        row.mark = document.createElement("div");
        row.mark.className = "retouch-mark";
        const corner = document.createElement("span");
        corner.className = "retouch-corner";
        row.mark.append(corner);
        row.mark.row = row;
        stage.append(row.mark);
        row.addEventListener("input", () => show(row));
        const remove = row.querySelector("[data-remove]");
        remove.hidden = false;
        remove.addEventListener("click", () => {
            row.mark.remove();
            row.remove();
            number();
        });
        show(row);
    }

    function added() {
        const row = empty.content.firstElementChild.cloneNode(true);
        rows.append(row);
        prepare(row);
        number();
        return row;
    }

    // Rows that are still empty wait for those who have no script.
    for (const row of [...rows.children]) {
        if (isBlank(row) && !row.querySelector(".errorlist")) row.remove();
        else prepare(row);
    }
    number();

    const limited = (value, least, largest) => Math.min(Math.max(value, least), largest);
    let drag = null;

    function place(event) {
        const area = stage.getBoundingClientRect();
        return {
            x: limited(((event.clientX - area.left) / area.width) * 100, 0, 100),
            y: limited(((event.clientY - area.top) / area.height) * 100, 0, 100),
        };
    }

    stage.addEventListener("pointerdown", (event) => {
        if (drag || (event.pointerType === "mouse" && event.button !== 0)) return;
        const mark = event.target.closest(".retouch-mark");
        if (!mark && rows.children.length >= most) return;
        event.preventDefault();
        const row = mark ? mark.row : added();
        const kind = !mark ? "draw" : event.target.matches(".retouch-corner") ? "resize" : "move";
        drag = { id: event.pointerId, row, kind, from: place(event), box: read(row) };
        stage.setPointerCapture(event.pointerId);
    });

    stage.addEventListener("pointermove", (event) => {
        if (!drag || event.pointerId !== drag.id) return;
        const { x, y } = place(event);
        const { from, box } = drag;
        if (drag.kind === "move") {
            write(drag.row, {
                ...box,
                left: limited(box.left + x - from.x, 0, 100 - box.width),
                top: limited(box.top + y - from.y, 0, 100 - box.height),
            });
            return;
        }
        const start = drag.kind === "resize" ? { x: box.left, y: box.top } : from;
        write(drag.row, {
            left: Math.min(start.x, x),
            top: Math.min(start.y, y),
            width: Math.abs(x - start.x),
            height: Math.abs(y - start.y),
        });
    });

    function end(event) {
        if (!drag || event.pointerId !== drag.id) return;
        const { width, height } = read(drag.row);
        if (width < SMALLEST || height < SMALLEST) drag.row.querySelector("[data-remove]").click();
        drag = null;
    }
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);

    // What was drawn and not sent must not be lost by a slip either: the browser asks.
    let sending = false;
    form.addEventListener("submit", () => { sending = true; });
    window.addEventListener("pageshow", () => { sending = false; });
    window.addEventListener("beforeunload", (event) => {
        if (!sending && [...rows.children].some((row) => !isBlank(row))) event.preventDefault();
    });

    const button = form.querySelector("[data-add]");
    button.hidden = false;
    button.addEventListener("click", () => {
        if (rows.children.length >= most) return;
        const row = added();
        write(row, { left: 35, top: 35, width: 30, height: 30 });
        field(row, "left").focus();
    });
});
