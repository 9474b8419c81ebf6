"use strict";
// Tables of other programs: those that only arrange come apart, the others get their first row as headings.
window.Newsroom = window.Newsroom || {};
{
    const all = (root, selector) => [...root.querySelectorAll(selector)];
    const isBlank = (node) => !node.textContent.replace(/\u00a0/g, " ").trim();
    const unwrap = (element) => element.replaceWith(...element.childNodes);

    function rename(element, name) {
        const renamed = element.ownerDocument.createElement(name);
        for (const { name: key, value } of [...element.attributes]) {
            if (/^[a-z-]+$/.test(key)) renamed.setAttribute(key, value);
        }
        renamed.append(...element.childNodes);
        element.replaceWith(renamed);
        return renamed;
    }

    function dropBlanksIn(box, boxes) {
        for (const part of [box, ...all(box, boxes)]) {
            for (const node of [...part.childNodes]) if (node.nodeType === Node.TEXT_NODE && isBlank(node)) node.remove();
        }
    }

    window.Newsroom.cleanTables = function cleanTables(root) {
        for (const table of all(root, "table").reverse()) {
            const cells = all(table, "td, th").filter((cell) => cell.closest("table") === table);
            if (cells.length < 2 || table.querySelector("table")) {
                table.replaceWith(...[table.caption, ...cells].filter(Boolean).map((part) => {
                    const box = root.ownerDocument.createElement("div");
                    box.append(...part.childNodes);
                    return box;
                }));
                continue;
            }
            for (const row of [...table.rows]) if ([...row.cells].every(isBlank)) row.remove();
            all(table, "colgroup, col").forEach((element) => element.remove());
            dropBlanksIn(table, "table, thead, tbody, tfoot, tr");
            for (const cell of all(table, "td, th")) {
                const only = cell.children.length === 1 && cell.firstElementChild.matches("p, div");
                if (only && [...cell.childNodes].every((node) => node === cell.firstElementChild || isBlank(node))) unwrap(cell.firstElementChild);
            }
            nameHeaders(table);
        }
    };

    function nameHeaders(table) {
        if (table.rows.length > 1 && !table.querySelector("th")) {
            const first = table.rows[0];
            const corner = isBlank(first.cells[0]);
            for (const cell of [...first.cells]) if (!isBlank(cell)) rename(cell, "th");
            if (corner) {
                for (const row of [...table.rows].slice(1)) rename(row.cells[0], "th").setAttribute("scope", "row");
            }
        }
        const first = table.rows[0];
        const headers = first ? all(first, "th") : [];
        if (headers.length && [...first.cells].every((cell) => cell.tagName === "TH" || isBlank(cell))) {
            for (const cell of headers) if (!cell.hasAttribute("scope")) cell.setAttribute("scope", "col");
            if (!table.tHead) table.createTHead().append(first);
        }
        for (const header of all(table, "th")) all(header, "b, strong").forEach(unwrap);
    }
}
