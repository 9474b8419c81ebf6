"use strict";
// A click on the picture sets its focal point; the two number fields say the same without a pointer.
document.addEventListener("DOMContentLoaded", () => {
    const frame = document.querySelector("[data-focal-picture]");
    const x = document.getElementById("id_focal_x");
    const y = document.getElementById("id_focal_y");
    if (!frame || !x || !y) return;
    const dot = document.createElement("span");
    dot.className = "focal-dot";
    frame.append(dot);

    function show() {
        dot.style.left = `${Math.min(1, Math.max(0, Number(x.value))) * 100}%`;
        dot.style.top = `${Math.min(1, Math.max(0, Number(y.value))) * 100}%`;
    }

    frame.addEventListener("click", (event) => {
        const box = frame.querySelector("img").getBoundingClientRect();
        x.value = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)).toFixed(3);
        y.value = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)).toFixed(3);
        show();
    });
    x.addEventListener("input", show);
    y.addEventListener("input", show);
    show();
});
