"use strict";
// Lists of other programs: what a paragraph of Word says about its place in a list, and how lists are counted.
window.Newsroom = window.Newsroom || {};
{
    const KINDS = {
        "alpha-lower": "a", "alpha-upper": "A", "roman-lower": "i", "roman-upper": "I", "lower-alpha": "a", "lower-latin": "a",
        "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I",
    };
    const ROMAN = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };
    const MARKER = /^[([]?(?:[0-9a-z]+[.-])*([0-9]+|[a-z]{1,8})[.)\]:]+$/i; // without a stop, o is a bullet of Word
    const ITEMS = "p, h1, h2, h3, h4, h5, h6, div";

    const all = (root, selector) => [...root.querySelectorAll(selector)];
    const isBlank = (node) => !node.textContent.replace(/\u00a0/g, " ").trim();

    function fromRoman(text) {
        const values = [...text.toLowerCase()].map((letter) => ROMAN[letter] || NaN);
        return values.reduce((sum, value, n) => sum + (value < (values[n + 1] || 0) ? -value : value), 0);
    }

    function fromLetters(text) {
        const letters = text.toLowerCase();
        return [...letters].every((letter) => letter === letters[0])
            ? (letters.length - 1) * 26 + letters.charCodeAt(0) - 96 : NaN;
    }

    // Returns what a marker counts as: {type, start}; the next marker of the list tells (i) from the ninth letter.
    function counted(marker, next, kind, list) {
        const [, mark] = MARKER.exec(marker) || [];
        if (!mark) return null;
        if (/^[0-9]/.test(mark)) return { type: "", start: Number(mark) };
        const [, after] = MARKER.exec(next || "") || [];
        const big = mark === mark.toUpperCase();
        const letters = { type: big ? "A" : "a", start: fromLetters(mark) };
        const roman = { type: big ? "I" : "i", start: fromRoman(mark) };
        const going = [letters, roman].find(({ type, start }) => list && type === list.type && start === dueIn(list));
        if (going) return going;
        if (/a/i.test(kind || "") && letters.start) return letters;
        if (/i/i.test(kind || "") && roman.start) return roman;
        if (!roman.start) return letters.start ? letters : null;
        if (!letters.start) return roman;
        if (after && fromRoman(after) === roman.start + 1) return roman;
        if (after && fromLetters(after) === letters.start + 1) return letters;
        return /^i+$/i.test(mark) ? roman : letters;
    }

    // How the style sheet of Word counts each level of its lists, by "l0:level1".
    function kindsOf(html) {
        const kinds = {};
        for (const [, place, body] of html.matchAll(/@list\s+(l\d+:level\d+)[^{]*\{([^{}]*)\}/gi)) {
            const [, format] = /mso-level-number-format\s*:\s*([a-z-]+)/i.exec(body) || [];
            kinds[place] = KINDS[format] || (format === "bullet" ? "*" : "");
        }
        return kinds;
    }

    // The marker of a paragraph, which Word writes into it beside its words.
    function takeMarker(paragraph) {
        const ignored = all(paragraph, "span").find((span) => /mso-list:\s*Ignore/i.test(span.getAttribute("style") || ""));
        const marker = ignored ? ignored.textContent.replace(/\u00a0/g, " ").trim() : "";
        if (ignored) ignored.remove();
        return marker;
    }

    function places(root) {
        const found = [];
        for (const paragraph of all(root, "[style*='mso-list']").filter((element) => element.matches(ITEMS))) {
            const place = /mso-list:\s*l(\d+)\s+level(\d+)/.exec(paragraph.getAttribute("style"));
            if (!place) continue;
            const marker = takeMarker(paragraph);
            found.push({ paragraph, list: place[1], level: Number(place[2]), marker });
        }
        found.forEach((one, n) => {
            one.next = found.slice(n + 1, n + 40).find((other) => other.level <= one.level);
            if (one.next && (one.next.list !== one.list || one.next.level < one.level)) one.next = undefined;
        });
        return found;
    }

    // Word keeps the place of a list in the style of each paragraph, and its marker in the text.
    window.Newsroom.readFauxLists = function readFauxLists(root, html) {
        const kinds = kindsOf(html);
        let open = []; // lists that are open, the outermost first
        let last = null;
        for (const { paragraph, list: id, level, marker, next } of places(root)) {
            if (/^H\d$/.test(paragraph.tagName)) { // a numbered heading stays a heading
                paragraph.prepend(marker ? `${marker} ` : "");
                continue;
            }
            if (!last || followingElement(last) !== paragraph) open = [];
            open = open.slice(0, level);
            let list = open[level - 1];
            const count = counted(marker, next && next.marker, kinds[`l${id}:level${level}`], list);
            if (list && (list.tagName === "OL") !== Boolean(count)) list = null;
            if (list && count && list.children.length && isAnew(list, count)) list = null;
            if (!list) {
                list = root.ownerDocument.createElement(count ? "ol" : "ul");
                if (count && count.type) list.setAttribute("type", count.type);
                if (count && count.start > 1) list.setAttribute("start", count.start);
                const above = open.slice(0, level - 1).filter(Boolean).pop();
                if (above && above.lastElementChild) above.lastElementChild.append(list);
                else paragraph.before(list);
                open[level - 1] = list;
            }
            const item = root.ownerDocument.createElement("li");
            if (!count && marker !== "o" && /[\p{L}\p{N}]/u.test(marker)) item.append(`${marker} `); // Article 1, § 2
            item.append(...paragraph.childNodes);
            list.append(item);
            last = open.find(Boolean);
            paragraph.remove();
        }
    };

    // A list that goes on with another count is another list.
    function isAnew(list, { type, start }) {
        return start !== dueIn(list) && (start === 1 || type !== (list.getAttribute("type") || ""));
    }

    function dueIn(list) {
        return Number(list.getAttribute("start") || 1) + list.children.length;
    }

    function followingElement(element) {
        let next = element.nextSibling;
        while (next && next.nodeType !== Node.ELEMENT_NODE && isBlank(next)) next = next.nextSibling;
        return next;
    }

    // Lists that say in their style how they count say it in an attribute that stays.
    window.Newsroom.readListKinds = function readListKinds(root, html) {
        const byClass = [...html.matchAll(/(ol\.[\w-]+|\.[\w-]+)(?:\s*>\s*li)?(?::before)?\s*\{([^{}]*)\}/g)];
        for (const list of all(root, "ol")) {
            const items = [...list.children].filter((child) => child.matches("li"));
            const said = [list, items[0]].filter(Boolean).map((element) => element.style.listStyleType || element.style.listStyle);
            for (const [, selector, body] of byClass) {
                const [, kind] = /list-style(?:-type)?\s*:\s*([a-z-]+)/.exec(body) || [];
                if (kind && list.matches(selector)) said.push(kind);
            }
            const kind = said.map((style) => KINDS[(/[a-z]+-[a-z]+/.exec(style) || [])[0]]).find(Boolean);
            if (kind) list.setAttribute("type", kind);
        }
    };
}
